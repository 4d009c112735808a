/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes with their words, in the order in which they were added. */
#include "store/sqlite/object.h"

static enum err scope_list(struct store *store, struct arena *arena, struct scope_list *out)
{
	static const char sql[] =
		"SELECT name, description, is_default FROM scope ORDER BY position";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, NO_VALUES);
	struct rows_array array = { .record = &scope_record,
				    .size = sizeof(struct scope),
				    .limit = SIZE_MAX };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct scope_list){ array.items, array.count };
	return err;
}

static enum err scope_insert(struct store *store, const struct scope *scope,
			     const struct event *event)
{
	static const char sql[] =
		"INSERT INTO scope (name, description, is_default) VALUES (?1, ?2, ?3)";
	return ENGINE_CHANGE(
		store, sql,
		VALUES(V_TEXT(scope->name), V_TEXT(scope->description), V_INT(scope->is_default)),
		ERR_DATABASE, event);
}

static enum err scope_update(struct store *store, const struct scope *scope,
			     const struct event *event)
{
	static const char sql[] =
		"UPDATE scope SET description = ?2, is_default = ?3 WHERE name = ?1";
	return ENGINE_CHANGE(
		store, sql,
		VALUES(V_TEXT(scope->name), V_TEXT(scope->description), V_INT(scope->is_default)),
		ERR_ABSENT, event);
}

static enum err scope_remove(struct store *store, struct slice name, const struct event *event)
{
	return ENGINE_CHANGE(store, "DELETE FROM scope WHERE name = ?1", VALUES(V_TEXT(name)),
			     ERR_ABSENT, event);
}

const struct store_scope_ops scope_ops = {
	.list = scope_list,
	.insert = scope_insert,
	.update = scope_update,
	.remove = scope_remove,
};
