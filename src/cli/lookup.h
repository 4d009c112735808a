/* SPDX-License-Identifier: Apache-2.0
 *
 * Names on the command line to records. */
#ifndef CLI_LOOKUP_H
#define CLI_LOOKUP_H

#include "cli/cli.h"

/* CLI_DONE, or CLI_REFUSED with the message printed. */
MUST_USE int lookup_user(struct cli *cli, const char *name, struct user **out);
/* `secrets` may be NULL. */
MUST_USE int lookup_client(struct cli *cli, const char *client_id, struct client **out,
			   struct client_secret_list *secrets);

#endif
