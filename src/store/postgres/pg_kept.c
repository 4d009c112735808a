/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that are kept for the browser that comes back with their handle. */
#include "store/postgres/pg_object.h"

/* The client is read as it was when the statement began, and not locked, as with device grants. */
static enum err kept_insert(struct store *store, const struct kept_request *request,
			    const struct event *event)
{
	static const char sql[] =
		"WITH allowed AS MATERIALIZED (SELECT 1 FROM client WHERE id = $3 AND enabled"
		" UNION ALL SELECT 1 WHERE $3 IS NULL),"
		" done AS (INSERT INTO kept_request (" KEPT_COLUMNS ")"
		" SELECT $1, $2, $3, $4, $5, $6, $7 FROM allowed ON CONFLICT (hash) DO NOTHING"
		" RETURNING 1) {event}"
		" SELECT (SELECT count(*) FROM allowed) + (SELECT count(*) FROM done)";
	const struct value values[] = {
		V_HASH(&request->hash),         V_INT(request->kind),
		V_ID_OR_NULL(&request->client), V_TEXT(request->parameters),
		V_INT(request->created),        V_INT(request->expires),
		V_INT(request->used),
	};
	return PG_INSERT(store, sql, values, ARRAY_LEN(values), event);
}

static enum find kept_find(struct store *store, struct arena *arena, const struct hash *hash,
			   struct kept_request **out)
{
	static const char sql[] = "SELECT " KEPT_COLUMNS " FROM kept_request WHERE hash = $1";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_HASH(hash)));
	return PG_ROWS_ONE(&rows, &kept_request_record, arena, out);
}

static enum err kept_use(struct store *store, const struct hash *hash, int64_t now,
			 const struct event *event)
{
	static const char sql[] =
		"WITH done AS (UPDATE kept_request SET used = $2 WHERE hash = $1 AND used = 0"
		" AND expires > $2 RETURNING 1) {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(now)), ERR_UNCHANGED, event);
}

const struct store_kept_ops pg_kept_ops = {
	.insert = kept_insert,
	.find = kept_find,
	.use = kept_use,
};
