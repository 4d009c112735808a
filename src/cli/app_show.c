/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode app show` and `doorcode app list`, and the JSON form that all commands about
 * applications share. */
#include "cli/app_show.h"

#include "cli/app_settings.h"
#include "cli/lookup.h"
#include "cli/open.h"
#include "cli/table.h"

enum { LIST_MAX = 10000 };

/* Members are the parts of `text`, separated by blanks or line feeds. */
static void set_words(struct json *object, const char *name, struct slice text)
{
	struct json *array = json_array_new();
	struct slice word;

	while (slice_word(&text, &word))
		json_append_text(array, word);
	json_set_json(object, name, &array);
}

static void set_secrets(struct cli *cli, struct json *object,
			const struct client_secret_list *secrets)
{
	struct json *array = json_array_new();

	for (size_t i = 0; i < secrets->count; i++) {
		struct json *row = json_object_new();

		cli_set_id(row, "id", &secrets->items[i].id);
		cli_set_time(row, "created", secrets->items[i].created, cli->arena);
		cli_set_time(row, "expires", secrets->items[i].expires, cli->arena);
		cli_set_time(row, "last_used", secrets->items[i].last_used, cli->arena);
		json_append(array, &row);
	}
	json_set_json(object, "secrets", &array);
}

/* The name of the owner; empty when there is none. */
static struct slice owner_name(struct cli *cli, const struct client *client)
{
	struct user *user;

	if (id_is_zero(&client->owner) ||
	    store_user_find(cli->store, cli->arena, &client->owner, &user) != FOUND)
		return SLICE_EMPTY;
	return user->name;
}

struct json *app_json(struct cli *cli, const struct client *client, struct slice secret,
		      const struct client_secret_list *secrets)
{
	struct json *object = json_object_new();
	struct json *settings = app_settings_json(client);
	struct slice owner = owner_name(cli, client);

	json_set_text(object, "client_id", client->client_id);
	if (!slice_is_empty(secret))
		json_set_text(object, "client_secret", secret);
	json_set_text(object, "name", client->name);
	json_set_text(object, "client_type", slice_str(client_type_name(client->type)));
	set_words(object, "grant_types", grants_text(client->grants, cli->arena));
	set_words(object, "redirect_uris", client->redirect_uris);
	set_words(object, "post_logout_redirect_uris", client->post_logout_redirect_uris);
	set_words(object, "allowed_origins", client->allowed_origins);
	set_words(object, "allowed_scopes", client->allowed_scopes);
	set_words(object, "default_scopes", client->default_scopes);
	json_set_text(object, "algorithm", slice_str(client_algorithm_name(client->algorithm)));
	json_set_json(object, "settings", &settings);
	if (slice_is_empty(owner))
		json_set_null(object, "owner");
	else
		json_set_text(object, "owner", owner);
	json_set_bool(object, "enabled", client->enabled);
	json_set_bool(object, "reviewed", client->reviewed);
	cli_set_time(object, "created", client->created, cli->arena);
	cli_set_time(object, "updated", client->updated, cli->arena);
	if (secrets != NULL)
		set_secrets(cli, object, secrets);
	return object;
}

/* One line per part of a list. */
static void print_list(struct cli *cli, const char *label, struct slice text,
		       const char *when_empty)
{
	struct slice word;

	if (slice_is_empty(text))
		fprintf(cli->out, "%-27s%s\n", label, when_empty);
	while (slice_word(&text, &word)) {
		fprintf(cli->out, "%-27s%.*s\n", label, SLICE_ARG(word));
		label = "";
	}
}

static void print_line(struct cli *cli, const char *label, struct slice text)
{
	fprintf(cli->out, "%-27s%.*s\n", label, SLICE_ARG(text));
}

static void print_secrets(struct cli *cli, const struct client_secret_list *secrets)
{
	for (size_t i = 0; i < secrets->count; i++) {
		struct slice created = cli_time(cli->arena, secrets->items[i].created);
		struct slice used = cli_time(cli->arena, secrets->items[i].last_used);
		struct slice expires = secrets->items[i].expires == 0
					       ? SLICE("never")
					       : cli_time(cli->arena, secrets->items[i].expires);

		print_line(cli, i == 0 ? "secrets" : "",
			   arena_printf(cli->arena, "made %.*s, last used %.*s, expires %.*s",
					SLICE_ARG(created), SLICE_ARG(used), SLICE_ARG(expires)));
	}
}

static void print_app(struct cli *cli, const struct client *client,
		      const struct client_secret_list *secrets)
{
	struct slice algorithm = slice_str(client_algorithm_name(client->algorithm));
	struct slice owner = owner_name(cli, client);

	print_line(cli, "client_id", client->client_id);
	print_line(cli, "name", client->name);
	print_line(cli, "type", slice_str(client_type_name(client->type)));
	print_list(cli, "grants", grants_text(client->grants, cli->arena), "none");
	print_list(cli, "redirect URIs", client->redirect_uris, "none");
	print_list(cli, "post-logout redirect URIs", client->post_logout_redirect_uris, "none");
	print_list(cli, "allowed origins", client->allowed_origins, "none");
	print_list(cli, "allowed scopes", client->allowed_scopes, "all");
	print_list(cli, "default scopes", client->default_scopes, "the server's");
	print_line(cli, "algorithm",
		   slice_is_empty(algorithm) ? SLICE("RS256, the default") : algorithm);
	app_settings_print(cli, client);
	print_line(cli, "owner", slice_is_empty(owner) ? SLICE("none") : owner);
	print_line(cli, "enabled", client->enabled ? SLICE("yes") : SLICE("no"));
	print_line(cli, "reviewed", client->reviewed ? SLICE("yes") : SLICE("no"));
	print_line(cli, "created", cli_time(cli->arena, client->created));
	print_line(cli, "updated", cli_time(cli->arena, client->updated));
	print_secrets(cli, secrets);
}

int app_show(struct cli *cli)
{
	struct client *client;
	struct client_secret_list secrets = { .count = 0 };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = lookup_client(cli, cli->words[0], &client, &secrets);
	if (status != CLI_DONE)
		return status;
	if (!cli->json) {
		print_app(cli, client, &secrets);
		return CLI_DONE;
	}
	struct json *json = app_json(cli, client, SLICE_EMPTY, &secrets);

	cli_print_json(cli, json);
	json_free(&json);
	return CLI_DONE;
}

static void print_apps(struct cli *cli, const struct client_list *list)
{
	static const char *const headings[] = { "CLIENT_ID", "NAME",     "TYPE",
						"ENABLED",   "REVIEWED", "CREATED" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));

	for (size_t i = 0; i < list->count; i++) {
		const struct client *client = &list->items[i];

		table_cell(table, client->client_id);
		table_cell(table, client->name);
		table_cell(table, slice_str(client_type_name(client->type)));
		table_cell(table, client->enabled ? SLICE("yes") : SLICE("no"));
		table_cell(table, client->reviewed ? SLICE("yes") : SLICE("no"));
		table_cell(table, cli_time(cli->arena, client->created));
	}
	table_print(table, cli->out, "No application is registered.");
}

static int take_owner(struct cli *cli, const struct id **owner)
{
	const char *name = cli_value(cli, "owner");
	struct user *user;
	int status = name == NULL ? CLI_DONE : lookup_user(cli, name, &user);

	*owner = name != NULL && status == CLI_DONE ? &user->id : NULL;
	return status;
}

int app_list(struct cli *cli)
{
	struct client_list list = { .count = 0 };
	const struct id *owner;
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = take_owner(cli, &owner);
	if (status != CLI_DONE)
		return status;
	enum err err = store_client_list(cli->store, cli->arena, owner, LIST_MAX, &list);

	if (err != ERR_OK)
		return cli_failed(cli, "list the applications", err);
	if (!cli->json) {
		print_apps(cli, &list);
		return CLI_DONE;
	}
	struct json *array = json_array_new();

	for (size_t i = 0; i < list.count; i++) {
		struct json *object = app_json(cli, &list.items[i], SLICE_EMPTY, NULL);

		json_append(array, &object);
	}
	cli_print_json(cli, array);
	json_free(&array);
	return CLI_DONE;
}
