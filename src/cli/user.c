/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode user ...`: accounts. */
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/user_show.h"
#include "flow/people.h"

/* The page speaks to a person; whoever runs the server is told the number as well. */
static int refuse_password(struct cli *cli, const struct person_new *person, struct slice why)
{
	unsigned least = cli->flow.settings.password_min_length;
	enum password_fault fault = user_password_check(person->name, person->password, least);

	if (user_name_is_valid(person->name) && fault == PASSWORD_TOO_SHORT)
		return cli_refuse(cli, "%.*s It needs %u characters.", SLICE_ARG(why), least);
	return cli_refuse(cli, "%.*s", SLICE_ARG(why));
}

static int run_add(struct cli *cli)
{
	struct person_new person = { .name = slice_str(cli->words[0]),
				     .admin = cli_has(cli, "admin") };
	struct user user = { .enabled = true, .admin = person.admin, .name = person.name };
	struct slice why;
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = ask_password(cli, &person.password);
	if (status != CLI_DONE)
		return status;
	enum err err = people_add(&cli->flow, &cli->call, &person, &user.id, &why);

	if (err == ERR_INVALID)
		return refuse_password(cli, &person, why);
	if (err == ERR_CONFLICT)
		return cli_refuse(cli, "there is somebody named %s already", cli->words[0]);
	if (err != ERR_OK)
		return cli_failed(cli, "add the account", err);
	user.created = cli->call.now;
	struct json *json = user_json(cli, &user);

	return cli_done(cli, &json, "%s was added%s.", cli->words[0],
			person.admin ? " as an administrator" : "");
}

static int run_passwd(struct cli *cli)
{
	struct user *user;
	struct person_new person = { .name = SLICE_EMPTY };
	struct slice why;
	int status = user_open(cli, &user);

	if (status == CLI_DONE)
		status = ask_password(cli, &person.password);
	if (status != CLI_DONE)
		return status;
	person.name = user->name;
	enum err err = people_set_password(&cli->flow, &cli->call, user, person.password, &why);

	if (err == ERR_INVALID)
		return refuse_password(cli, &person, why);
	return user_changed(cli, user, err, "has a new password; all sessions ended");
}

static int set_enabled(struct cli *cli, bool enabled)
{
	struct user *user;
	int status = user_open(cli, &user);

	if (status != CLI_DONE)
		return status;
	user->enabled = enabled;
	return user_changed(cli, user, people_set_enabled(&cli->flow, &cli->call, user, enabled),
			    enabled ? "is enabled" : "is disabled; all sessions ended");
}

static int run_disable(struct cli *cli)
{
	return set_enabled(cli, false);
}

static int run_enable(struct cli *cli)
{
	return set_enabled(cli, true);
}

static int run_remove(struct cli *cli)
{
	struct user *user;
	int status = user_open(cli, &user);

	if (status != CLI_DONE)
		return status;
	struct slice question = arena_printf(
		cli->arena, "Remove %.*s, and revoke all that was authorised by that account?",
		SLICE_ARG(user->name));

	status = ask_yes(cli, arena_cstr(cli->arena, question));
	if (status != CLI_DONE)
		return status;
	return user_changed(cli, user, people_remove(&cli->flow, &cli->call, user), "was removed");
}

static const struct command_option add_options[] = {
	{ "admin", NULL, "make an administrator" },
	ASK_PASSWORD_OPTION,
};
static const struct command_option passwd_options[] = { ASK_PASSWORD_OPTION };
static const struct command_option set_options[] = { { "admin", "yes|no",
						       "whether this is an administrator" } };
static const struct command_option remove_options[] = { { "yes", NULL, "do not ask" } };

static const struct command commands[] = {
	{
		.words = "user add",
		.usage = "NAME [--admin] [--password-file FILE]",
		.summary = "make an account; the password is read from standard input",
		.details = "On a terminal the password is asked for twice and not shown.",
		.example = "doorcode user add alice --admin",
		.options = add_options,
		.option_count = ARRAY_LEN(add_options),
		.least = 1,
		.most = 1,
		.run = run_add,
	},
	{
		.words = "user list",
		.usage = "[--json]",
		.summary = "list the accounts",
		.example = "doorcode user list",
		.run = user_list,
	},
	{
		.words = "user show",
		.usage = "NAME [--json]",
		.summary = "show an account, and what is known about its person",
		.example = "doorcode user show alice",
		.least = 1,
		.most = 1,
		.run = user_show,
	},
	{
		.words = "user passwd",
		.usage = "NAME [--password-file FILE]",
		.summary = "set a new password and end all sessions",
		.details = "On a terminal the password is asked for twice and not shown.",
		.example = "doorcode user passwd alice",
		.options = passwd_options,
		.option_count = ARRAY_LEN(passwd_options),
		.least = 1,
		.most = 1,
		.run = run_passwd,
	},
	{
		.words = "user disable",
		.usage = "NAME",
		.summary = "let nobody in under this name, and stop its tokens",
		.example = "doorcode user disable alice",
		.least = 1,
		.most = 1,
		.run = run_disable,
	},
	{
		.words = "user enable",
		.usage = "NAME",
		.summary = "undo user disable",
		.example = "doorcode user enable alice",
		.least = 1,
		.most = 1,
		.run = run_enable,
	},
	{
		.words = "user set",
		.usage = "NAME [CLAIM=VALUE ...] [--admin yes|no]",
		.summary = "change what is known about a person, or who is an administrator",
		.details =
			"The claims are those of OpenID Connect: name, given_name, family_name, middle_name, nickname,\n"
			"preferred_username, profile, picture, website, gender, birthdate, zoneinfo, locale, email, email_verified,\n"
			"phone_number, phone_number_verified, and address.formatted, .street_address, .locality, .region,\n"
			".postal_code and .country. An empty value takes a claim away. Applications are told of them by the scopes\n"
			"profile, email, phone and address.",
		.example =
			"doorcode user set alice name='Alice Liddell' email=alice@example.org email_verified=true",
		.options = set_options,
		.option_count = ARRAY_LEN(set_options),
		.least = 1,
		.most = CLI_WORDS_MAX,
		.run = user_set,
	},
	{
		.words = "user remove",
		.usage = "NAME [--yes]",
		.summary = "remove an account and all that was authorised by it",
		.details =
			"The applications that it registered stay, without an owner. The id is never given out again.",
		.example = "doorcode user remove alice --yes",
		.options = remove_options,
		.option_count = ARRAY_LEN(remove_options),
		.least = 1,
		.most = 1,
		.run = run_remove,
	},
};

const struct command_group user_group = { .title = "People",
					  .commands = commands,
					  .count = ARRAY_LEN(commands) };
