/* SPDX-License-Identifier: Apache-2.0
 *
 * Migrations of a database that others serve meanwhile. Each step runs in one transaction that
 * begins with the row that says so: a second runner waits at that row, and then finds the step
 * taken. So neither advisory locks nor LOCK TABLE are needed, which distributed databases lack. */
#include "base/clock.h"
#include "base/log.h"
#include "store/postgres/pg_object.h"

static const char folder[] = "sql/postgres/";

/* How long one step may work, and how long a second runner waits for it. */
enum { PATIENCE_MS = 3600000 };

/* The row may be waited for as long as that. */
static const char wait[] = "SET LOCAL lock_timeout = 0";
/* What reads a table holds a change of it up, and the change holds up all who come after it: a
 * step gives up rather than stand in the way of those who serve. */
static const char yield[] = "SET LOCAL lock_timeout = '2s'";

/* --- what is there
 * ---------------------------------------------------------------------------------------------- */

/* ABSENT for a database without any table of ours or of others; those of extensions do not count.
 * FOUND with a version of -1 for one that is not ours. */
static enum find find_tables(struct store *store, bool *ours)
{
	static const char sql[] =
		"SELECT count(*) FILTER (WHERE c.relname = 'migration'), count(*) FROM pg_class c"
		" JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema()"
		" AND c.relkind IN ('r', 'p') AND NOT EXISTS (SELECT 1 FROM pg_depend d"
		" WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, NO_VALUES);
	enum find found = pg_rows_next(&rows);
	if (found != FOUND)
		return FIND_FAILED;
	*ours = pg_rows_int64(&rows) > 0;
	return pg_rows_int64(&rows) > (*ours ? 1 : 0) ? FOUND : ABSENT;
}

static enum find find_newest(struct store *store, struct migration_mark *mark)
{
	static const char sql[] =
		"SELECT version, needs FROM migration ORDER BY version DESC LIMIT 1";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, NO_VALUES);
	enum find found = pg_rows_next(&rows);
	if (found != FOUND)
		return found;
	mark->version = pg_rows_int64(&rows);
	mark->needs = pg_rows_int64(&rows);
	return FOUND;
}

/* An empty table of migrations alone is what a runner leaves that ended before the first step. */
static enum find find_mark(struct store *store, struct migration_mark *mark)
{
	bool ours = false;
	*mark = (struct migration_mark){ .version = -1, .needs = 1 };
	enum find found = find_tables(store, &ours);
	if (found != FOUND || !ours)
		return found;
	found = find_newest(store, mark);
	return found == FIND_FAILED ? FIND_FAILED : FOUND;
}

enum store_schema pg_migrate_state_of(struct store *store, const struct migration_set *set)
{
	struct migration_mark mark;
	enum find found = find_mark(store, &mark);
	if (found == ABSENT)
		return SCHEMA_EMPTY;
	if (found == FIND_FAILED || mark.version < 0)
		return SCHEMA_UNKNOWN;
	return migration_judge(set, &mark);
}

enum store_schema pg_migrate_state(struct store *store)
{
	const struct migration_set set = migration_built_in(folder);
	return pg_migrate_state_of(store, &set);
}

int64_t pg_migrate_newest(void)
{
	const struct migration_set set = migration_built_in(folder);
	return migration_newest(&set);
}

/* --- one step
 * ---------------------------------------------------------------------------------------------- */

struct step {
	struct migration migration;
	struct migration_mark mark; /* once it is taken */
	int64_t now;
	bool taken; /* by this runner */
};

/* The table is made by a transaction of its own, so that the first step, too, can begin with its
 * row. Of two that make it at once, one finds its name taken. */
static enum err run_table(struct pg_conn *conn, void *arg UNUSED, bool *unrecorded UNUSED)
{
	static const char sql[] =
		"CREATE TABLE IF NOT EXISTS migration (version integer PRIMARY KEY,"
		" name text NOT NULL, applied bigint NOT NULL,"
		" needs integer NOT NULL)";
	return pg_fate_error(pg_conn_script(conn, sql));
}

static enum err make_table(struct store *store)
{
	bool ours = false;
	enum find found = find_tables(store, &ours);
	if (found == FIND_FAILED)
		return ERR_DATABASE;
	if (ours)
		return ERR_OK;
	enum err err = pg_write_locking(store, run_table, NULL, NULL);
	return err == ERR_CONFLICT ? ERR_OK : err;
}

/* The schema tells a program that starts later that it is too old; one that runs has to be seen. */
static enum err refuse_elders(struct pg_conn *conn, const struct migration *step)
{
	static const char sql[] =
		"SELECT name, schema FROM node WHERE schema < $1"
		" AND seen > now() - $2::float8 * interval '1 second' ORDER BY seen";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_start(&rows, conn, sql, VALUES(V_INT(step->version), V_INT(NODE_ALIVE)));
	enum find found;
	enum err err = ERR_OK;
	while ((found = pg_rows_next(&rows)) == FOUND) {
		struct slice name = pg_rows_slice(&rows, NULL);
		log_error("an older program still serves this database", LOG_TEXT("node", name),
			  LOG_NUMBER("knows", pg_rows_int64(&rows)), LOG_TEXT("step", step->name));
		err = ERR_UNCHANGED;
	}
	return found == FIND_FAILED ? ERR_DATABASE : err;
}

static enum err run_file(struct pg_conn *conn, const struct migration *step)
{
	AUTO(arena) struct arena *arena = arena_new();
	enum err err = pg_fate_error(pg_conn_script(conn, yield));
	if (err == ERR_OK)
		err = pg_fate_error(pg_conn_script(conn, arena_cstr(arena, step->sql)));
	if (err != ERR_CONFLICT)
		return err;
	log_error("a step makes what is there already", LOG_TEXT("step", step->name));
	return ERR_DATABASE;
}

static enum err take(struct pg_conn *conn, struct step *step)
{
	static const char sql[] = "INSERT INTO migration (version, name, applied, needs)"
				  " VALUES ($1, $2, $3, $4) ON CONFLICT (version) DO NOTHING";
	const struct migration *migration = &step->migration;
	enum err err = pg_fate_error(pg_conn_script(conn, wait));
	if (err == ERR_OK)
		err = pg_change(conn, sql,
				VALUES(V_INT(step->mark.version), V_TEXT(migration->name),
				       V_INT(step->now), V_INT(step->mark.needs)),
				ERR_UNCHANGED);
	if (err == ERR_UNCHANGED)
		return ERR_OK;
	if (err == ERR_OK && migration->contracts)
		err = refuse_elders(conn, migration);
	if (err == ERR_OK)
		err = run_file(conn, migration);
	step->taken = err == ERR_OK;
	return err;
}

/* What is given to one attempt is not given to the next: a step that is in others' way is tried
 * for as long as anything else is. */
static enum err run_step(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	struct step *step = arg;
	int64_t usual_ms = conn->deadline_ms;
	step->taken = false;
	conn->deadline_ms = clock_mono_ms() + PATIENCE_MS;
	enum err err = take(conn, step);
	if (err != ERR_OK)
		conn->deadline_ms = usual_ms;
	return err;
}

/* --- all steps
 * ---------------------------------------------------------------------------------------------- */

static enum err find_start(struct store *store, const struct migration_set *set,
			   struct migration_mark *mark)
{
	enum find found = find_mark(store, mark);
	if (found == FIND_FAILED)
		return ERR_DATABASE;
	if (found == ABSENT) {
		mark->version = 0;
		return make_table(store);
	}
	if (mark->version >= 0 && migration_judge(set, mark) != SCHEMA_NEWER)
		return ERR_OK;
	migration_log_unknown(set, mark);
	return ERR_INVALID;
}

static void say(const struct step *step, enum err err)
{
	if (err == ERR_OK && step->taken)
		log_info("the schema of the database was changed",
			 LOG_TEXT("step", step->migration.name));
	if (err == ERR_DATABASE)
		log_error("a step was not taken: it failed, or others held its tables for too long",
			  LOG_TEXT("step", step->migration.name));
}

enum err pg_migrate_run_set(struct store *store, const struct migration_set *set, int64_t now)
{
	for (;;) {
		struct step step = { .now = now };
		struct migration_mark mark;
		enum err err = find_start(store, set, &mark);
		if (err != ERR_OK || !migration_find(set, mark.version + 1, &step.migration))
			return err;
		step.mark = migration_take(&step.migration, &mark);
		err = pg_write_locking(store, run_step, &step, NULL);
		say(&step, err);
		if (err != ERR_OK)
			return err;
	}
}

enum err pg_migrate_run(struct store *store, int64_t now)
{
	const struct migration_set set = migration_built_in(folder);
	return pg_migrate_run_set(store, &set, now);
}
