/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets: rights to do something a number of times. A take counts down in its row, which others
 * who take at the same moment wait for. */
#include "store/postgres/pg_object.h"

static enum err ticket_insert(struct store *store, const struct ticket *ticket,
			      const struct event *event)
{
	static const char sql[] =
		"WITH done AS (INSERT INTO ticket (hash, kind, note, created, expires, uses)"
		" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (hash) DO NOTHING RETURNING 1)"
		" {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql,
			 VALUES(V_HASH(&ticket->hash), V_INT(ticket->kind), V_TEXT(ticket->note),
				V_INT(ticket->created), V_INT(ticket->expires),
				V_INT(ticket->uses)),
			 ERR_CONFLICT, event);
}

static enum err ticket_list(struct store *store, struct arena *arena, struct ticket_list *out)
{
	static const char sql[] = "SELECT " TICKET_COLUMNS
				  " FROM ticket ORDER BY created DESC, hash";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, NO_VALUES);
	struct rows_array array = { .record = &ticket_record,
				    .size = sizeof(struct ticket),
				    .limit = SIZE_MAX };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct ticket_list){ array.items, array.count };
	return err;
}

static enum err ticket_remove(struct store *store, const struct hash *hash,
			      const struct event *event)
{
	static const char sql[] = "WITH done AS (DELETE FROM ticket WHERE hash = $1 RETURNING 1)"
				  " {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_HASH(hash)), ERR_ABSENT, event);
}

static enum find ticket_find(struct store *store, const struct hash *hash, enum ticket_kind kind,
			     int64_t now)
{
	static const char sql[] = "SELECT 1 FROM ticket WHERE hash = $1 AND kind = $2"
				  " AND expires > $3 AND uses > 0";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_HASH(hash), V_INT(kind), V_INT(now)));
	return pg_rows_next(&rows);
}

static enum err ticket_take(struct store *store, const struct hash *hash, enum ticket_kind kind,
			    int64_t now, const struct event *event)
{
	static const char sql[] =
		"WITH done AS (UPDATE ticket SET uses = uses - 1 WHERE hash = $1 AND kind = $2"
		" AND expires > $3 AND uses > 0 RETURNING 1) {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(kind), V_INT(now)), ERR_UNCHANGED,
			 event);
}

const struct store_ticket_ops pg_ticket_ops = {
	.insert = ticket_insert,
	.list = ticket_list,
	.remove = ticket_remove,
	.find = ticket_find,
	.take = ticket_take,
};
