/* SPDX-License-Identifier: Apache-2.0
 *
 * Handles: what a session holds of a code that was entered in it. */
#include "store/sqlite/object.h"

static enum err device_handle_insert(struct store *store, const struct device_handle *handle,
				     const struct event *event)
{
	static const char sql[] =
		"INSERT INTO device_handle (hash, session, authorization, sealed_code, created, expires)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	return ENGINE_CHANGE(store, sql,
			     VALUES(V_HASH(&handle->hash), V_HASH(&handle->session),
				    V_ID(&handle->authorization), V_BLOB(handle->sealed_code),
				    V_INT(handle->created), V_INT(handle->expires)),
			     ERR_DATABASE, event);
}

static enum find device_handle_find(struct store *store, struct arena *arena,
				    const struct hash *handle, struct device_handle **out)
{
	static const char sql[] =
		"SELECT hash, session, authorization, sealed_code, created, expires FROM device_handle"
		" WHERE hash = ?1";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_HASH(handle)));
	return ROWS_ONE(&rows, &device_handle_record, arena, out);
}

const struct store_device_handle_ops device_handle_ops = {
	.insert = device_handle_insert,
	.find = device_handle_find,
};
