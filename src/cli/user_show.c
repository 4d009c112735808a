/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode user show` and `user list`: accounts, and what is known about their people. */
#include "cli/user_show.h"

#include "cli/lookup.h"
#include "cli/open.h"
#include "cli/table.h"

struct json *user_json(struct cli *cli, const struct user *user)
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

int user_open(struct cli *cli, struct user **user)
{
	int status = cli_open(cli, CLI_NEED_FLOW);

	return status == CLI_DONE ? lookup_user(cli, cli->words[0], user) : status;
}

int user_changed(struct cli *cli, const struct user *user, enum err err, const char *sentence)
{
	if (err != ERR_OK)
		return cli_failed(cli, "change the account", err);
	struct json *json = user_json(cli, user);

	return cli_done(cli, &json, "%.*s %s.", SLICE_ARG(user->name), sentence);
}

static void set_claim(struct json *object, const struct claim_row *row, struct slice value)
{
	if (slice_is_empty(value))
		return;
	if (row->type == CLAIM_FLAG)
		json_set_bool(object, row->name, slice_equal(value, SLICE("true")));
	else
		json_set_text(object, row->name, value);
}

static struct json *claims_json(const struct claim_list *list)
{
	struct json *object = json_object_new();

	for (size_t i = 0; i < claim_count(); i++)
		set_claim(object, claim_row(i), claim_value(list, claim_row(i)->name));
	return object;
}

static enum err whole_json(struct cli *cli, const struct user *user, struct json **out)
{
	struct claim_list list = { .count = 0 };
	int64_t changed;
	enum err err = store_user_claims(cli->store, cli->arena, &user->id, &list, &changed);

	if (err != ERR_OK)
		return err;
	struct json *claims = claims_json(&list);

	*out = user_json(cli, user);
	json_set_json(*out, "claims", &claims);
	return ERR_OK;
}

/* --- show */

static void print_user(struct cli *cli, const struct user *user, const struct claim_list *list)
{
	static const char *const headings[] = { "WHAT", "VALUE" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));
	char id[ID_TEXT_LEN + 1];
	const struct claim rows[] = {
		{ SLICE("account"), user->name },
		{ SLICE("sub"), arena_slice(cli->arena, id_text(&user->id, id)) },
		{ SLICE("admin"), user->admin ? SLICE("yes") : SLICE("no") },
		{ SLICE("enabled"), user->enabled ? SLICE("yes") : SLICE("no") },
		{ SLICE("created"), cli_time(cli->arena, user->created) },
		{ SLICE("last sign-in"), cli_time(cli->arena, user->last_sign_in) },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		table_cell(table, rows[i].name);
		table_cell(table, rows[i].value);
	}
	for (size_t i = 0; i < claim_count(); i++) {
		struct slice name = slice_str(claim_row(i)->name);
		struct slice value = claim_value(list, claim_row(i)->name);

		if (slice_is_empty(value))
			continue;
		table_cell(table, name);
		table_cell(table, value);
	}
	table_print(table, cli->out, "");
}

int user_show(struct cli *cli)
{
	struct user *user;
	struct claim_list list = { .count = 0 };
	struct json *json = NULL;
	int64_t changed;
	int status = user_open(cli, &user);

	if (status != CLI_DONE)
		return status;
	enum err err = store_user_claims(cli->store, cli->arena, &user->id, &list, &changed);

	if (err == ERR_OK && cli->json)
		err = whole_json(cli, user, &json);
	if (err != ERR_OK)
		return cli_failed(cli, "read the account", err);
	if (!cli->json) {
		print_user(cli, user, &list);
		return CLI_DONE;
	}
	cli_print_json(cli, json);
	json_free(&json);
	return CLI_DONE;
}

/* --- list */

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

static enum err print_users_json(struct cli *cli, const struct user_list *list)
{
	AUTO(json) struct json *array = json_array_new();

	for (size_t i = 0; i < list->count; i++) {
		struct json *object = NULL;
		enum err err = whole_json(cli, &list->items[i], &object);

		if (err != ERR_OK)
			return err;
		json_append(array, &object);
	}
	cli_print_json(cli, array);
	return ERR_OK;
}

int user_list(struct cli *cli)
{
	struct user_list list = { .count = 0 };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	enum err err = store_user_list(cli->store, cli->arena, &list);

	if (err == ERR_OK && cli->json)
		err = print_users_json(cli, &list);
	if (err != ERR_OK)
		return cli_failed(cli, "list the accounts", err);
	if (!cli->json)
		print_users(cli, &list);
	return CLI_DONE;
}
