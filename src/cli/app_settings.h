/* SPDX-License-Identifier: Apache-2.0
 *
 * What else may be said about an application (domain/client_setting.h), as options of `app add` and
 * `app set`: a row of that table each, with dashes in the place of underscores. */
#ifndef CLI_APP_SETTINGS_H
#define CLI_APP_SETTINGS_H

#include "cli/cli.h"
#include "domain/client.h"
#include "flow/applications.h"

/* The options, in the arena. */
struct command_options app_settings_options(struct arena *arena);
bool app_settings_is_given(const struct cli *cli);
/* What was given. CLI_DONE, or another status with the message printed. */
MUST_USE int app_settings_fill(struct cli *cli, struct application_settings *out);
/* Those that differ from what a client has that says nothing. */
struct json *app_settings_json(const struct client *client);
void app_settings_print(struct cli *cli, const struct client *client);
/* "token-endpoint-auth-method" */
struct slice app_settings_name(struct arena *arena, enum client_setting setting);

#endif
