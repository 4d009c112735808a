/* SPDX-License-Identifier: Apache-2.0
 *
 * The audit log. Kinds are stored by name; a kind that this program does not know (another node is
 * newer) is left out of lists. An event stands on the shard of its authorization, so that the
 * statement that records it stays there. */
#include <string.h>

#include "store/postgres/pg_object.h"
#include "store/postgres/pg_recorder.h"

void pg_event_values(const struct event *event, const struct id *id,
		     struct value values[PG_EVENT_VALUES])
{
	const struct value all[PG_EVENT_VALUES] = {
		V_ID(id_is_zero(&event->authorization) ? id : &event->authorization),
		V_ID(id),
		V_TEXT(slice_str(event_kind_name(event->kind))),
		V_INT(event->at),
		V_ID_OR_NULL(&event->user),
		V_ID_OR_NULL(&event->client),
		V_ID_OR_NULL(&event->authorization),
		V_TEXT(event->address),
		V_TEXT(event->request_id),
		V_TEXT(event->detail),
	};
	memcpy(values, all, sizeof(all));
}

enum err pg_event_record(struct pg_conn *conn, const struct event *event, const struct id *id)
{
	static const char sql[] = "INSERT INTO event (" PG_EVENT_COLUMNS ")"
				  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
	struct value values[PG_EVENT_VALUES];
	pg_event_values(event, id, values);
	return pg_run(conn, sql, values, PG_EVENT_VALUES);
}

static void event_post(struct store *store, const struct event *event)
{
	struct pg_engine *engine = pg_engine_of(store);
	if (engine->recorder != NULL)
		pg_recorder_post(engine->recorder, event);
}

/* --- the list
 * ----------------------------------------------------------------------------------------------------------
 */

static enum err event_list(struct store *store, struct arena *arena,
			   const struct event_filter *filter, struct event_list *out)
{
	static const char sql[] =
		"SELECT kind, at, \"user\", client, \"authorization\", address, request_id, detail"
		" FROM event WHERE at >= $1 ORDER BY at DESC, number DESC LIMIT $2";
	*out = (struct event_list){ 0 };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_INT(filter->since), V_INT(filter->limit)));
	struct rows_array array = { .record = &event_stored_record,
				    .size = sizeof(struct event_stored),
				    .limit = filter->limit };
	enum err err = pg_rows_all(&rows, arena, &array);
	if (err == ERR_OK)
		event_list_read(out, arena, &array);
	return err;
}

const struct store_event_ops pg_event_ops = {
	.post = event_post,
	.list = event_list,
};
