/* SPDX-License-Identifier: Apache-2.0
 *
 * Migrations: the built-in files sql/sqlite/NNNN_name.sql, numbered from 1 without a gap. Each runs
 * in one transaction with the row that says so. The state is read again in that transaction, so
 * several programs may migrate at once. */
#include <stdio.h>

#include "base/asset.h"
#include "base/ensure.h"
#include "base/log.h"
#include "store/sqlite/object.h"

static const char folder[] = "sql/sqlite/";
enum { NUMBER_DIGITS = 4 };

/* The file of a version; NULL when it is the program's last. The table is sorted. */
static const struct asset *file_of(int64_t version)
{
	char prefix[64];
	int len = snprintf(prefix, sizeof(prefix), "%s%0*lld_", folder, NUMBER_DIGITS,
			   (long long)version);
	ensure(len > 0 && (size_t)len < sizeof(prefix));
	for (size_t i = 0; i < asset_count; i++) {
		if (slice_has_prefix(slice_str(asset_table[i].name), slice_of(prefix, (size_t)len)))
			return &asset_table[i];
	}
	return NULL;
}

static int64_t newest_version(void)
{
	int64_t version = 0;
	while (file_of(version + 1) != NULL)
		version++;
	return version;
}

/* ABSENT for an empty database. FOUND with a version of -1 for one that is not ours. */
static enum find find_version(struct conn *conn, int64_t *version)
{
	static const char tables[] = "SELECT count(*) FROM sqlite_schema";
	static const char ours[] =
		"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'";
	static const char newest[] = "SELECT coalesce(max(version), -1) FROM migration";
	int64_t count;
	*version = -1;
	if (conn == NULL || conn_number(conn, tables, NO_VALUES, &count) != FOUND)
		return FIND_FAILED;
	if (count == 0)
		return ABSENT;
	if (conn_number(conn, ours, NO_VALUES, &count) != FOUND)
		return FIND_FAILED;
	if (count == 0)
		return FOUND;
	return conn_number(conn, newest, NO_VALUES, version);
}

enum store_schema migrate_state(struct store *store)
{
	int64_t version;
	enum find found = find_version(engine_reader(store), &version);
	if (found == ABSENT)
		return SCHEMA_EMPTY;
	if (found == FIND_FAILED || version < 0)
		return SCHEMA_UNKNOWN;
	int64_t newest = newest_version();
	if (version == newest)
		return SCHEMA_CURRENT;
	return version < newest ? SCHEMA_OLD : SCHEMA_NEWER;
}

/* --- running
 * ---------------------------------------------------------------------------------------------------------
 */

struct step {
	int64_t now;
	bool done; /* there was nothing left to do */
};

static enum err run_file(struct conn *conn, const struct asset *file)
{
	AUTO(arena) struct arena *arena = arena_new();
	return conn_script(conn, arena_cstr(arena, slice_of(file->data, file->len)));
}

static enum err next_file(struct conn *conn, int64_t *version, const struct asset **file)
{
	enum find found = find_version(conn, version);
	if (found == FIND_FAILED)
		return ERR_DATABASE;
	if (found == FOUND && (*version < 0 || *version > newest_version())) {
		log_error("the database has a schema that this program does not know",
			  LOG_NUMBER("version", *version), LOG_NUMBER("known", newest_version()));
		return ERR_INVALID;
	}
	*version = found == FOUND ? *version + 1 : 1;
	*file = file_of(*version);
	return ERR_OK;
}

static enum err run_next(struct conn *conn, void *arg)
{
	static const char record[] =
		"INSERT INTO migration (version, name, applied) VALUES (?1, ?2, ?3)";
	struct step *step = arg;
	int64_t version;
	const struct asset *file;
	enum err err = next_file(conn, &version, &file);
	if (err != ERR_OK)
		return err;
	step->done = file == NULL;
	if (step->done)
		return ERR_OK;
	err = run_file(conn, file);
	if (err != ERR_OK)
		return err;
	struct slice name = slice_sub(slice_str(file->name), sizeof(folder) - 1, SIZE_MAX);
	return conn_run(conn, record, VALUES(V_INT(version), V_TEXT(name), V_INT(step->now)));
}

enum err migrate_run(struct store *store, int64_t now)
{
	struct step step = { .now = now };
	while (!step.done) {
		enum err err = engine_write(store, run_next, &step, NULL);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}
