/* SPDX-License-Identifier: Apache-2.0
 *
 * Order matters: keys are there before the first row that needs one, and a database that holds rows
 * never gets new keys in silence. Between any two steps the program may be killed, and the next
 * start goes on from there. */
#include "cli/open.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "cli/settings.h"
#include "flow/common_clock.h"
#include "flow/keys.h"

static bool may_migrate(const struct cli *cli, enum cli_need need)
{
	if (need == CLI_NEED_MIGRATION)
		return true;
	return need == CLI_NEED_SERVER && config_database_is_file(cli->config);
}

/* The address of a server may hold a password. */
static const char *shown_database(const struct cli *cli)
{
	return config_database_is_file(cli->config) ? cli->config->database : "postgresql://...";
}

static int open_store(struct cli *cli, bool may_make)
{
	const struct store_options options = settings_store(cli->config);

	/* Opening makes the file: not for a command that only looks, or a mistyped path. */
	if (!may_make && config_database_is_file(cli->config) &&
	    access(cli->config->database, F_OK) != 0)
		return cli_refuse(cli,
				  "there is no database at %s; make it with: doorcode db migrate",
				  cli->config->database);
	if (store_open(&options, &cli->store) != ERR_OK)
		return cli_refuse(cli, "cannot open the database %s", shown_database(cli));
	return CLI_DONE;
}

static int check_schema(struct cli *cli, enum store_schema schema, bool may_change)
{
	const char *database = shown_database(cli);

	if (schema == SCHEMA_UNKNOWN)
		return cli_refuse(cli, "%s cannot be read, or is not a database of doorcode",
				  database);
	if (schema == SCHEMA_NEWER)
		return cli_refuse(
			cli,
			"%s was made by a newer doorcode and no longer fits this one (" DOORCODE_VERSION
			")",
			database);
	if (schema == SCHEMA_AHEAD)
		log_plain(LOG_WARN,
			  "the database is of a newer doorcode, with which this one still works");
	if (schema == SCHEMA_EMPTY && !may_change)
		return cli_refuse(cli, "%s is empty; make its tables with: doorcode db migrate",
				  database);
	if (schema == SCHEMA_OLD && !may_change)
		return cli_refuse(
			cli,
			"%s was made by an older doorcode; bring it up to date with: doorcode db migrate",
			database);
	return CLI_DONE;
}

/* Half of the people and none of the tokens would do harm, if it were served. */
static int check_finished(struct cli *cli)
{
	struct slice value;

	if (cli->schema == SCHEMA_EMPTY)
		return CLI_DONE;
	switch (store_meta_find(cli->store, cli->arena, STORE_UNFINISHED_COPY, &value)) {
	case ABSENT:
		return CLI_DONE;
	case FOUND:
		return cli_refuse(
			cli,
			"%s is a copy that was broken off, and of no use; make it anew, and copy once more",
			shown_database(cli));
	default:
		return cli_failed(cli, "read the database", ERR_DATABASE);
	}
}

/* A step that takes something away is taken by whoever migrates next, once nobody needs it. */
static int migrate(struct cli *cli)
{
	switch (store_migrate(cli->store, clock_now())) {
	case ERR_OK:
		return CLI_DONE;
	case ERR_UNCHANGED:
		return cli_refuse(
			cli,
			"an older doorcode serves %s and needs what the next step takes away: replace it, and run this again",
			shown_database(cli));
	default:
		return cli_refuse(cli, "cannot bring %s up to date", shown_database(cli));
	}
}

static int missing_keys(struct cli *cli, enum store_schema schema)
{
	const char *path = cli->config->master_key_file;

	if (schema != SCHEMA_EMPTY)
		return cli_refuse(
			cli,
			"the master key file %s is missing, and the database was made with it; put it back",
			path);
	return cli_refuse(
		cli,
		"the master key file %s is missing; make one with: doorcode key create, and give all nodes the same",
		path);
}

/* Keys are made for an empty database that is a file, and for nothing else. */
static int open_keys(struct cli *cli, enum store_schema schema, bool may_make)
{
	const char *path = cli->config->master_key_file;
	enum err err = keyring_load(path, &cli->ring);

	if (err == ERR_ABSENT && may_make && schema == SCHEMA_EMPTY &&
	    config_database_is_file(cli->config)) {
		err = keyring_create(path);
		if (err != ERR_OK && err != ERR_CONFLICT)
			return cli_refuse(cli, "cannot make the master key file %s", path);
		err = keyring_load(path, &cli->ring);
	}
	if (err == ERR_ABSENT)
		return missing_keys(cli, schema);
	if (err != ERR_OK)
		return cli_refuse(cli, "cannot use the master key file %s", path);
	return CLI_DONE;
}

static int check_keys(struct cli *cli, bool may_adopt)
{
	enum err err = keys_check(cli->store, cli->ring, may_adopt);

	if (err == ERR_CRYPTO)
		return cli_refuse(cli,
				  "the keys in %s are not those that the database was made with",
				  cli->config->master_key_file);
	return err == ERR_OK ? CLI_DONE : cli_failed(cli, "check the master keys", err);
}

static void fill_flow(struct cli *cli)
{
	cli->flow = (struct flow){
		.store = cli->store,
		.ring = cli->ring,
		.settings = settings_flow(cli->config),
	};
	cli->flow.settings.issuer = arena_printf(cli->arena, "%s/o", cli->config->base_url);
	settings_issuers(cli->config, cli->arena, &cli->flow.settings);
	cli->call = (struct call){
		.arena = cli->arena,
		.now = clock_now(),
		.now_ms = clock_mono_ms(),
		.address_text = SLICE_EMPTY,
		.user_agent = SLICE_EMPTY,
		.request_id = SLICE_EMPTY,
		.actor = SLICE("command line"),
	};
}

int cli_open(struct cli *cli, enum cli_need need)
{
	bool changes = may_migrate(cli, need);
	int status = open_store(cli, changes);

	if (status != CLI_DONE)
		return status;
	cli->schema = store_schema_state(cli->store);
	status = check_schema(cli, cli->schema, changes);
	if (status == CLI_DONE)
		status = check_finished(cli);
	if (status == CLI_DONE && need != CLI_NEED_STORE)
		status = open_keys(cli, cli->schema, changes);
	if (status == CLI_DONE && changes)
		status = migrate(cli);
	if (status == CLI_DONE && need != CLI_NEED_STORE)
		status = check_keys(cli, changes);
	if (status == CLI_DONE && common_clock_follow(cli->store) != ERR_OK)
		status = cli_refuse(cli, "%s does not say what time it is", shown_database(cli));
	fill_flow(cli);
	return status;
}

void cli_close(struct cli *cli)
{
	if (cli->store != NULL)
		store_close(&cli->store);
	keyring_free(&cli->ring);
}
