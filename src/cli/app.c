/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode app ...`: applications (clients). What is made here was made by whoever runs the
 * server, and counts as reviewed. A client secret is printed once, when it is made. */
#include "cli/app_form.h"
#include "cli/app_settings.h"
#include "cli/app_show.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/open.h"
#include "config/duration.h"
#include "flow/applications.h"

enum { OVERLAP_DEFAULT = 86400 };

/* The application with its new secret: the sentence, then what the developer needs. */
static int done(struct cli *cli, const struct client *client, struct slice secret,
		const char *sentence)
{
	struct json *json = app_json(cli, client, secret, NULL);

	if (cli->json)
		return cli_done(cli, &json, "%s", "");
	json_free(&json);
	fprintf(cli->out, "%.*s %s.\n", SLICE_ARG(client->name), sentence);
	fprintf(cli->out, "client_id      %.*s\n", SLICE_ARG(client->client_id));
	if (!slice_is_empty(secret))
		fprintf(cli->out,
			"client_secret  %.*s\n(It is shown this once; only a keyed hash is kept.)\n",
			SLICE_ARG(secret));
	return CLI_DONE;
}

static int take_new(struct cli *cli, struct application_new *application)
{
	const char *client_id = cli_value(cli, "client-id");
	const char *owner = cli_value(cli, "owner");
	struct user *user;

	app_form_fill(cli, NULL, &application->form);
	int status = app_settings_fill(cli, &application->settings);

	if (status != CLI_DONE)
		return status;
	application->reviewed = true;
	application->client_id = client_id != NULL ? slice_str(client_id)
						   : application_fresh_client_id(cli->arena);
	if (!client_id_is_valid(application->client_id)) /* RFC6749#A.1 */
		return cli_refuse(cli,
				  "--client-id: 1 to %d visible ASCII characters, without blanks",
				  CLIENT_ID_MAX);
	if (owner == NULL)
		return CLI_DONE;
	status = lookup_user(cli, owner, &user);
	if (status == CLI_DONE)
		application->owner = user->id;
	return status;
}

static int run_add(struct cli *cli)
{
	struct application_new application = { .reviewed = true };
	struct client_faults faults;
	struct application_made made;
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = take_new(cli, &application);
	if (status != CLI_DONE)
		return status;
	enum err err = application_add(&cli->flow, &cli->call, &application, &made, &faults);

	if (err == ERR_INVALID)
		return app_form_refuse(cli, &faults);
	if (err == ERR_CONFLICT)
		return cli_refuse(cli, "there is an application with the client_id %.*s already",
				  SLICE_ARG(application.client_id));
	if (err != ERR_OK)
		return cli_failed(cli, "register the application", err);
	return done(cli, made.client, made.secret, "was registered");
}

static int run_set(struct cli *cli)
{
	struct client *client;
	struct client_faults faults;
	struct slice secret;

	if (!app_form_is_given(cli) && !app_settings_is_given(cli) && !cli_has(cli, "enabled") &&
	    !cli_has(cli, "reviewed"))
		return cli_misuse(cli, "say what to set");
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = lookup_client(cli, cli->words[0], &client, NULL);
	if (status != CLI_DONE)
		return status;
	struct application_change change = {
		.client = client,
		.enabled = client->enabled,
		.reviewed = client->reviewed,
	};

	if (!cli_yes_no(cli, "enabled", &change.enabled) ||
	    !cli_yes_no(cli, "reviewed", &change.reviewed))
		return CLI_USAGE;
	app_form_fill(cli, client, &change.form);
	status = app_settings_fill(cli, &change.settings);
	if (status != CLI_DONE)
		return status;
	enum err err = application_update(&cli->flow, &cli->call, &change, &secret, &faults);

	if (err == ERR_INVALID)
		return app_form_refuse(cli, &faults);
	if (err != ERR_OK)
		return cli_failed(cli, "change the application", err);
	status = lookup_client(cli, cli->words[0], &client, NULL);
	return status == CLI_DONE ? done(cli, client, secret, "was changed") : status;
}

static int run_remove(struct cli *cli)
{
	struct client *client;
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = lookup_client(cli, cli->words[0], &client, NULL);
	if (status != CLI_DONE)
		return status;
	struct slice question = arena_printf(cli->arena,
					     "Remove %.*s, and revoke all that people gave to it?",
					     SLICE_ARG(client->name));

	status = ask_yes(cli, arena_cstr(cli->arena, question));
	if (status != CLI_DONE)
		return status;
	enum err err = application_remove(&cli->flow, &cli->call, client);

	if (err != ERR_OK)
		return cli_failed(cli, "remove the application", err);
	struct json *json = app_json(cli, client, SLICE_EMPTY, NULL);

	return cli_done(cli, &json, "%.*s was removed.", SLICE_ARG(client->name));
}

static int run_rotate_secret(struct cli *cli)
{
	struct client *client;
	struct slice secret;
	int64_t overlap = OVERLAP_DEFAULT;
	const char *text = cli_value(cli, "overlap");

	if (text != NULL && duration_parse(slice_str(text), &overlap) != ERR_OK)
		return cli_misuse(cli,
				  "--overlap is a number of seconds, or one with s, m, h or d");
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = lookup_client(cli, cli->words[0], &client, NULL);
	if (status != CLI_DONE)
		return status;
	enum err err = application_rotate_secret(&cli->flow, &cli->call, client, overlap, &secret);

	if (err == ERR_INVALID)
		return cli_refuse(cli,
				  "%s has no secret: it is public, or proves itself in another way",
				  cli->words[0]);
	if (err == ERR_FULL)
		return cli_refuse(
			cli, "%s has two secrets already; wait until the older one has expired",
			cli->words[0]);
	if (err != ERR_OK)
		return cli_failed(cli, "make a secret", err);
	return done(cli, client, secret, "has a new secret");
}

static const struct command_option add_options[] = {
	APP_FORM_OPTIONS,
	{ "client-id", "ID", "in the place of a random one" },
	{ "owner", "USER", "who may change it in the browser" },
};
static const struct command_option set_options[] = {
	APP_FORM_OPTIONS,
	{ "enabled", "yes|no", "whether it may be used" },
	{ "reviewed", "yes|no", "whether an administrator has looked at it" },
};
static const struct command_option list_options[] = { { "owner", "USER",
							"only those of this person" } };
static const struct command_option remove_options[] = { { "yes", NULL, "do not ask" } };
static const struct command_option rotate_options[] = {
	{ "overlap", "SECONDS", "for which the older secret still works (default 1d)" },
};

static const struct command commands[] = {
	{
		.words = "app add",
		.usage = "--name WORDS --type public|confidential --grant GRANT [...]",
		.summary = "register an application; prints its client_id, and its secret once",
		.example = "doorcode app add --name \"My TV\" --type public --grant device-code",
		.options = add_options,
		.option_count = ARRAY_LEN(add_options),
		.more_options = app_settings_options,
		.run = run_add,
	},
	{
		.words = "app list",
		.usage = "[--owner USER]",
		.summary = "list the applications",
		.example = "doorcode app list",
		.options = list_options,
		.option_count = ARRAY_LEN(list_options),
		.run = app_list,
	},
	{
		.words = "app show",
		.usage = "CLIENT_ID",
		.summary = "print everything about an application but its secrets",
		.example = "doorcode app show 6Xw0x2hB0pVJxY3m4sKq1t",
		.least = 1,
		.most = 1,
		.run = app_show,
	},
	{
		.words = "app set",
		.usage = "CLIENT_ID [--name WORDS] [--enabled yes|no] [...]",
		.summary = "change an application",
		.details =
			"An option that may come several times replaces the whole list; one empty value empties it.\n"
			"An application that becomes confidential gets a secret; one that becomes public loses its secrets.",
		.example = "doorcode app set 6Xw0x2hB0pVJxY3m4sKq1t --reviewed yes",
		.options = set_options,
		.option_count = ARRAY_LEN(set_options),
		.more_options = app_settings_options,
		.least = 1,
		.most = 1,
		.run = run_set,
	},
	{
		.words = "app rotate-secret",
		.usage = "CLIENT_ID [--overlap SECONDS]",
		.summary = "make a second secret; the older one works for a while",
		.example = "doorcode app rotate-secret 6Xw0x2hB0pVJxY3m4sKq1t --overlap 7d",
		.options = rotate_options,
		.option_count = ARRAY_LEN(rotate_options),
		.least = 1,
		.most = 1,
		.run = run_rotate_secret,
	},
	{
		.words = "app remove",
		.usage = "CLIENT_ID [--yes]",
		.summary = "remove an application and all that people gave to it",
		.example = "doorcode app remove 6Xw0x2hB0pVJxY3m4sKq1t --yes",
		.options = remove_options,
		.option_count = ARRAY_LEN(remove_options),
		.least = 1,
		.most = 1,
		.run = run_remove,
	},
};

const struct command_group app_group = { .title = "Applications",
					 .commands = commands,
					 .count = ARRAY_LEN(commands) };
