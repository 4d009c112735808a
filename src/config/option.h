/* SPDX-License-Identifier: Apache-2.0
 *
 * A row of the table of options, and how a value in text becomes a field of struct config. For
 * config/ alone, and for the tests that hold manual and table together. */
#ifndef CONFIG_OPTION_H
#define CONFIG_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "config/config.h"

enum option_type {
	OPTION_TEXT = 0, /* const char * */
	OPTION_PATH,     /* const char *, of a file or folder */
	OPTION_LIST,     /* struct text_list */
	OPTION_NETWORKS, /* struct network_list */
	OPTION_COUNT,    /* int64_t */
	OPTION_SECONDS,  /* int64_t; "90", "90s", "10m", "12h", "30d" */
	OPTION_FLAG,     /* bool; yes or no */
	OPTION_CHOICE,   /* an enum: the index of one of `choices` */
	OPTION_TYPE_COUNT
};

struct option {
	const char *name;
	size_t offset; /* in struct config */
	size_t size;   /* of the field */
	enum option_type type;
	const char *heads;   /* this row starts a group with that heading; else NULL */
	const char *value;   /* what stands for the value in help; NULL: by type */
	const char *initial; /* the default as text; NULL: none, or derived */
	const char *derived; /* words for a default that depends on other options */
	int64_t least;       /* OPTION_COUNT and OPTION_SECONDS */
	int64_t most;
	const char *unit;           /* of OPTION_COUNT */
	const char *const *choices; /* OPTION_CHOICE; ends with NULL */
	const char *help;           /* goes on after the name, without a full stop */
	const char *example; /* a value as it stands in the file; bare text is quoted there */
};

extern const struct option option_table[];
extern const size_t option_count;

/* Dashes are underscores here. NULL when there is none. */
const struct option *option_find(struct slice name);
/* The option that `name` may have meant; NULL when nothing is near. */
const struct option *option_nearest(struct slice name);
bool option_is_list(const struct option *option);
/* "PATH", "SECONDS", "yes|no": what stands for the value in help. */
const char *option_value_word(const struct option *option);
/* What is said about the default: the text, the words, or "none". */
const char *option_default_text(const struct option *option);
/* "1m to 1h", "10 to 256 connections", "admins or everyone"; empty when the type says it all. */
struct slice option_range_text(const struct option *option, struct arena *arena);

/* Puts a value into its field of `config`; of a list, one part is added. On ERR_INVALID `*why`
 * holds "what is wrong; what would be right". */
MUST_USE enum err option_set(const struct option *option, struct arena *arena, struct slice text,
			     struct config *config, struct slice *why);
/* Empties a list option. */
void option_clear(const struct option *option, struct config *config);
/* The value as text; of a list, the parts with ", " between them. `set` is false for an empty list
 * and a path that is not given. The password of a database URL is not shown. */
struct slice option_text(const struct option *option, struct arena *arena,
			 const struct config *config, bool *set);

#endif
