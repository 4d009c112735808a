/* SPDX-License-Identifier: Apache-2.0
 *
 * --help, of the program, of a group of commands, and of one command; and what is said when a
 * command is not known. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "cli/cli.h"

void help_print_all(FILE *out);
/* False when no command starts with this word. */
bool help_print_group(const char *word, FILE *out);
void help_print_command(const struct command *command, FILE *out);
/* The command's words that `words` may have meant; NULL when nothing is near. */
const char *help_nearest_command(char *const *words, size_t count, struct arena *arena);

#endif
