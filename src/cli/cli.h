/* SPDX-License-Identifier: Apache-2.0
 *
 * One run of a sub-command: its words and options, the config, what it opened, and how it speaks. A
 * sub-command is a row of a const table (struct command); it returns an exit status and prints what
 * it did in one line, or, with --json, as one JSON document. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "config/config.h"
#include "flow/flow.h"
#include "json/json.h"

#define DOORCODE_VERSION "0.1.0"

enum cli_status { CLI_DONE = 0, CLI_REFUSED = 1, CLI_USAGE = 2 };
enum { CLI_WORDS_MAX = 32, CLI_GIVEN_MAX = 256 };

struct cli;

struct command_option {
	const char *name;  /* without dashes */
	const char *value; /* what stands for its value in help; NULL: it has none */
	const char *help;
};

struct command_options {
	const struct command_option *items;
	size_t count;
};

struct command {
	const char *words; /* "user add" */
	const char *usage; /* what follows the words: "NAME [--admin]" */
	const char *summary;
	const char *details; /* more sentences for --help, or NULL */
	const char *example;
	const struct command_option *options;
	size_t option_count;
	/* Those that another table makes; NULL: none. command_options() has them all. */
	struct command_options (*more_options)(struct arena *arena);
	size_t least; /* arguments behind the words */
	size_t most;
	bool takes_no_config; /* runs although the options are wrong */
	int (*run)(struct cli *cli);
};

struct command_group {
	const char *title; /* heading in --help */
	const struct command *commands;
	size_t count;
};

struct given_option {
	const struct command_option *option;
	const char *value; /* NULL when it has none */
};

struct cli {
	const struct command *command;
	struct command_options options; /* of the command */
	struct config *config;          /* NULL when the command takes none */
	const char *config_file;
	FILE *in;
	FILE *out;
	FILE *err;
	struct arena *arena;
	bool json;
	const char *words[CLI_WORDS_MAX]; /* arguments behind the command's words */
	size_t word_count;
	struct given_option given[CLI_GIVEN_MAX];
	size_t given_count;
	/* filled by cli_open() */
	struct store *store;
	enum store_schema schema; /* as it was found */
	struct keyring *ring;
	struct flow flow;
	struct call call;
};

/* The whole program; returns the exit status. */
int cli_main(int argc, char **argv);

/* --- what was given: args.c */

bool cli_has(const struct cli *cli, const char *option);
/* The last value; NULL when it was not given. */
const char *cli_value(const struct cli *cli, const char *option);
/* The next value of an option that may come several times, from `*at` on; NULL after the last. */
const char *cli_next_value(const struct cli *cli, const char *option, size_t *at);
/* "yes" or "no" into `*value`, which stays as it is when the option was not given. False, with the
 * message printed, for anything else. */
MUST_USE bool cli_yes_no(struct cli *cli, const char *option, bool *value);

/* --- how it speaks: say.c */

/* "doorcode: ..." on standard error; returns CLI_REFUSED. */
int cli_refuse(struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);
/* The same with a pointer to --help; returns CLI_USAGE. */
int cli_misuse(struct cli *cli, const char *format, ...) PRINTF_LIKE(2, 3);
/* The words for an error of the machinery while doing `what`; returns CLI_REFUSED. */
int cli_failed(struct cli *cli, const char *what, enum err err);
/* Prints `*json` with --json, and the sentence otherwise; frees `*json`, which may be NULL; returns
 * CLI_DONE. */
int cli_done(struct cli *cli, struct json **json, const char *format, ...) PRINTF_LIKE(3, 4);
/* A JSON document and its line feed. */
void cli_print_json(struct cli *cli, const struct json *json);
/* "2026-08-01T12:00:00Z"; "-" for 0. */
struct slice cli_time(struct arena *arena, int64_t seconds);
/* The same in JSON; null for 0. */
void cli_set_time(struct json *object, const char *name, int64_t seconds, struct arena *arena);
void cli_set_id(struct json *object, const char *name, const struct id *id); /* null for zero */

#endif
