/* SPDX-License-Identifier: Apache-2.0
 *
 * A config with what is known about its making: where each value came from and which were refused.
 * For config/ alone. */
#ifndef CONFIG_LOADED_H
#define CONFIG_LOADED_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attr.h"
#include "config/config.h"
#include "config/option.h"

/* In the order of their weight. */
enum origin_kind { ORIGIN_DEFAULT = 0, ORIGIN_FILE, ORIGIN_ENV, ORIGIN_FLAG, ORIGIN_KIND_COUNT };

struct origin {
	enum origin_kind kind;
	int line; /* of the file; 0: not known */
	bool bad; /* its last value was refused, what stands in the config is an older one */
};

struct loaded {
	struct config config; /* the first member: a config of config_load() is one of these */
	struct arena *arena;
	const char *file;
	struct origin *origins; /* one per row of option_table */
	FILE *faults;
	bool faulty;
};

/* One value of one option, as given somewhere. */
struct given {
	const struct option *option;
	struct slice text;
	struct origin origin;
	bool adds; /* to the list, in the place of starting it anew */
};

/* Sets the option, or prints the fault. The text of a list is cut at commas and blanks. */
void loaded_apply(struct loaded *loaded, const struct given *given);
/* "file:12: base_url", "DOORCODE_BASE_URL" or "--base-url". */
struct slice loaded_place(const struct loaded *loaded, const struct option *option,
			  const struct origin *origin);
/* Prints "<place>: <what>" as a line and marks the config as faulty. */
void loaded_fault(struct loaded *loaded, struct slice place, const char *format, ...)
	PRINTF_LIKE(3, 4);
struct origin *loaded_origin(const struct loaded *loaded, const struct option *option);

/* The file; config.c */
void loaded_read_file(struct loaded *loaded, const char *path);
/* The options compared with each other, and the defaults that follow from others; config_check.c */
void loaded_derive(struct loaded *loaded);
void loaded_check(struct loaded *loaded);

#endif
