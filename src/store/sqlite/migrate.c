/* SPDX-License-Identifier: Apache-2.0
 *
 * Migrations of a file. Each step runs in one transaction with the row that says so; the state is
 * read again in that transaction, so several programs may migrate at once. One program serves a
 * file, so no contracting step has to wait for others. */
#include "base/log.h"
#include "store/sqlite/object.h"

static const char folder[] = "sql/sqlite/";

/* ABSENT for an empty database. FOUND with a version of -1 for one that is not ours. The first
 * schema did not have `needs` yet. */
static enum find find_mark(struct conn *conn, struct migration_mark *mark)
{
	static const char tables[] = "SELECT count(*) FROM sqlite_schema";
	static const char ours[] =
		"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'";
	static const char newest[] = "SELECT coalesce(max(version), -1) FROM migration";
	static const char needs[] = "SELECT needs FROM migration WHERE version = ?1";
	int64_t count;
	*mark = (struct migration_mark){ .version = -1, .needs = 1 };
	if (conn == NULL || conn_number(conn, tables, NO_VALUES, &count) != FOUND)
		return FIND_FAILED;
	if (count == 0)
		return ABSENT;
	if (conn_number(conn, ours, NO_VALUES, &count) != FOUND)
		return FIND_FAILED;
	if (count == 0)
		return FOUND;
	enum find found = conn_number(conn, newest, NO_VALUES, &mark->version);
	if (found != FOUND || mark->version <= 1)
		return found;
	return conn_number(conn, needs, VALUES(V_INT(mark->version)), &mark->needs);
}

enum store_schema migrate_state_of(struct store *store, const struct migration_set *set)
{
	struct migration_mark mark;
	enum find found = find_mark(engine_reader(store), &mark);
	if (found == ABSENT)
		return SCHEMA_EMPTY;
	if (found == FIND_FAILED || mark.version < 0)
		return SCHEMA_UNKNOWN;
	return migration_judge(set, &mark);
}

enum store_schema migrate_state(struct store *store)
{
	const struct migration_set set = migration_built_in(folder);
	return migrate_state_of(store, &set);
}

/* --- running
 * ---------------------------------------------------------------------------------------------------------
 */

struct step {
	const struct migration_set *set;
	int64_t now;
	struct migration taken; /* version 0: there was nothing left to do */
};

static enum err run_file(struct conn *conn, const struct migration *step)
{
	AUTO(arena) struct arena *arena = arena_new();
	return conn_script(conn, arena_cstr(arena, step->sql));
}

static enum err record(struct conn *conn, const struct step *step,
		       const struct migration_mark *mark)
{
	static const char first[] =
		"INSERT INTO migration (version, name, applied) VALUES (?1, ?2, ?3)";
	static const char later[] =
		"INSERT INTO migration (version, name, applied, needs) VALUES (?1, ?2, ?3, ?4)";
	if (mark->version == 1)
		return conn_run(
			conn, first,
			VALUES(V_INT(mark->version), V_TEXT(step->taken.name), V_INT(step->now)));
	return conn_run(conn, later,
			VALUES(V_INT(mark->version), V_TEXT(step->taken.name), V_INT(step->now),
			       V_INT(mark->needs)));
}

static enum err find_start(struct conn *conn, const struct migration_set *set,
			   struct migration_mark *mark)
{
	enum find found = find_mark(conn, mark);
	if (found == FIND_FAILED)
		return ERR_DATABASE;
	if (found == ABSENT)
		mark->version = 0;
	if (mark->version >= 0 && migration_judge(set, mark) != SCHEMA_NEWER)
		return ERR_OK;
	migration_log_unknown(set, mark);
	return ERR_INVALID;
}

static enum err run_next(struct conn *conn, void *arg)
{
	struct step *step = arg;
	struct migration_mark mark;
	step->taken = (struct migration){ 0 };
	enum err err = find_start(conn, step->set, &mark);
	if (err != ERR_OK || !migration_find(step->set, mark.version + 1, &step->taken))
		return err;
	mark = migration_take(&step->taken, &mark);
	err = run_file(conn, &step->taken);
	return err == ERR_OK ? record(conn, step, &mark) : err;
}

enum err migrate_run_set(struct store *store, const struct migration_set *set, int64_t now)
{
	struct step step = { .set = set, .now = now };
	for (;;) {
		enum err err = engine_write(store, run_next, &step, NULL);
		if (err != ERR_OK || step.taken.version == 0)
			return err;
		log_info("the schema of the database was changed",
			 LOG_TEXT("step", step.taken.name));
	}
}

enum err migrate_run(struct store *store, int64_t now)
{
	const struct migration_set set = migration_built_in(folder);
	return migrate_run_set(store, &set, now);
}
