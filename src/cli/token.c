/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode token ...`: what people have authorised. Tokens hang on authorizations, and it is those
 * that are listed and revoked: the tokens themselves are nowhere to be read. */
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/open.h"
#include "cli/table.h"

enum { LIST_MAX = 10000, REVOKE_BATCH = 200 };

static struct json *authorization_json(struct cli *cli, const struct authorization *authorization)
{
	struct json *object = json_object_new();

	cli_set_id(object, "authorization", &authorization->id);
	json_set_text(object, "user", authorization->user_name);
	json_set_text(object, "client_id", authorization->client_id);
	json_set_text(object, "client_name", authorization->client_name);
	json_set_text(object, "grant_type", slice_str(grant_row(authorization->grant)->wire));
	json_set_text(object, "scope", authorization->scope);
	json_set_text(object, "origin", authorization->origin);
	cli_set_time(object, "created", authorization->created, cli->arena);
	cli_set_time(object, "last_used", authorization->last_used, cli->arena);
	cli_set_time(object, "revoked", authorization->revoked, cli->arena);
	return object;
}

/* --user and --client to ids; those that were not given stay NULL. */
static int take_filter(struct cli *cli, struct authorization_filter *filter)
{
	const char *user_name = cli_value(cli, "user");
	const char *client_id = cli_value(cli, "client");
	struct user *user;
	struct client *client;
	int status = CLI_DONE;

	if (user_name != NULL) {
		status = lookup_user(cli, user_name, &user);
		if (status != CLI_DONE)
			return status;
		filter->user = &user->id;
	}
	if (client_id != NULL) {
		status = lookup_client(cli, client_id, &client, NULL);
		if (status != CLI_DONE)
			return status;
		filter->client = &client->id;
	}
	return status;
}

static void print_authorizations(struct cli *cli, const struct authorization_list *list,
				 bool revoked_too)
{
	static const char *const headings[] = { "AUTHORIZATION", "USER",    "APPLICATION",
						"SCOPE",         "CREATED", "LAST USED",
						"REVOKED" };
	struct table *table = table_new(cli->arena, headings,
					ARRAY_LEN(headings) - (revoked_too ? 0 : 1));

	for (size_t i = 0; i < list->count; i++) {
		const struct authorization *authorization = &list->items[i];
		char id[ID_TEXT_LEN + 1];

		table_cell(table, arena_slice(cli->arena, id_text(&authorization->id, id)));
		table_cell(table, authorization->user_name);
		table_cell(table, authorization->client_name);
		table_cell(table, authorization->scope);
		table_cell(table, cli_time(cli->arena, authorization->created));
		table_cell(table, cli_time(cli->arena, authorization->last_used));
		if (revoked_too)
			table_cell(table, cli_time(cli->arena, authorization->revoked));
	}
	table_print(table, cli->out, "Nothing is authorised.");
}

static void print_authorizations_json(struct cli *cli, const struct authorization_list *list)
{
	struct json *array = json_array_new();

	for (size_t i = 0; i < list->count; i++) {
		struct json *object = authorization_json(cli, &list->items[i]);

		json_append(array, &object);
	}
	cli_print_json(cli, array);
	json_free(&array);
}

static int run_list(struct cli *cli)
{
	struct authorization_filter filter = { .revoked_too = cli_has(cli, "all"),
					       .limit = LIST_MAX };
	struct authorization_list list = { .count = 0 };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = take_filter(cli, &filter);
	if (status != CLI_DONE)
		return status;
	enum err err = store_authorization_list(cli->store, cli->arena, &filter, &list);

	if (err != ERR_OK)
		return cli_failed(cli, "list the authorizations", err);
	if (cli->json)
		print_authorizations_json(cli, &list);
	else
		print_authorizations(cli, &list, filter.revoked_too);
	if (list.count == LIST_MAX)
		fprintf(cli->err, "These are the newest %d; narrow them with --user or --client.\n",
			LIST_MAX);
	return CLI_DONE;
}

static enum err revoke(struct cli *cli, const struct authorization *authorization)
{
	struct event event = call_event(&cli->call, EVENT_AUTHORIZATION_REVOKED,
					&authorization->user, &authorization->client,
					&authorization->id);

	return store_authorization_revoke(cli->store, &authorization->id, NULL, cli->call.now,
					  &event);
}

static int revoke_one(struct cli *cli, const char *text)
{
	struct id id;
	struct authorization *authorization;

	if (id_parse(slice_str(text), &id) != ERR_OK)
		return cli_refuse(
			cli, "%s is not the id of an authorization: doorcode token list has them",
			text);
	enum find find = store_authorization_find(cli->store, cli->arena, &id, &authorization);

	if (find == ABSENT)
		return cli_refuse(cli, "there is no authorization %s", text);
	enum err err = find == FOUND ? revoke(cli, authorization) : ERR_DATABASE;

	return err == ERR_OK ? CLI_DONE : cli_failed(cli, "revoke the authorization", err);
}

/* Each is a transaction of its own with its event; what is authorised meanwhile is revoked as well.
 */
static int revoke_all(struct cli *cli, struct authorization_filter *filter, int64_t *count)
{
	struct authorization_list list;

	filter->limit = REVOKE_BATCH;
	do {
		list.count = 0;
		enum err err = store_authorization_list(cli->store, cli->arena, filter, &list);

		for (size_t i = 0; i < list.count && err == ERR_OK; i++) {
			err = revoke(cli, &list.items[i]);
			*count += err == ERR_OK;
			/* gone in between, with its person or client */
			err = err == ERR_ABSENT ? ERR_OK : err;
		}
		if (err != ERR_OK)
			return cli_failed(cli, "revoke all authorizations", err);
	} while (list.count > 0);
	return CLI_DONE;
}

static int run_revoke(struct cli *cli)
{
	struct authorization_filter filter = { .limit = REVOKE_BATCH };
	bool many = cli_has(cli, "user") || cli_has(cli, "client");
	int64_t count = 0;

	if (many == (cli->word_count > 0))
		return cli_misuse(
			cli, "name one AUTHORIZATION, or say --user NAME or --client CLIENT_ID");
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = take_filter(cli, &filter);
	if (status != CLI_DONE)
		return status;
	if (many)
		status = revoke_all(cli, &filter, &count);
	else
		status = revoke_one(cli, cli->words[0]);
	if (status != CLI_DONE)
		return status;
	count = many ? count : 1;
	struct json *json = json_object_new();

	json_set_number(json, "revoked", count);
	return cli_done(cli, &json, "%lld authorization%s revoked.", (long long)count,
			count == 1 ? " was" : "s were");
}

static const struct command_option list_options[] = {
	{ "user", "NAME", "only those of this person" },
	{ "client", "CLIENT_ID", "only those of this application" },
	{ "all", NULL, "those that were revoked as well" },
};
static const struct command_option revoke_options[] = {
	{ "user", "NAME", "all of this person" },
	{ "client", "CLIENT_ID", "all of this application; with --user, where both fit" },
};

static const struct command commands[] = {
	{
		.words = "token list",
		.usage = "[--user NAME] [--client CLIENT_ID] [--all]",
		.summary = "list what is authorised, newest first",
		.example = "doorcode token list --user alice",
		.options = list_options,
		.option_count = ARRAY_LEN(list_options),
		.run = run_list,
	},
	{
		.words = "token revoke",
		.usage = "AUTHORIZATION | --user NAME | --client CLIENT_ID",
		.summary = "revoke an authorization with all its tokens, or all of them",
		.example = "doorcode token revoke --user alice",
		.options = revoke_options,
		.option_count = ARRAY_LEN(revoke_options),
		.most = 1,
		.run = run_revoke,
	},
};

const struct command_group token_group = { .title = "Authorizations",
					   .commands = commands,
					   .count = ARRAY_LEN(commands) };
