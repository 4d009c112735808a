/* SPDX-License-Identifier: Apache-2.0
 *
 * Consents: what was allowed before stays allowed when more is added. */
#include "store/sqlite/object.h"
#include "store/words.h"

static enum find read_one(struct conn *conn, struct arena *arena, const struct id *user,
			  const struct id *client, struct consent *out)
{
	static const char sql[] = "SELECT " CONSENT_COLUMNS
				  " FROM consent o WHERE o.user = ?1 AND o.client = ?2";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql, VALUES(V_ID(user), V_ID(client)));
	enum find found = rows_next(&rows);
	return found == FOUND ? rows_read(&rows, &consent_record, arena, out) : found;
}

enum err consent_add(struct conn *conn, const struct authorization *authorization,
		     struct slice more)
{
	static const char sql[] =
		"INSERT INTO consent (user, client, scope, resource, created) VALUES (?1, ?2, ?3, ?4, ?5)"
		" ON CONFLICT DO UPDATE SET scope = excluded.scope, resource = excluded.resource,"
		" created = max(created, excluded.created)";
	AUTO(arena) struct arena *arena = arena_new();
	struct consent old = { 0 };
	const struct id *user = &authorization->user;
	const struct id *client = &authorization->client;
	if (read_one(conn, arena, user, client, &old) == FIND_FAILED)
		return ERR_DATABASE;
	struct slice scope = words_union(arena, authorization->scope, more);
	return conn_run(conn, sql,
			VALUES(V_ID(user), V_ID(client),
			       V_TEXT(words_union(arena, old.scope, scope)),
			       V_TEXT(words_union(arena, old.resource, authorization->resource)),
			       V_INT(authorization->created)));
}

static enum find consent_find(struct store *store, struct arena *arena, const struct id *user,
			      const struct id *client, struct consent **out)
{
	struct consent *consent = ARENA_NEW(arena, struct consent);
	enum find found = read_one(engine_reader(store), arena, user, client, consent);
	*out = found == FOUND ? consent : NULL;
	return found;
}

static enum err consent_list(struct store *store, struct arena *arena, const struct id *user,
			     struct consent_list *out)
{
	static const char sql[] = "SELECT " CONSENT_COLUMNS
				  ", c.name FROM consent o JOIN client c ON c.id = o.client"
				  " WHERE o.user = ?1 ORDER BY o.created DESC, o.client";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_ID(user)));
	struct rows_array array = { .record = &consent_listed_record,
				    .size = sizeof(struct consent),
				    .limit = SIZE_MAX };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct consent_list){ array.items, array.count };
	return err;
}

static enum err consent_remove(struct store *store, const struct id *user, const struct id *client,
			       const struct event *event)
{
	static const char sql[] = "DELETE FROM consent WHERE user = ?1 AND client = ?2";
	return ENGINE_CHANGE(store, sql, VALUES(V_ID(user), V_ID(client)), ERR_ABSENT, event);
}

const struct store_consent_ops consent_ops = {
	.find = consent_find,
	.list = consent_list,
	.remove = consent_remove,
};
