/* SPDX-License-Identifier: Apache-2.0
 *
 * An application as it is printed. */
#ifndef CLI_APP_SHOW_H
#define CLI_APP_SHOW_H

#include "cli/cli.h"
#include "domain/client.h"

/* As JSON: `secret` is the new client secret in clear, empty when none was made; `secrets` may be
 * NULL. */
struct json *app_json(struct cli *cli, const struct client *client, struct slice secret,
		      const struct client_secret_list *secrets);
/* `doorcode app show` and `doorcode app list` */
int app_show(struct cli *cli);
int app_list(struct cli *cli);

#endif
