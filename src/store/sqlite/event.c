/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit log. Kinds are stored by name; a kind that this program does not know (it has been
 * newer) is left out of lists. */
#include "store/sqlite/object.h"

enum err event_record(struct conn *conn, const struct event *event)
{
	static const char sql[] =
		"INSERT INTO event (kind, at, user, client, authorization, address, request_id, detail)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
	return conn_run(conn, sql,
			VALUES(V_TEXT(slice_str(event_kind_name(event->kind))), V_INT(event->at),
			       V_ID_OR_NULL(&event->user), V_ID_OR_NULL(&event->client),
			       V_ID_OR_NULL(&event->authorization), V_TEXT(event->address),
			       V_TEXT(event->request_id), V_TEXT(event->detail)));
}

static void event_post(struct store *store, const struct event *event)
{
	struct engine *engine = engine_of(store);
	if (engine->writer != NULL)
		writer_post(engine->writer, event);
}

/* --- the list
 * ----------------------------------------------------------------------------------------------------------
 */

static enum err event_list(struct store *store, struct arena *arena,
			   const struct event_filter *filter, struct event_list *out)
{
	static const char sql[] =
		"SELECT kind, at, user, client, authorization, address, request_id, detail FROM event"
		" WHERE at >= ?1 ORDER BY at DESC, number DESC LIMIT ?2";
	*out = (struct event_list){ 0 };
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql,
		   VALUES(V_INT(filter->since), V_INT(filter->limit)));
	struct rows_array array = { .record = &event_stored_record,
				    .size = sizeof(struct event_stored),
				    .limit = filter->limit };
	enum err err = rows_all(&rows, arena, &array);
	if (err == ERR_OK)
		event_list_read(out, arena, &array);
	return err;
}

const struct store_event_ops event_ops = {
	.post = event_post,
	.list = event_list,
};
