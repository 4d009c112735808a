/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode key ...`: master keys and signing keys. Key bytes are never printed. */
#include "cli/key.h"

#include "cli/commands.h"
#include "cli/open.h"

struct slice key_id_text(struct cli *cli, uint32_t id)
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
			"%s exists; a new key beside the old ones is made by: doorcode key rotate --master",
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
	if (!cli->json) {
		key_print_reports(cli, reports, count);
		return CLI_DONE;
	}
	struct json *array = key_reports_json(cli, reports, count);

	cli_print_json(cli, array);
	json_free(&array);
	return CLI_DONE;
}

static const struct command_option rotate_options[] = {
	{ "algorithm", "RS256|ES256|PS256", "of this algorithm alone" },
	{ "at-once", NULL, "an old key has leaked: the new one signs now, the others are removed" },
	{ "master", NULL, "a new master key instead" },
};

static const struct command commands[] = {
	{
		.words = "key list",
		.usage = "[--json]",
		.summary = "list the master keys, how many rows need each, and the signing keys",
		.example = "doorcode key list",
		.run = key_list,
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
		.usage = "[--algorithm ALG] [--at-once] | --master",
		.summary = "make new signing keys, or a new master key",
		.details =
			"New signing keys are published at once and sign in an hour, when everybody knows them; those before them stay\n"
			"published until all that they signed has expired. The server does the same by itself, each\n"
			"signing_key_lifetime.\n"
			"\n"
			"A new master key is put before the others in its file: new values are made with it, old ones are still read\n"
			"with theirs. Nodes take it up when they are restarted; until then they do not know what was made with it.",
		.example = "doorcode key rotate --algorithm ES256",
		.options = rotate_options,
		.option_count = ARRAY_LEN(rotate_options),
		.run = key_rotate,
	},
	{
		.words = "key reseal",
		.usage = "",
		.summary =
			"move what can be moved to the current master key, and say which are done with",
		.example = "doorcode key reseal",
		.run = run_reseal,
	},
};

const struct command_group key_group = { .title = "Keys",
					 .commands = commands,
					 .count = ARRAY_LEN(commands) };
