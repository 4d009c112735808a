/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of sub-commands. A group of commands stands in a file of its own, with its rows. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

extern const struct command_group user_group;
extern const struct command_group app_group;
extern const struct command_group scope_group;
extern const struct command_group resource_group;
extern const struct command_group ticket_group;
extern const struct command_group token_group;
extern const struct command_group key_group;
extern const struct command_group db_group;
extern const struct command_group config_group;

/* In the order of --help. */
extern const struct command_group *const command_groups[];
extern const size_t command_group_count;

/* The command whose words are the first of `words`; `*used` is how many those are. NULL when there
 * is none. */
const struct command *command_find(char *const *words, size_t count, size_t *used);

/* Its own, and those of more_options(), in the arena. */
struct command_options command_options(const struct command *command, struct arena *arena);

int cli_serve(struct cli *cli);
int cli_db_copy(struct cli *cli);

#endif
