/* SPDX-License-Identifier: Apache-2.0
 *
 * The program: a sub-command, run, and its exit status. Everything else is in cli/. */
#include <signal.h>
#include <sys/stat.h>

#include "base/rng.h"
#include "cli/cli.h"

int main(int argc, char **argv)
{
	/* Nothing that this program makes is for others to read; a file that must be shared is
	 * shared on purpose. */
	umask(077);
	signal(SIGPIPE, SIG_IGN);
	rng_init();
	return cli_main(argc, argv);
}
