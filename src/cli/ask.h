/* SPDX-License-Identifier: Apache-2.0
 *
 * Passwords and confirmations. A password never stands among the arguments, where every process of
 * the machine can read it: it comes from a file, from standard input, or from the terminal without
 * echo. */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "cli/cli.h"

#define ASK_PASSWORD_OPTION \
	{ \
		"password-file", "FILE", \
			"read the password from the first line of FILE (- for standard input)" \
	}

/* From --password-file, or from standard input; on a terminal asked for twice. In the arena, which
 * is wiped when freed. CLI_DONE, or another status with the message printed. */
MUST_USE int ask_password(struct cli *cli, struct slice *out);
/* CLI_DONE with --yes, or when a person at the terminal says so; otherwise another status, with the
 * message printed. `what` is the question: "Remove alice and all that was authorised?" */
MUST_USE int ask_yes(struct cli *cli, const char *what);

#endif
