/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode user ...`: accounts. */
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/open.h"
#include "cli/table.h"
#include "flow/people.h"

static struct json *user_json(struct cli *cli, const struct user *user)
{
	struct json *object = json_object_new();

	json_set_text(object, "name", user->name);
	cli_set_id(object, "id", &user->id);
	json_set_bool(object, "admin", user->admin);
	json_set_bool(object, "enabled", user->enabled);
	cli_set_time(object, "created", user->created, cli->arena);
	cli_set_time(object, "last_sign_in", user->last_sign_in, cli->arena);
	return object;
}

/* Opens, and finds the person of the first argument. */
static int open_with_user(struct cli *cli, struct user **user)
{
	int status = cli_open(cli, CLI_NEED_FLOW);

	return status == CLI_DONE ? lookup_user(cli, cli->words[0], user) : status;
}

/* Prints what became of a change, with the person as changed. */
static int changed(struct cli *cli, const struct user *user, enum err err, const char *sentence)
{
	if (err != ERR_OK)
		return cli_failed(cli, "change the account", err);
	struct json *json = user_json(cli, user);

	return cli_done(cli, &json, "%.*s %s.", SLICE_ARG(user->name), sentence);
}

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
	int status = open_with_user(cli, &user);

	if (status == CLI_DONE)
		status = ask_password(cli, &person.password);
	if (status != CLI_DONE)
		return status;
	person.name = user->name;
	enum err err = people_set_password(&cli->flow, &cli->call, user, person.password, &why);

	if (err == ERR_INVALID)
		return refuse_password(cli, &person, why);
	return changed(cli, user, err, "has a new password; all sessions ended");
}

static int set_enabled(struct cli *cli, bool enabled)
{
	struct user *user;
	int status = open_with_user(cli, &user);

	if (status != CLI_DONE)
		return status;
	user->enabled = enabled;
	return changed(cli, user, people_set_enabled(&cli->flow, &cli->call, user, enabled),
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

static int run_set(struct cli *cli)
{
	struct user *user;
	bool admin = false;

	if (!cli_has(cli, "admin"))
		return cli_misuse(cli, "say what to set: --admin yes or --admin no");
	if (!cli_yes_no(cli, "admin", &admin))
		return CLI_USAGE;
	int status = open_with_user(cli, &user);

	if (status != CLI_DONE)
		return status;
	user->admin = admin;
	return changed(cli, user, people_set_admin(&cli->flow, &cli->call, user, admin),
		       admin ? "is an administrator" : "is no administrator");
}

static int run_remove(struct cli *cli)
{
	struct user *user;
	int status = open_with_user(cli, &user);

	if (status != CLI_DONE)
		return status;
	struct slice question = arena_printf(
		cli->arena, "Remove %.*s, and revoke all that was authorised by that account?",
		SLICE_ARG(user->name));

	status = ask_yes(cli, arena_cstr(cli->arena, question));
	if (status != CLI_DONE)
		return status;
	return changed(cli, user, people_remove(&cli->flow, &cli->call, user), "was removed");
}

static void print_users(struct cli *cli, const struct user_list *list)
{
	static const char *const headings[] = { "NAME", "ADMIN", "ENABLED", "CREATED",
						"LAST SIGN-IN" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));

	for (size_t i = 0; i < list->count; i++) {
		const struct user *user = &list->items[i];

		table_cell(table, user->name);
		table_cell(table, user->admin ? SLICE("yes") : SLICE("no"));
		table_cell(table, user->enabled ? SLICE("yes") : SLICE("no"));
		table_cell(table, cli_time(cli->arena, user->created));
		table_cell(table, cli_time(cli->arena, user->last_sign_in));
	}
	table_print(table, cli->out, "Nobody has an account yet.");
}

static int run_list(struct cli *cli)
{
	struct user_list list = { .count = 0 };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	enum err err = store_user_list(cli->store, cli->arena, &list);

	if (err != ERR_OK)
		return cli_failed(cli, "list the accounts", err);
	if (!cli->json) {
		print_users(cli, &list);
		return CLI_DONE;
	}
	struct json *array = json_array_new();

	for (size_t i = 0; i < list.count; i++) {
		struct json *object = user_json(cli, &list.items[i]);

		json_append(array, &object);
	}
	cli_print_json(cli, array);
	json_free(&array);
	return CLI_DONE;
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
		.run = run_list,
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
		.usage = "NAME --admin yes|no",
		.summary = "make an administrator, or no longer",
		.example = "doorcode user set alice --admin yes",
		.options = set_options,
		.option_count = ARRAY_LEN(set_options),
		.least = 1,
		.most = 1,
		.run = run_set,
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
