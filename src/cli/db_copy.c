/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode db copy FROM TO`: everything out of one database into a new one, whatever their kinds.
 * The master keys stay the same file, and are not looked at. */
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/settings.h"
#include "config/config.h"

struct ends {
	struct store *from;
	struct store *to;
};

static void ends_fini(struct ends *ends)
{
	store_close(&ends->to);
	store_close(&ends->from);
}

static bool is_server(const char *name)
{
	struct slice database = slice_str(name);
	return slice_has_prefix(database, SLICE("postgresql://")) ||
	       slice_has_prefix(database, SLICE("postgres://"));
}

/* The name of a server may hold a password. */
static const char *shown(const char *name)
{
	return is_server(name) ? "postgresql://..." : name;
}

static int open_one(struct cli *cli, const char *name, bool read_only, struct store **out)
{
	struct store_options options = settings_store(cli->config);
	options.database = name;
	options.read_only = read_only;
	if (store_open(&options, out) != ERR_OK)
		return cli_refuse(cli, "cannot open the database %s", shown(name));
	return CLI_DONE;
}

/* NULL when it is one of this program. */
static const char *unfit_source(enum store_schema schema)
{
	static const char *const words[] = {
		[SCHEMA_CURRENT] = NULL,
		[SCHEMA_EMPTY] = "is empty; there is nothing to copy",
		[SCHEMA_OLD] =
			"was made by an older doorcode; bring it up to date with: doorcode db migrate",
		[SCHEMA_AHEAD] = "was made by a newer doorcode; copy it with that one",
		[SCHEMA_NEWER] = "was made by a newer doorcode; copy it with that one",
		[SCHEMA_UNKNOWN] = "cannot be read, or is not a database of doorcode",
	};
	return words[schema];
}

static bool is_unfinished(struct cli *cli, struct store *store)
{
	struct slice value;
	return store_meta_find(store, cli->arena, STORE_UNFINISHED_COPY, &value) != ABSENT;
}

static int open_from(struct cli *cli, const char *name, struct store **out)
{
	if (!is_server(name) && access(name, F_OK) != 0)
		return cli_refuse(cli, "there is no database at %s", name);
	int status = open_one(cli, name, true, out);
	if (status != CLI_DONE)
		return status;
	const char *unfit = unfit_source(store_schema_state(*out));
	if (unfit != NULL)
		return cli_refuse(cli, "%s %s", shown(name), unfit);
	if (is_unfinished(cli, *out))
		return cli_refuse(cli, "%s is a copy that was broken off, and of no use",
				  shown(name));
	return CLI_DONE;
}

static int open_to(struct cli *cli, const char *name, struct store **out)
{
	int status = open_one(cli, name, false, out);
	if (status != CLI_DONE)
		return status;
	enum store_schema schema = store_schema_state(*out);
	if (schema != SCHEMA_EMPTY && schema != SCHEMA_CURRENT)
		return cli_refuse(cli, "%s is not a new database; nothing was copied", shown(name));
	if (store_migrate(*out, clock_now()) != ERR_OK)
		return cli_refuse(cli, "cannot make the tables in %s", shown(name));
	return CLI_DONE;
}

/* By another spelling or another way it is found not to be new, unless there is nothing in it. */
static bool are_one(const char *from, const char *to)
{
	struct stat a;
	struct stat b;
	if (is_server(from) || is_server(to))
		return strcmp(from, to) == 0;
	return stat(from, &a) == 0 && stat(to, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static int open_ends(struct cli *cli, struct ends *ends)
{
	const char *from = cli->words[0];
	const char *to = cli->words[1];
	if (are_one(from, to))
		return cli_refuse(cli, "%s would be copied into itself", shown(from));
	int status = open_from(cli, from, &ends->from);
	return status == CLI_DONE ? open_to(cli, to, &ends->to) : status;
}

struct report {
	struct cli *cli;
	struct json *tables;
	uint64_t rows;
};

static void report_table(void *arg, struct slice table, uint64_t rows)
{
	struct report *report = arg;
	report->rows += rows;
	if (report->cli->json)
		json_set_number(report->tables, table.ptr, (int64_t)rows);
	else
		fprintf(report->cli->out, "%.*s: %" PRIu64 "\n", SLICE_ARG(table), rows);
}

/* Whether nothing was begun in it, for all that can be seen. */
static bool is_untouched(struct cli *cli, struct store *to)
{
	struct slice value;
	return store_meta_find(to, cli->arena, STORE_UNFINISHED_COPY, &value) == ABSENT;
}

static int failed(struct cli *cli, enum err err, struct store *to_store)
{
	const char *to = shown(cli->words[1]);
	if (err == ERR_CONFLICT)
		return cli_refuse(cli, "%s is not a new database; nothing was copied", to);
	int status = cli_failed(cli, "copy the database", err);
	if (is_untouched(cli, to_store))
		return status;
	fprintf(cli->err, "What is in %s now is of no use: make it anew, and copy once more.\n",
		to);
	return status;
}

int cli_db_copy(struct cli *cli)
{
	AUTO_FINI(ends) struct ends ends = { 0 };
	int status = open_ends(cli, &ends);
	if (status != CLI_DONE)
		return status;
	struct report report = { .cli = cli, .tables = json_object_new() };
	enum err err = store_copy(ends.from, ends.to, report_table, &report);
	struct json *json = json_object_new();
	json_set_json(json, "tables", &report.tables);
	if (err == ERR_OK)
		return cli_done(
			cli, &json,
			"%" PRIu64
			" rows were copied, and each was held against its original. The master key file stays that of %s.",
			report.rows, shown(cli->words[0]));
	json_free(&json);
	return failed(cli, err, ends.to);
}
