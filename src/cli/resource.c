/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode resource ...`: protected resources (RFC 8707), which an access token may be for. */
#include <assert.h>

#include "base/buf.h"
#include "cli/commands.h"
#include "cli/lookup.h"
#include "cli/open.h"
#include "cli/table.h"
#include "config/duration.h"
#include "domain/plain_text.h"

enum { NAME_BYTES_MAX = 200, LIFETIME_LEAST = 10, LIFETIME_MOST = 31536000 };

static const char *const format_names[] = {
	[TOKEN_FORMAT_DEFAULT] = "default",
	[TOKEN_FORMAT_OPAQUE] = "opaque",
	[TOKEN_FORMAT_JWT] = "jwt",
};
static_assert(ARRAY_LEN(format_names) == TOKEN_FORMAT_COUNT, "a name for each format");

/* The client_id of who may introspect; empty when nobody may. */
static struct slice client_of(struct cli *cli, const struct resource *resource)
{
	struct client *client;

	if (id_is_zero(&resource->client) ||
	    store_client_find(cli->store, cli->arena, &resource->client, &client) != FOUND)
		return SLICE_EMPTY;
	return client->client_id;
}

static struct json *resource_json(struct cli *cli, const struct resource *resource)
{
	struct json *object = json_object_new();
	struct json *scopes = json_array_new();
	struct slice rest = resource->scopes;
	struct slice scope;
	struct slice client = client_of(cli, resource);

	json_set_text(object, "uri", resource->uri);
	json_set_text(object, "name", resource->name);
	while (slice_word(&rest, &scope))
		json_append_text(scopes, scope);
	json_set_json(object, "scopes", &scopes);
	if (slice_is_empty(client))
		json_set_null(object, "client");
	else
		json_set_text(object, "client", client);
	json_set_text(object, "format", slice_str(format_names[resource->format]));
	json_set_number(object, "lifetime", resource->lifetime);
	cli_set_time(object, "created", resource->created, cli->arena);
	return object;
}

static struct event resource_event(const struct cli *cli, const char *what, struct slice uri)
{
	struct event event = call_event(&cli->call, EVENT_RESOURCE_CHANGED, NULL, NULL, NULL);

	event.detail = arena_printf(cli->arena, "%s %.*s, %.*s", what, SLICE_ARG(uri),
				    SLICE_ARG(cli->call.actor));
	return event;
}

static int take_name(struct cli *cli, struct resource *resource)
{
	const char *name = cli_value(cli, "name");

	if (name != NULL)
		resource->name = slice_trim(slice_str(name));
	/* The words stand on the page that asks people. */
	if (slice_is_empty(resource->name) || resource->name.len > NAME_BYTES_MAX ||
	    !plain_text_is_line(resource->name))
		return cli_refuse(
			cli, "the name is for people who are asked: one line, 200 bytes at most");
	return CLI_DONE;
}

static int take_scopes(struct cli *cli, struct resource *resource)
{
	struct scope_list known = { .count = 0 };
	struct buf scopes;
	const char *value;
	size_t at = 0;

	if (!cli_has(cli, "scope"))
		return CLI_DONE;
	enum err err = store_scope_list(cli->store, cli->arena, &known);

	if (err != ERR_OK)
		return cli_failed(cli, "list the scopes", err);
	buf_init_arena(&scopes, cli->arena, SCOPE_TEXT_MAX);
	while ((value = cli_next_value(cli, "scope", &at)) != NULL) {
		if (*value == '\0')
			continue; /* one empty value empties the list */
		if (scope_list_find(&known, slice_str(value)) == NULL)
			return cli_refuse(cli, "there is no scope named %s", value);
		buf_add_part(&scopes, ' ', slice_str(value));
	}
	resource->scopes = buf_slice(&scopes);
	return buf_is_whole(&scopes) ? CLI_DONE : cli_refuse(cli, "these are too many scopes");
}

/* RFC7662#2.1: whoever introspects must prove who it is */
static int take_client(struct cli *cli, struct resource *resource)
{
	const char *client_id = cli_value(cli, "client");
	struct client *client;

	if (client_id == NULL)
		return CLI_DONE;
	resource->client = (struct id){ { 0 } };
	if (*client_id == '\0')
		return CLI_DONE;
	int status = lookup_client(cli, client_id, &client, NULL);

	if (status != CLI_DONE)
		return status;
	if (client->type != CLIENT_CONFIDENTIAL)
		return cli_refuse(cli, "%s is a public client, which cannot prove who it is",
				  client_id);
	resource->client = client->id;
	return CLI_DONE;
}

static int take_format(struct cli *cli, struct resource *resource)
{
	const char *format = cli_value(cli, "format");

	if (format == NULL)
		return CLI_DONE;
	unsigned named = slice_name_index(slice_str(format), format_names, TOKEN_FORMAT_COUNT);
	if (named == TOKEN_FORMAT_COUNT)
		return cli_misuse(cli, "--format is opaque, jwt, or default: as the "
				       "application has it");
	resource->format = (enum token_format)named;
	return CLI_DONE;
}

static int take_lifetime(struct cli *cli, struct resource *resource)
{
	const char *lifetime = cli_value(cli, "lifetime");

	if (lifetime == NULL)
		return CLI_DONE;
	if (duration_parse(slice_str(lifetime), &resource->lifetime) != ERR_OK)
		return cli_misuse(cli,
				  "--lifetime is a number of seconds, or one with s, m, h or d");
	if (resource->lifetime != 0 &&
	    (resource->lifetime < LIFETIME_LEAST || resource->lifetime > LIFETIME_MOST))
		return cli_refuse(cli, "--lifetime is 10s to 365d, or 0: as the server has it");
	return CLI_DONE;
}

/* What was given, over what it holds. */
static int take_values(struct cli *cli, struct resource *resource)
{
	int (*const takers[])(struct cli *, struct resource *) = { take_name, take_scopes,
								   take_client, take_format,
								   take_lifetime };
	int status = CLI_DONE;

	for (size_t i = 0; i < ARRAY_LEN(takers) && status == CLI_DONE; i++)
		status = takers[i](cli, resource);
	return status;
}

static int find_resource(struct cli *cli, struct resource *out)
{
	struct resource_list list = { .count = 0 };
	enum err err = store_resource_list(cli->store, cli->arena, &list);

	if (err != ERR_OK)
		return cli_failed(cli, "list the resources", err);
	const struct resource *found = resource_list_find(&list, slice_str(cli->words[0]));

	if (found == NULL)
		return cli_refuse(cli, "there is no resource %s", cli->words[0]);
	*out = *found;
	return CLI_DONE;
}

static int run_add(struct cli *cli)
{
	struct resource resource = { .uri = slice_str(cli->words[0]),
				     .name = SLICE_EMPTY,
				     .scopes = SLICE_EMPTY };

	if (!resource_uri_is_valid(resource.uri)) /* RFC8707#2 */
		return cli_refuse(
			cli,
			"a resource is an absolute URI without a fragment, such as https://api.example.com/");
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = take_values(cli, &resource);
	if (status != CLI_DONE)
		return status;
	resource.created = cli->call.now;
	const struct event event = resource_event(cli, "added", resource.uri);
	enum err err = store_resource_insert(cli->store, &resource, &event);

	if (err == ERR_CONFLICT)
		return cli_refuse(
			cli,
			"there is a resource %s already; change it with: doorcode resource set",
			cli->words[0]);
	if (err != ERR_OK)
		return cli_failed(cli, "add the resource", err);
	struct json *json = resource_json(cli, &resource);

	return cli_done(cli, &json, "The resource %s was added.", cli->words[0]);
}

static int run_set(struct cli *cli)
{
	struct resource resource = { .uri = SLICE_EMPTY };

	if (cli->given_count == 0)
		return cli_misuse(cli, "say what to set");
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = find_resource(cli, &resource);
	if (status == CLI_DONE)
		status = take_values(cli, &resource);
	if (status != CLI_DONE)
		return status;
	const struct event event = resource_event(cli, "changed", resource.uri);
	enum err err = store_resource_update(cli->store, &resource, &event);

	if (err != ERR_OK)
		return cli_failed(cli, "change the resource", err);
	struct json *json = resource_json(cli, &resource);

	return cli_done(cli, &json, "The resource %s was changed.", cli->words[0]);
}

static int run_remove(struct cli *cli)
{
	struct resource resource = { .uri = SLICE_EMPTY };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = find_resource(cli, &resource);
	if (status != CLI_DONE)
		return status;
	const struct event event = resource_event(cli, "removed", resource.uri);
	enum err err = store_resource_remove(cli->store, resource.uri, &event);

	if (err != ERR_OK)
		return cli_failed(cli, "remove the resource", err);
	struct json *json = resource_json(cli, &resource);

	return cli_done(
		cli, &json,
		"The resource %s was removed; tokens that are out stay good until they expire.",
		cli->words[0]);
}

static void print_resources(struct cli *cli, const struct resource_list *list)
{
	static const char *const headings[] = { "URI",    "NAME",   "SCOPES",
						"CLIENT", "FORMAT", "LIFETIME" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));

	for (size_t i = 0; i < list->count; i++) {
		const struct resource *resource = &list->items[i];
		char *lifetime = arena_alloc(cli->arena, DURATION_TEXT_MAX);

		table_cell(table, resource->uri);
		table_cell(table, resource->name);
		table_cell(table,
			   slice_is_empty(resource->scopes) ? SLICE("all") : resource->scopes);
		table_cell(table, client_of(cli, resource));
		table_cell(table, slice_str(format_names[resource->format]));
		table_cell(table, resource->lifetime == 0
					  ? SLICE_EMPTY
					  : slice_str(duration_text(resource->lifetime, lifetime)));
	}
	table_print(table, cli->out, "There are no resources.");
}

static int run_list(struct cli *cli)
{
	struct resource_list list = { .count = 0 };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	enum err err = store_resource_list(cli->store, cli->arena, &list);

	if (err != ERR_OK)
		return cli_failed(cli, "list the resources", err);
	if (!cli->json) {
		print_resources(cli, &list);
		return CLI_DONE;
	}
	struct json *array = json_array_new();

	for (size_t i = 0; i < list.count; i++) {
		struct json *object = resource_json(cli, &list.items[i]);

		json_append(array, &object);
	}
	cli_print_json(cli, array);
	json_free(&array);
	return CLI_DONE;
}

static const struct command_option options[] = {
	{ "name", "WORDS", "what people are told that it is" },
	{ "scope", "SCOPE",
	  "that means something there; may come several times; none: all scopes" },
	{ "client", "CLIENT_ID", "confidential client that may introspect its tokens" },
	{ "format", "opaque|jwt|default",
	  "of its access tokens; default: as the application has it" },
	{ "lifetime", "SECONDS", "of its access tokens; 0: as the server has it" },
};

static const struct command commands[] = {
	{
		.words = "resource add",
		.usage = "URI --name WORDS [--scope SCOPE ...] [--client CLIENT_ID] [...]",
		.summary = "add a resource that tokens may be for",
		.example = "doorcode resource add https://api.example.com/ --name \"Your photos\"",
		.options = options,
		.option_count = ARRAY_LEN(options),
		.least = 1,
		.most = 1,
		.run = run_add,
	},
	{
		.words = "resource list",
		.usage = "[--json]",
		.summary = "list the resources",
		.example = "doorcode resource list",
		.run = run_list,
	},
	{
		.words = "resource set",
		.usage = "URI [--name WORDS] [--scope SCOPE ...] [--client CLIENT_ID] [...]",
		.summary = "change a resource",
		.details =
			"--scope replaces the whole list, and one empty value empties it; an empty "
			"--client takes it away.",
		.example =
			"doorcode resource set https://api.example.com/ --format jwt --lifetime 5m",
		.options = options,
		.option_count = ARRAY_LEN(options),
		.least = 1,
		.most = 1,
		.run = run_set,
	},
	{
		.words = "resource remove",
		.usage = "URI",
		.summary = "remove a resource; nobody can ask for it any more",
		.example = "doorcode resource remove https://api.example.com/",
		.least = 1,
		.most = 1,
		.run = run_remove,
	},
};

const struct command_group resource_group = { .title = "Resources",
					      .commands = commands,
					      .count = ARRAY_LEN(commands) };
