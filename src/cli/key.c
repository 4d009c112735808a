/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode key ...`: the master keys. Key bytes are never printed. */
#include "cli/commands.h"
#include "cli/open.h"
#include "cli/table.h"
#include "flow/keys.h"

static struct slice key_text(struct cli *cli, uint32_t id)
{
	return arena_printf(cli->arena, "%08x", id);
}

static int run_create(struct cli *cli)
{
	const char *path = cli->config->master_key_file;
	enum err err = keyring_create(path);

	if (err == ERR_CONFLICT)
		return cli_refuse(
			cli,
			"%s exists; a new key beside the old ones is made by: doorcode key rotate",
			path);
	if (err != ERR_OK)
		return cli_failed(cli, "make the master key file", err);
	struct json *json = json_object_new();

	json_set_text(json, "file", slice_str(path));
	return cli_done(
		cli, &json,
		"The master key file %s was made; keep a copy, and apart from the database's.",
		path);
}

/* `reports` in both forms. */
static void print_keys(struct cli *cli, const struct keys_report *reports, size_t count)
{
	static const char *const headings[] = { "KEY", "CURRENT", "USES", "" };
	struct table *table = table_new(cli->arena, headings, ARRAY_LEN(headings));
	struct json *array = json_array_new();

	for (size_t i = 0; i < count; i++) {
		struct json *object = json_object_new();

		json_set_text(object, "key", key_text(cli, reports[i].key_id));
		json_set_bool(object, "current", reports[i].current);
		json_set_number(object, "uses", (int64_t)reports[i].uses);
		json_set_bool(object, "dropped", reports[i].dropped);
		json_append(array, &object);
		table_cell(table, key_text(cli, reports[i].key_id));
		table_cell(table, reports[i].current ? SLICE("yes") : SLICE("no"));
		table_cell(table,
			   arena_printf(cli->arena, "%llu", (unsigned long long)reports[i].uses));
		table_cell(table, reports[i].dropped ? SLICE("its line may leave the file")
						     : SLICE("needed"));
	}
	if (cli->json)
		cli_print_json(cli, array);
	else
		table_print(table, cli->out, "There are no keys.");
	json_free(&array);
}

static int run_list(struct cli *cli)
{
	struct keys_report reports[KEYRING_MAX];
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	size_t count = keyring_count(cli->ring);

	for (size_t i = 0; i < count; i++) {
		uint32_t id = keyring_id(cli->ring, i);

		reports[i] = (struct keys_report){ .key_id = id,
						   .current = id == keyring_current(cli->ring) };
		enum err err = store_key_uses(cli->store, id, &reports[i].uses);

		if (err != ERR_OK)
			return cli_failed(cli, "count the uses of a key", err);
		reports[i].dropped = !reports[i].current && reports[i].uses == 0;
	}
	print_keys(cli, reports, count);
	return CLI_DONE;
}

static int run_reseal(struct cli *cli)
{
	struct keys_report reports[KEYRING_MAX];
	size_t count = KEYRING_MAX; /* the room there is, then the keys there are */
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	enum err err = keys_reseal(cli->store, cli->ring, reports, &count);

	if (err != ERR_OK)
		return cli_failed(cli, "reseal", err);
	print_keys(cli, reports, count);
	return CLI_DONE;
}

/* The database takes the check value of the new key at once, so that no node comes up with another
 * one under its id. */
static int register_key(struct cli *cli)
{
	keyring_free(&cli->ring);
	enum err err = keyring_load(cli->config->master_key_file, &cli->ring);

	if (err == ERR_OK)
		err = keys_check(cli->store, cli->ring, false);
	return err == ERR_OK ? CLI_DONE
			     : cli_failed(cli, "make the new key known to the database", err);
}

static int run_rotate(struct cli *cli)
{
	const char *path = cli->config->master_key_file;
	uint32_t id = 0;
	int status = cli_open(cli, CLI_NEED_FLOW);

	if (status != CLI_DONE)
		return status;
	enum err err = keyring_rotate(path, &id);

	if (err == ERR_FULL)
		return cli_refuse(
			cli, "%s holds %d keys already; doorcode key reseal says which line may go",
			path, KEYRING_MAX);
	if (err != ERR_OK)
		return cli_failed(cli, "write the master key file", err);
	struct event event = call_event(&cli->call, EVENT_KEY_ROTATED, NULL, NULL, NULL);

	event.detail = key_text(cli, id);
	store_event_post(cli->store, &event);
	status = register_key(cli);
	if (status != CLI_DONE)
		return status;
	struct json *json = json_object_new();

	json_set_text(json, "key", key_text(cli, id));
	return cli_done(
		cli, &json,
		"The key %08x is the current one in %s. Give the file to all nodes and restart them now.",
		id, path);
}

static const struct command commands[] = {
	{
		.words = "key list",
		.usage = "[--json]",
		.summary = "list the master keys, and how many rows need each",
		.example = "doorcode key list",
		.run = run_list,
	},
	{
		.words = "key create",
		.usage = "",
		.summary = "make the master key file for several nodes",
		.details =
			"For a database that is a file this is not needed: the first start makes the file. An existing file is left alone.",
		.example = "doorcode key create --master-key-file /etc/doorcode/master.key",
		.run = run_create,
	},
	{
		.words = "key rotate",
		.usage = "",
		.summary = "put a new key before the others",
		.details =
			"New values are made with the new key, old ones are still read with theirs. Nodes take it up when they are\n"
			"restarted; until then they do not know what was made with it.",
		.example = "doorcode key rotate",
		.run = run_rotate,
	},
	{
		.words = "key reseal",
		.usage = "",
		.summary =
			"move what can be moved to the current key, and say which keys are done with",
		.example = "doorcode key reseal",
		.run = run_reseal,
	},
};

const struct command_group key_group = { .title = "Master keys",
					 .commands = commands,
					 .count = ARRAY_LEN(commands) };
