/* SPDX-License-Identifier: Apache-2.0
 *
 * Small named values. */
#include "store/sqlite/object.h"

static enum find meta_find(struct store *store, struct arena *arena, struct slice name,
			   struct slice *value)
{
	*value = SLICE_EMPTY;
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), "SELECT value FROM meta WHERE name = ?1",
		   VALUES(V_TEXT(name)));
	enum find found = rows_next(&rows);
	if (found == FOUND)
		*value = rows_slice(&rows, arena);
	return found;
}

static enum err meta_insert(struct store *store, struct slice name, struct slice value)
{
	static const char sql[] = "INSERT INTO meta (name, value) VALUES (?1, ?2)";
	return ENGINE_CHANGE(store, sql, VALUES(V_TEXT(name), V_BLOB(value)), ERR_DATABASE, NULL);
}

static enum err meta_remove(struct store *store, struct slice name)
{
	return ENGINE_CHANGE(store, "DELETE FROM meta WHERE name = ?1", VALUES(V_TEXT(name)),
			     ERR_ABSENT, NULL);
}

static enum err meta_list(struct store *store, struct arena *arena, struct slice prefix,
			  size_t limit, struct meta_list *out)
{
	static const char sql[] =
		"SELECT name, value FROM meta WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name LIMIT ?2";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_TEXT(prefix), V_INT(limit)));
	struct rows_array array = { .record = &meta_record,
				    .size = sizeof(struct meta),
				    .limit = limit };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct meta_list){ array.items, array.count };
	return err;
}

const struct store_meta_ops meta_ops = {
	.find = meta_find,
	.insert = meta_insert,
	.remove = meta_remove,
	.list = meta_list,
};
