/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode db ...`: the database itself. */
#include "cli/commands.h"
#include "cli/open.h"

enum { SWEEP_ROWS = 1000, KEEP_DEAD_SECONDS = 86400 };

struct migrated {
	const char *name; /* of what was found */
	const char *schema;
	const char *sentence;
};

/* The log has a line for each step that was taken. */
static const struct migrated migrated[] = {
	[SCHEMA_CURRENT] = { "current", "current", "The database is up to date." },
	[SCHEMA_EMPTY] = { "empty", "current", "The database is up to date; it was empty." },
	[SCHEMA_OLD] = { "old", "current",
			 "The database is up to date; it was of an older doorcode." },
	[SCHEMA_AHEAD] = { "ahead", "ahead",
			   "The database is of a newer doorcode, with which this one works." },
};

static int run_migrate(struct cli *cli)
{
	int status = cli_open(cli, CLI_NEED_MIGRATION);

	if (status != CLI_DONE)
		return status;
	const struct migrated *done = &migrated[cli->schema];
	struct json *json = json_object_new();

	json_set_text(json, "found", slice_str(done->name));
	json_set_text(json, "schema", slice_str(done->schema));
	return cli_done(cli, &json, "%s", done->sentence);
}

/* Faults as they are found: printed, or gathered for the document. */
struct report {
	struct cli *cli;
	struct json *faults;
	size_t count;
};

static void report_fault(void *arg, struct slice fault)
{
	struct report *report = arg;

	report->count++;
	if (report->cli->json)
		json_append_text(report->faults, fault);
	else
		fprintf(report->cli->out, "%.*s\n", SLICE_ARG(fault));
}

static int run_check(struct cli *cli)
{
	size_t unused = 0;
	int status = cli_open(cli, CLI_NEED_STORE);

	if (status != CLI_DONE)
		return status;
	struct report report = { .cli = cli, .faults = json_array_new() };
	enum err err = store_check(cli->store, report_fault, &report, &unused);
	struct json *json = json_object_new();

	json_set_json(json, "faults", &report.faults);
	if (err == ERR_OK && report.count == 0)
		return cli_done(cli, &json, "No fault was found.");
	if (cli->json && report.count > 0)
		cli_print_json(cli, json);
	json_free(&json);
	if (report.count == 0)
		return cli_failed(cli, "check the database", err);
	/* A broken file may end the check before its end. */
	return cli_refuse(cli, "%zu fault%s found%s", report.count,
			  report.count == 1 ? " was" : "s were",
			  err == ERR_OK ? "" : ", and the check could not go on");
}

static int run_purge(struct cli *cli)
{
	size_t deleted, total = 0;
	int status = cli_open(cli, CLI_NEED_STORE);

	if (status != CLI_DONE)
		return status;
	const struct sweep sweep = {
		.now = cli->call.now,
		.session_idle = cli->config->session_idle,
		.keep_dead = KEEP_DEAD_SECONDS,
		.keep_events = cli->config->keep_events,
		.limit = SWEEP_ROWS,
	};

	do {
		enum err err = store_sweep(cli->store, &sweep, &deleted);

		if (err != ERR_OK)
			return cli_failed(cli, "delete what is past use", err);
		total += deleted;
	} while (deleted > 0);
	struct json *json = json_object_new();

	json_set_number(json, "deleted", (int64_t)total);
	return cli_done(cli, &json, "%zu row%s deleted.", total, total == 1 ? " was" : "s were");
}

static int run_backup(struct cli *cli)
{
	const char *path = cli->words[0];
	int status = cli_open(cli, CLI_NEED_STORE);

	if (status != CLI_DONE)
		return status;
	enum err err = store_backup(cli->store, path);

	if (err == ERR_CONFLICT)
		return cli_refuse(cli, "%s exists; a backup does not write over anything", path);
	if (err != ERR_OK)
		return cli_failed(cli, "make the backup", err);
	struct json *json = json_object_new();

	json_set_text(json, "backup", slice_str(path));
	return cli_done(
		cli, &json,
		"The database was copied to %s. Keep the master key file %s as well, and elsewhere.",
		path, cli->config->master_key_file);
}

static const struct command commands[] = {
	{
		.words = "db migrate",
		.usage = "",
		.summary = "make the database, or bring it up to date",
		.details =
			"For a database that is a file, the master key file is made as well when there is neither. "
			"May be run while others serve and by several at once; what takes something away is not done while an older program serves.",
		.example = "doorcode db migrate --database /var/lib/doorcode/doorcode.db",
		.run = run_migrate,
	},
	{
		.words = "db check",
		.usage = "",
		.summary = "look for faults; status 1 when there are any",
		.example = "doorcode db check",
		.run = run_check,
	},
	{
		.words = "db purge",
		.usage = "",
		.summary = "delete what is past use now; the server does so by itself",
		.example = "doorcode db purge",
		.run = run_purge,
	},
	{
		.words = "db backup",
		.usage = "PATH",
		.summary = "copy the database while others write",
		.details =
			"The copy is an SQLite file whatever the database is; db copy takes it back to PostgreSQL. "
			"It is of no use without the master key file, which is not in it.",
		.example = "doorcode db backup /var/backups/doorcode.db",
		.least = 1,
		.most = 1,
		.run = run_backup,
	},
	{
		.words = "db copy",
		.usage = "FROM TO",
		.summary = "move everything into a new database, from SQLite to PostgreSQL or back",
		.details =
			"Each is a path or postgresql://...; the password of a server belongs in ~/.pgpass or the file that PGPASSFILE names. "
			"Stop the server first: what it writes meanwhile is not copied. The master key file stays as it is.",
		.example =
			"doorcode db copy /var/lib/doorcode/doorcode.db postgresql://doorcode@db/doorcode",
		.least = 2,
		.most = 2,
		.run = cli_db_copy,
	},
};

const struct command_group db_group = { .title = "The database",
					.commands = commands,
					.count = ARRAY_LEN(commands) };
