/* SPDX-License-Identifier: Apache-2.0
 *
 * Opens what a command works with: master keys, store, and the flow over both. */
#ifndef CLI_OPEN_H
#define CLI_OPEN_H

#include "cli/cli.h"

enum cli_need {
	CLI_NEED_FLOW = 0,  /* a database that is there and up to date, with its keys */
	CLI_NEED_STORE,     /* the same without the keys: checks and copies */
	CLI_NEED_MIGRATION, /* db migrate: makes the database, or brings it up to date */
	CLI_NEED_SERVER /* serve: the same when the database is a file; one of a server must be up
			   to date */
};

/* Fills cli->store, ->ring, ->flow and ->call. CLI_DONE, or CLI_REFUSED with the reason printed.
 * Starts the store's thread: signals that the caller wants to wait for must be blocked before. */
MUST_USE int cli_open(struct cli *cli, enum cli_need need);
/* Closes what is open; may be called twice. */
void cli_close(struct cli *cli);

#endif
