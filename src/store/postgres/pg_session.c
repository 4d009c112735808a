/* SPDX-License-Identifier: Apache-2.0
 *
 * Browser sessions. The schema lets a session hold several people; one that ends for one of them
 * ends for all. A sign-in locks the row of its person, and so does whatever ends the sessions of a
 * person, before it looks for them: none slips between. */
#include "store/postgres/pg_object.h"

enum err pg_session_end_all(struct pg_conn *conn, const struct id *user, const struct hash *keep)
{
	static const char sql[] =
		"DELETE FROM session WHERE hash IN"
		" (SELECT session FROM \"session_user\" WHERE \"user\" = $1) AND hash <> $2";
	static const struct hash none;
	return pg_run(conn, sql, VALUES(V_ID(user), V_HASH(keep != NULL ? keep : &none)));
}

static struct value hash_or_null(const struct hash *hash)
{
	static const struct hash none;
	struct value value = V_HASH(hash != NULL ? hash : &none);
	value.null = hash == NULL;
	return value;
}

/* The person is locked first, and then the password that fitted: whoever changes one of them has
 * done so, or waits. `proof` looks at its own row again when that was changed meanwhile. */
static enum err session_insert(struct store *store, const struct session_new *new,
			       const struct event *event)
{
	static const char sql[] =
		"WITH held AS MATERIALIZED (SELECT id FROM \"user\" WHERE id = $1 AND enabled"
		" FOR NO KEY UPDATE),"
		" proof AS MATERIALIZED (SELECT c.\"user\" AS id FROM held h JOIN credential c"
		" ON c.\"user\" = h.id AND c.kind = 'password' AND c.number = 0 AND c.value = $10"
		" FOR SHARE OF c),"
		" allowed AS MATERIALIZED (SELECT id FROM held WHERE $10 = ''"
		" UNION ALL SELECT id FROM proof),"
		" person AS (UPDATE \"user\" u SET last_sign_in = $2 FROM allowed a WHERE u.id = a.id"
		" RETURNING u.id),"
		" ended AS (DELETE FROM session s USING person WHERE s.hash = $9),"
		" done AS (INSERT INTO session (hash, created, seen) SELECT $3, $2, $4 FROM person"
		" RETURNING hash),"
		" signed_in AS (INSERT INTO \"session_user\" (session, \"user\", auth_time, amr, acr,"
		" sid) SELECT hash, $1, $5, $6, $7, $8 FROM done) {event} SELECT count(*) FROM done";
	const struct session *session = &new->session;
	return PG_CHANGE(store, sql,
			 VALUES(V_ID(&session->user.id), V_INT(session->created),
				V_HASH(&session->hash), V_INT(session->seen),
				V_INT(session->auth_time), V_TEXT(session->amr),
				V_TEXT(session->acr), V_ID(&session->sid),
				hash_or_null(new->replaces), V_TEXT(new->password_hash)),
			 ERR_UNCHANGED, event);
}

/* The session is one shard's, the person another's: the first part is asked first, and has one row.
 */
static enum find session_find(struct store *store, struct arena *arena, const struct hash *hash,
			      struct session **out)
{
	static const char sql[] =
		"WITH s AS MATERIALIZED (SELECT s.hash, s.created, s.seen, su.user, su.auth_time, su.amr,"
		" su.acr, su.sid FROM session s JOIN \"session_user\" su ON su.session = s.hash"
		" WHERE s.hash = $1)"
		" SELECT s.hash, s.created, s.seen, s.auth_time, s.amr, s.acr, s.sid,"
		" u.id, u.name, u.admin, u.enabled, u.created, u.last_sign_in FROM s"
		" JOIN \"user\" u ON u.id = s.user AND u.enabled";
	*out = NULL;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_HASH(hash)));
	enum find found = pg_rows_next(&rows);
	if (found != FOUND)
		return found;
	*out = ARENA_NEW(arena, struct session);
	return pg_rows_read(&rows, &session_record, arena, *out);
}

static enum err session_touch(struct store *store, const struct hash *hash, int64_t now)
{
	static const char sql[] = "WITH done AS (UPDATE session SET seen = greatest(seen, $2)"
				  " WHERE hash = $1 RETURNING 1) SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(now)), ERR_ABSENT, NULL);
}

static enum err session_remove(struct store *store, const struct hash *hash,
			       const struct event *event)
{
	static const char sql[] = "WITH done AS (DELETE FROM session WHERE hash = $1 RETURNING 1)"
				  " {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_HASH(hash)), ERR_ABSENT, event);
}

const struct store_session_ops pg_session_ops = {
	.insert = session_insert,
	.find = session_find,
	.touch = session_touch,
	.remove = session_remove,
};
