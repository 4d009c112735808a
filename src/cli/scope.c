/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode scope ...`: the scopes that exist, with their words for people. */
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/table.h"
#include "domain/plain_text.h"

enum { DESCRIPTION_MAX = 200 };

static struct json *scope_json(const struct scope *scope)
{
	struct json *object = json_object_new();

	json_set_text(object, "name", scope->name);
	json_set_text(object, "description", scope->description);
	json_set_bool(object, "default", scope->is_default);
	return object;
}

static struct event scope_event(const struct cli *cli, const char *what, struct slice name)
{
	struct event event = call_event(&cli->call, EVENT_SCOPE_CHANGED, NULL, NULL, NULL);

	event.detail = arena_printf(cli->arena, "%s %.*s, %.*s", what, SLICE_ARG(name),
				    SLICE_ARG(cli->call.actor));
	return event;
}

/* Fills `scope` with what was given, over what it holds. */
static int take_values(struct cli *cli, struct scope *scope)
{
	const char *description = cli_value(cli, "description");

	if (description != NULL)
		scope->description = slice_trim(slice_str(description));
	if (!cli_yes_no(cli, "default", &scope->is_default))
		return CLI_USAGE;
	/* The words stand on the page that asks people. */
	if (slice_is_empty(scope->description) || scope->description.len > DESCRIPTION_MAX ||
	    !plain_text_is_line(scope->description))
		return cli_refuse(
			cli,
			"the description is for people who are asked: one line, 200 bytes at most");
	return CLI_DONE;
}

static int find_scope(struct cli *cli, struct slice name, struct scope *out)
{
	struct scope_list list = { .count = 0 };
	enum err err = store_scope_list(cli->store, cli->arena, &list);

	if (err != ERR_OK)
		return cli_failed(cli, "list the scopes", err);
	const struct scope *found = scope_list_find(&list, name);

	if (found == NULL)
		return cli_refuse(cli, "there is no scope named %.*s", SLICE_ARG(name));
	*out = *found;
	return CLI_DONE;
}

static int run_add(struct cli *cli)
{
	struct scope scope = { .name = slice_str(cli->words[0]), .description = SLICE_EMPTY };

	if (!scope_is_name(scope.name)) /* RFC6749#3.3 */
		return cli_refuse(
			cli,
			"a scope's name has visible ASCII characters other than \" and \\, 128 at most");
	if (!cli_has(cli, "description"))
		return cli_misuse(
			cli,
			"say in words what the scope allows: --description \"See your files\"");
	int status = take_values(cli, &scope);

	if (status == CLI_DONE)
		status = cli_open(cli, CLI_NEED_FLOW);
	if (status != CLI_DONE)
		return status;
	const struct event event = scope_event(cli, "added", scope.name);
	enum err err = store_scope_insert(cli->store, &scope, &event);

	if (err == ERR_CONFLICT)
		return cli_refuse(
			cli,
			"there is a scope named %s already; change it with: doorcode scope set",
			cli->words[0]);
	if (err != ERR_OK)
		return cli_failed(cli, "add the scope", err);
	struct json *json = scope_json(&scope);

	return cli_done(cli, &json, "The scope %s was added.", cli->words[0]);
}

static int run_set(struct cli *cli)
{
	struct scope scope = { .name = SLICE_EMPTY };

	if (!cli_has(cli, "description") && !cli_has(cli, "default"))
		return cli_misuse(cli, "say what to set: --description WORDS, --default yes|no");
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = find_scope(cli, slice_str(cli->words[0]), &scope);
	if (status == CLI_DONE)
		status = take_values(cli, &scope);
	if (status != CLI_DONE)
		return status;
	const struct event event = scope_event(cli, "changed", scope.name);
	enum err err = store_scope_update(cli->store, &scope, &event);

	if (err != ERR_OK)
		return cli_failed(cli, "change the scope", err);
	struct json *json = scope_json(&scope);

	return cli_done(cli, &json, "The scope %s was changed.", cli->words[0]);
}

static int run_remove(struct cli *cli)
{
	struct scope scope = { .name = SLICE_EMPTY };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status == CLI_DONE)
		status = find_scope(cli, slice_str(cli->words[0]), &scope);
	if (status != CLI_DONE)
		return status;
	const struct event event = scope_event(cli, "removed", scope.name);
	enum err err = store_scope_remove(cli->store, scope.name, &event);

	if (err != ERR_OK)
		return cli_failed(cli, "remove the scope", err);
	struct json *json = scope_json(&scope);

	return cli_done(cli, &json,
			"The scope %s was removed; what was granted with it stays as it is.",
			cli->words[0]);
}

static void print_scopes(struct cli *cli, const struct scope_list *list)
{
	static const char *const headings[] = { "NAME", "DEFAULT", "DESCRIPTION" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));

	for (size_t i = 0; i < list->count; i++) {
		table_cell(table, list->items[i].name);
		table_cell(table, list->items[i].is_default ? SLICE("yes") : SLICE("no"));
		table_cell(table, list->items[i].description);
	}
	table_print(table, cli->out, "There are no scopes.");
}

static int run_list(struct cli *cli)
{
	struct scope_list list = { .count = 0 };
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	enum err err = store_scope_list(cli->store, cli->arena, &list);

	if (err != ERR_OK)
		return cli_failed(cli, "list the scopes", err);
	if (!cli->json) {
		print_scopes(cli, &list);
		return CLI_DONE;
	}
	struct json *array = json_array_new();

	for (size_t i = 0; i < list.count; i++) {
		struct json *object = scope_json(&list.items[i]);

		json_append(array, &object);
	}
	cli_print_json(cli, array);
	json_free(&array);
	return CLI_DONE;
}

static const struct command_option options[] = {
	{ "description", "WORDS", "what people are told that it allows" },
	{ "default", "yes|no", "given to clients that ask for no scope" },
};

static const struct command commands[] = {
	{
		.words = "scope add",
		.usage = "NAME --description WORDS [--default yes|no]",
		.summary = "add a scope",
		.example = "doorcode scope add photos --description \"See your photos\"",
		.options = options,
		.option_count = ARRAY_LEN(options),
		.least = 1,
		.most = 1,
		.run = run_add,
	},
	{
		.words = "scope list",
		.usage = "[--json]",
		.summary = "list the scopes",
		.example = "doorcode scope list",
		.run = run_list,
	},
	{
		.words = "scope set",
		.usage = "NAME [--description WORDS] [--default yes|no]",
		.summary = "change a scope's words, or whether it is a default",
		.example = "doorcode scope set photos --default yes",
		.options = options,
		.option_count = ARRAY_LEN(options),
		.least = 1,
		.most = 1,
		.run = run_set,
	},
	{
		.words = "scope remove",
		.usage = "NAME",
		.summary = "remove a scope; nobody can ask for it any more",
		.example = "doorcode scope remove photos",
		.least = 1,
		.most = 1,
		.run = run_remove,
	},
};

const struct command_group scope_group = { .title = "Scopes",
					   .commands = commands,
					   .count = ARRAY_LEN(commands) };
