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

static void event_post(struct store *store, const struct event *event)
{
	struct pg_engine *engine = pg_engine_of(store);
	if (engine->recorder != NULL)
		pg_recorder_post(engine->recorder, event);
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
		"SELECT kind, at, \"user\", client, \"authorization\", address, request_id, detail"
		" FROM event WHERE at >= $1 ORDER BY at DESC, number DESC LIMIT $2";
	*out = (struct event_list){ 0 };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_INT(filter->since), V_INT(filter->limit)));
	struct rows_array array = { .record = &stored_record,
				    .size = sizeof(struct stored),
				    .limit = filter->limit };
	enum err err = pg_rows_all(&rows, arena, &array);
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

const struct store_event_ops pg_event_ops = {
	.post = event_post,
	.list = event_list,
};
