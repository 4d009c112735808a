/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes with their words, in the order in which they were added. */
#include "store/postgres/pg_object.h"

static enum err scope_list(struct store *store, struct arena *arena, struct scope_list *out)
{
	static const char sql[] =
		"SELECT name, description, is_default FROM scope ORDER BY position, name";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, NO_VALUES);
	struct rows_array array = { .record = &scope_record,
				    .size = sizeof(struct scope),
				    .limit = SIZE_MAX };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct scope_list){ array.items, array.count };
	return err;
}

/* Two that are added at the same moment may get the same position: then the name decides. */
/* Two at once must not get one position: a copy in SQLite has each of them once. */
static enum err run_insert(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char sql[] = "INSERT INTO scope (position, name, description, is_default)"
				  " SELECT coalesce(max(position), 0) + 1, $1, $2, $3 FROM scope";
	const struct scope *scope = *(const struct scope *const *)arg;
	return pg_run(
		conn, sql,
		VALUES(V_TEXT(scope->name), V_TEXT(scope->description), V_BOOL(scope->is_default)));
}

static enum err scope_insert(struct store *store, const struct scope *scope,
			     const struct event *event)
{
	return pg_write(store, run_insert, &scope, event);
}

static enum err scope_update(struct store *store, const struct scope *scope,
			     const struct event *event)
{
	static const char sql[] =
		"WITH done AS (UPDATE scope SET description = $2, is_default = $3 WHERE name = $1"
		" RETURNING 1) {event} SELECT count(*) FROM done";
	return PG_CHANGE(
		store, sql,
		VALUES(V_TEXT(scope->name), V_TEXT(scope->description), V_BOOL(scope->is_default)),
		ERR_ABSENT, event);
}

static enum err scope_remove(struct store *store, struct slice name, const struct event *event)
{
	static const char sql[] = "WITH done AS (DELETE FROM scope WHERE name = $1 RETURNING 1)"
				  " {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_TEXT(name)), ERR_ABSENT, event);
}

const struct store_scope_ops pg_scope_ops = {
	.list = scope_list,
	.insert = scope_insert,
	.update = scope_update,
	.remove = scope_remove,
};
