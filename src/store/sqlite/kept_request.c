/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that are kept for a browser that comes back. */
#include "store/sqlite/object.h"

/* The client is read again here: it may have been disabled or removed since it was checked. */
static enum err kept_insert(struct store *store, const struct kept_request *request,
			    const struct event *event)
{
	static const char sql[] =
		"INSERT INTO kept_request (" KEPT_COLUMNS ") SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7"
		" WHERE ?3 IS NULL OR EXISTS (SELECT 1 FROM client WHERE id = ?3 AND enabled)";
	return ENGINE_CHANGE(store, sql,
			     VALUES(V_HASH(&request->hash), V_INT(request->kind),
				    V_ID_OR_NULL(&request->client), V_TEXT(request->parameters),
				    V_INT(request->created), V_INT(request->expires),
				    V_INT(request->used)),
			     ERR_UNCHANGED, event);
}

static enum find kept_find(struct store *store, struct arena *arena, const struct hash *hash,
			   struct kept_request **out)
{
	static const char sql[] = "SELECT " KEPT_COLUMNS " FROM kept_request WHERE hash = ?1";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_HASH(hash)));
	return ROWS_ONE(&rows, &kept_request_record, arena, out);
}

static enum err kept_use(struct store *store, const struct hash *hash, int64_t now,
			 const struct event *event)
{
	static const char sql[] =
		"UPDATE kept_request SET used = ?2 WHERE hash = ?1 AND used = 0 AND expires > ?2";
	return ENGINE_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(now)), ERR_UNCHANGED, event);
}

const struct store_kept_ops kept_ops = {
	.insert = kept_insert,
	.find = kept_find,
	.use = kept_use,
};
