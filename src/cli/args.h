/* SPDX-License-Identifier: Apache-2.0
 *
 * The command line, cut up: what stands anywhere (--config, --json, --help, --version), and the
 * words and options of a command. Options of the config have been taken out by config_load()
 * before. */
#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include "cli/cli.h"

/* What may stand anywhere. */
struct global_args {
	const char *config_file;
	bool json;
	bool help;
	bool version;
	bool config_without_file; /* --config was the last word */
};
/* Takes them out of argv; stops at "--". */
void args_take_global(int *argc, char **argv, struct global_args *out);

/* Finds the command among the words that are no options. NULL when there is none. The words of the
 * command are taken out. */
const struct command *args_take_command(int *argc, char **argv);
/* The rest, by the table of cli->command. CLI_DONE, or CLI_USAGE with the message printed. */
MUST_USE int args_parse(struct cli *cli, int argc, char **argv);

#endif
