/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets: each taking is one conditional statement, so the last use is had by one alone. */
#include "store/sqlite/object.h"

static enum err ticket_insert(struct store *store, const struct ticket *ticket,
			      const struct event *event)
{
	static const char sql[] = "INSERT INTO ticket (" TICKET_COLUMNS
				  ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	return ENGINE_CHANGE(store, sql,
			     VALUES(V_HASH(&ticket->hash), V_INT(ticket->kind),
				    V_TEXT(ticket->note), V_INT(ticket->created),
				    V_INT(ticket->expires), V_INT(ticket->uses)),
			     ERR_DATABASE, event);
}

static enum err ticket_list(struct store *store, struct arena *arena, struct ticket_list *out)
{
	static const char sql[] = "SELECT " TICKET_COLUMNS
				  " FROM ticket ORDER BY created DESC, hash";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, NO_VALUES);
	struct rows_array array = { .record = &ticket_record,
				    .size = sizeof(struct ticket),
				    .limit = SIZE_MAX };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct ticket_list){ array.items, array.count };
	return err;
}

static enum err ticket_remove(struct store *store, const struct hash *hash,
			      const struct event *event)
{
	return ENGINE_CHANGE(store, "DELETE FROM ticket WHERE hash = ?1", VALUES(V_HASH(hash)),
			     ERR_ABSENT, event);
}

static enum find ticket_find(struct store *store, const struct hash *hash, enum ticket_kind kind,
			     int64_t now)
{
	static const char sql[] =
		"SELECT 1 FROM ticket WHERE hash = ?1 AND kind = ?2 AND expires > ?3 AND uses > 0";
	int64_t one;
	return conn_number(engine_reader(store), sql, VALUES(V_HASH(hash), V_INT(kind), V_INT(now)),
			   &one);
}

static enum err ticket_take(struct store *store, const struct hash *hash, enum ticket_kind kind,
			    int64_t now, const struct event *event)
{
	static const char sql[] = "UPDATE ticket SET uses = uses - 1"
				  " WHERE hash = ?1 AND kind = ?2 AND expires > ?3 AND uses > 0";
	return ENGINE_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(kind), V_INT(now)),
			     ERR_UNCHANGED, event);
}

const struct store_ticket_ops ticket_ops = {
	.insert = ticket_insert,
	.list = ticket_list,
	.remove = ticket_remove,
	.find = ticket_find,
	.take = ticket_take,
};
