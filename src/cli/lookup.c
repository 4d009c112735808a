/* SPDX-License-Identifier: Apache-2.0
 *
 * Look-ups that end a command when nothing is found. */
#include "cli/lookup.h"

#include "flow/people.h"

int lookup_user(struct cli *cli, const char *name, struct user **out)
{
	enum find find = people_find(&cli->flow, &cli->call, slice_str(name), out);

	if (find == ABSENT)
		return cli_refuse(cli, "there is nobody named %s", name);
	return find == FOUND ? CLI_DONE : cli_failed(cli, "look up the account", ERR_DATABASE);
}

int lookup_client(struct cli *cli, const char *client_id, struct client **out,
		  struct client_secret_list *secrets)
{
	struct client_secret_list unused;
	enum find find = store_client_find_by_client_id(cli->store, cli->arena,
							slice_str(client_id), out,
							secrets != NULL ? secrets : &unused);

	if (find == ABSENT)
		return cli_refuse(cli, "there is no application with the client_id %s", client_id);
	return find == FOUND ? CLI_DONE : cli_failed(cli, "look up the application", ERR_DATABASE);
}
