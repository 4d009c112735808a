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

struct stored {
	struct slice kind;
	struct event event;
};

static const struct field stored_fields[] = {
	FIELD(SLICE, struct stored, kind),
	FIELD(INT64, struct stored, event.at),
	FIELD(ID, struct stored, event.user),
	FIELD(ID, struct stored, event.client),
	FIELD(ID, struct stored, event.authorization),
	FIELD(SLICE, struct stored, event.address),
	FIELD(SLICE, struct stored, event.request_id),
	FIELD(SLICE, struct stored, event.detail),
};
static const struct record stored_record = RECORD(stored_fields);

static enum event_kind kind_from_name(struct slice name)
{
	for (unsigned kind = 0; kind < EVENT_KIND_COUNT; kind++) {
		if (slice_equal(name, slice_str(event_kind_name((enum event_kind)kind))))
			return (enum event_kind)kind;
	}
	return EVENT_KIND_COUNT;
}

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
	struct rows_array array = { .record = &stored_record,
				    .size = sizeof(struct stored),
				    .limit = filter->limit };
	enum err err = rows_all(&rows, arena, &array);
	if (err != ERR_OK)
		return err;
	const struct stored *stored = array.items;
	out->items = arena_calloc(arena, array.count, sizeof(*out->items));
	for (size_t i = 0; i < array.count; i++) {
		struct event *event = &out->items[out->count];
		*event = stored[i].event;
		event->kind = kind_from_name(stored[i].kind);
		out->count += event->kind != EVENT_KIND_COUNT;
	}
	return ERR_OK;
}

const struct store_event_ops event_ops = {
	.post = event_post,
	.list = event_list,
};
