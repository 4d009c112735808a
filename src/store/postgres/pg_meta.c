/* SPDX-License-Identifier: Apache-2.0
 *
 * Small named values. */
#include "store/postgres/pg_object.h"

static enum find meta_find(struct store *store, struct arena *arena, struct slice name,
			   struct slice *value)
{
	*value = SLICE_EMPTY;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, "SELECT value FROM meta WHERE name = $1", VALUES(V_TEXT(name)));
	enum find found = pg_rows_next(&rows);
	if (found == FOUND)
		*value = pg_rows_slice(&rows, arena);
	return found;
}

static enum err meta_insert(struct store *store, struct slice name, struct slice value)
{
	static const char sql[] = "WITH done AS (INSERT INTO meta (name, value) VALUES ($1, $2)"
				  " RETURNING 1) SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_TEXT(name), V_BLOB(value)), ERR_DATABASE, NULL);
}

static enum err meta_remove(struct store *store, struct slice name)
{
	static const char sql[] = "WITH done AS (DELETE FROM meta WHERE name = $1 RETURNING 1)"
				  " SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_TEXT(name)), ERR_ABSENT, NULL);
}

/* There are a few dozen at most: no index for the prefix. */
static enum err meta_list(struct store *store, struct arena *arena, struct slice prefix,
			  size_t limit, struct meta_list *out)
{
	static const char sql[] = "SELECT name, value FROM meta WHERE left(name, length($1)) = $1"
				  " ORDER BY name COLLATE \"C\" LIMIT $2";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_TEXT(prefix), V_INT(limit)));
	struct rows_array array = { .record = &meta_record,
				    .size = sizeof(struct meta),
				    .limit = limit };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct meta_list){ array.items, array.count };
	return err;
}

const struct store_meta_ops pg_meta_ops = {
	.find = meta_find,
	.insert = meta_insert,
	.remove = meta_remove,
	.list = meta_list,
};
