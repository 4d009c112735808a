/* SPDX-License-Identifier: Apache-2.0
 *
 * One start of the config for the tests: what was given in a file, in variables and in flags, and
 * what came of it. */
#ifndef TESTS_CONFIG_START_H
#define TESTS_CONFIG_START_H

#include <stdbool.h>

#include "config/config.h"

enum { WORDS_MAX = 8, TEXT_MAX = 16384, PATH_MAX_BYTES = 64 };

/* One start: what was given, and what comes of it. */
struct row {
	const char *name;
	const char *file; /* its text; NULL: no file */
	const char *env[WORDS_MAX];
	const char *flags[WORDS_MAX];
	const char *faults; /* with F for the file's path */
	const char *shown;  /* a line of `config show`, F likewise; NULL: not looked at */
};

/* What a start gave. */
struct start {
	struct config *config;
	enum err err;
	char path[PATH_MAX_BYTES];
	char faults[TEXT_MAX];
	char shown[TEXT_MAX];
	int argc;
	char *argv[WORDS_MAX + 2];
	char *words[WORDS_MAX]; /* those that argv had at first, to be freed */
};

void start_with(const struct row *row, struct start *start);
/* `config show` into start->shown. */
void start_show(struct start *start, bool json);
void start_end(struct start *start);

#endif
