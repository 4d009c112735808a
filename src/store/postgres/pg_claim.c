/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known about people. A claim that is taken away stays with an empty value, since its time
 * is told. */
#include "store/postgres/pg_object.h"

static enum err read_claims(struct pg_rows *rows, struct arena *arena, struct claim_list *out,
			    int64_t *changed)
{
	out->items = arena_calloc(arena, (size_t)PQntuples(rows->result), sizeof(*out->items));
	enum find found;
	while ((found = pg_rows_next(rows)) == FOUND) {
		int64_t at = pg_rows_int64(rows);
		struct claim *claim = &out->items[out->count];
		if (pg_rows_read(rows, &claim_record, arena, claim) != FOUND)
			return ERR_DATABASE;
		*changed = at > *changed ? at : *changed;
		out->count += claim->value.len > 0;
	}
	return found == ABSENT ? ERR_OK : ERR_DATABASE;
}

/* One row at least, for the person. */
enum err pg_claim_list(struct store *store, struct arena *arena, const struct id *id,
		       struct claim_list *out, int64_t *changed)
{
	static const char sql[] =
		"SELECT c.changed, c.name, c.value FROM \"user\" u LEFT JOIN claim c ON c.user = u.id"
		" WHERE u.id = $1 ORDER BY c.name";
	*out = (struct claim_list){ 0 };
	*changed = 0;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(id)));
	if (rows.result == NULL)
		return ERR_DATABASE;
	if (PQntuples(rows.result) == 0)
		return ERR_ABSENT;
	return read_claims(&rows, arena, out, changed);
}

struct setting {
	const struct id *id;
	const struct claim_set *set;
};

/* The lock on the person keeps two who set the same claim apart, and notices that he is missing. */
static enum err run_set(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char lock[] = "SELECT 1 FROM \"user\" WHERE id = $1 FOR NO KEY UPDATE";
	static const char sql[] =
		"INSERT INTO claim AS c (\"user\", name, value, changed)"
		" SELECT $1, $2, $3, $4 WHERE $3 <> '' OR EXISTS"
		" (SELECT 1 FROM claim WHERE \"user\" = $1 AND name = $2)"
		" ON CONFLICT (\"user\", name) DO UPDATE SET value = excluded.value,"
		" changed = excluded.changed WHERE c.value <> excluded.value";
	const struct setting *setting = arg;
	const struct claim_set *set = setting->set;
	int64_t one;
	enum find found = pg_number(conn, lock, VALUES(V_ID(setting->id)), &one);
	if (found != FOUND)
		return found == ABSENT ? ERR_ABSENT : ERR_DATABASE;
	enum err err = ERR_OK;
	for (size_t i = 0; i < set->count && err == ERR_OK; i++)
		err = pg_run(conn, sql,
			     VALUES(V_ID(setting->id), V_TEXT(set->claims[i].name),
				    V_TEXT(set->claims[i].value), V_INT(set->now)));
	return err;
}

enum err pg_claim_set(struct store *store, const struct id *id, const struct claim_set *set,
		      const struct event *event)
{
	struct setting setting = { id, set };
	return pg_write_locking(store, run_set, &setting, event);
}
