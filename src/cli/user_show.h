/* SPDX-License-Identifier: Apache-2.0
 *
 * An account as it is printed. */
#ifndef CLI_USER_SHOW_H
#define CLI_USER_SHOW_H

#include "cli/cli.h"

/* As JSON, without its claims. */
struct json *user_json(struct cli *cli, const struct user *user);
/* Prints what became of a change, with the person as changed. */
int user_changed(struct cli *cli, const struct user *user, enum err err, const char *sentence);
/* Opens, and finds the person of the first argument. */
MUST_USE int user_open(struct cli *cli, struct user **user);

/* `doorcode user show`, `user list` and `user set` */
int user_show(struct cli *cli);
int user_list(struct cli *cli);
int user_set(struct cli *cli);

#endif
