/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode user set`: what an account is, and what is known about its person. */
#include "cli/user_show.h"
#include "flow/people.h"
#include "flow/people_claims.h"

/* CLAIM=VALUE behind the name of the account; an empty value takes a claim away. */
static int read_claims(struct cli *cli, struct claim claims[CLI_WORDS_MAX], size_t *count)
{
	*count = 0;
	for (size_t i = 1; i < cli->word_count; i++) {
		struct slice rest = slice_str(cli->words[i]);
		struct slice name;

		if (!slice_has_byte(rest, '=') || !slice_split(&rest, '=', &name))
			return cli_misuse(cli, "%s is not of the form CLAIM=VALUE", cli->words[i]);
		claims[(*count)++] = (struct claim){ name, rest };
	}
	return CLI_DONE;
}

static int set_claims(struct cli *cli, const struct user *user, const struct claim *claims,
		      size_t count)
{
	const struct claim_change change = { user, claims, count };
	struct slice why;

	if (count == 0)
		return CLI_DONE;
	enum err err = people_set_claims(&cli->flow, &cli->call, &change, &why);

	if (err == ERR_INVALID)
		return cli_refuse(cli, "%.*s", SLICE_ARG(why));
	return err == ERR_OK ? CLI_DONE : cli_failed(cli, "change the account", err);
}

int user_set(struct cli *cli)
{
	struct claim claims[CLI_WORDS_MAX];
	struct user *user;
	size_t count;
	bool admin = false;
	bool has_admin = cli_has(cli, "admin");
	int status = read_claims(cli, claims, &count);

	if (status != CLI_DONE)
		return status;
	if (!has_admin && count == 0)
		return cli_misuse(cli, "say what to set: CLAIM=VALUE, --admin yes or --admin no");
	if (!cli_yes_no(cli, "admin", &admin))
		return CLI_USAGE;
	status = user_open(cli, &user);
	if (status == CLI_DONE)
		status = set_claims(cli, user, claims, count);
	if (status != CLI_DONE)
		return status;
	if (!has_admin)
		return user_changed(cli, user, ERR_OK, "was changed");
	user->admin = admin;
	return user_changed(cli, user, people_set_admin(&cli->flow, &cli->call, user, admin),
			    admin ? "is an administrator" : "is no administrator");
}
