/* SPDX-License-Identifier: Apache-2.0
 *
 * Handles: what a session holds of a code that was entered in it. */
#include "store/postgres/pg_object.h"

/* No error of the server's when it is there: it may be this very write that put it there, before
 * the connection was lost. */
static enum err device_handle_insert(struct store *store, const struct device_handle *handle,
				     const struct event *event)
{
	static const char sql[] =
		"WITH done AS (INSERT INTO device_handle (hash, session, \"authorization\","
		" sealed_code, created, expires) VALUES ($1, $2, $3, $4, $5, $6)"
		" ON CONFLICT (hash) DO NOTHING RETURNING 1) {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql,
			 VALUES(V_HASH(&handle->hash), V_HASH(&handle->session),
				V_ID(&handle->authorization), V_BLOB(handle->sealed_code),
				V_INT(handle->created), V_INT(handle->expires)),
			 ERR_CONFLICT, event);
}

static enum find device_handle_find(struct store *store, struct arena *arena,
				    const struct hash *handle, struct device_handle **out)
{
	static const char sql[] =
		"SELECT hash, session, \"authorization\", sealed_code, created, expires"
		" FROM device_handle WHERE hash = $1";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_HASH(handle)));
	return PG_ROWS_ONE(&rows, &device_handle_record, arena, out);
}

const struct store_device_handle_ops pg_device_handle_ops = {
	.insert = device_handle_insert,
	.find = device_handle_find,
};
