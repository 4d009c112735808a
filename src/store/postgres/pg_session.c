/* SPDX-License-Identifier: Apache-2.0
 *
 * Browser sessions, in which several people may be signed in; the one with the greatest `chosen`
 * acts. A sign-in locks the rows of all whom it lets into the new session, and so does whatever
 * ends the sessions of a person, before it looks for them: none slips between. Then come the
 * session, and the places of people in it. */
#include "store/postgres/pg_object.h"

/* The sessions are locked first: of two people who leave one at the same moment the second finds
 * that he was the last. */
enum err pg_session_end_all(struct pg_conn *conn, const struct id *user, const struct hash *keep)
{
	static const char lock[] = "SELECT 1 FROM session WHERE hash IN"
				   " (SELECT session FROM \"session_user\" WHERE \"user\" = $1)"
				   " AND hash <> $2 ORDER BY hash FOR UPDATE";
	static const char leave[] =
		"WITH gone AS (DELETE FROM \"session_user\" WHERE \"user\" = $1 AND session <> $2"
		" RETURNING session)"
		" DELETE FROM session s USING gone g WHERE s.hash = g.session AND NOT EXISTS"
		" (SELECT 1 FROM \"session_user\" o WHERE o.session = s.hash AND o.user <> $1)";
	static const struct hash none;
	const struct hash *kept = keep != NULL ? keep : &none;
	enum err err = pg_run(conn, lock, VALUES(V_ID(user), V_HASH(kept)));
	return err == ERR_OK ? pg_run(conn, leave, VALUES(V_ID(user), V_HASH(kept))) : err;
}

/* --- signing in
 * ---------------------------------------------------------------------------------------------- */

/* People are locked in the order of their ids, since two may sign in beside each other; then the
 * password that fitted, the session that is replaced, and the places in it, which whoever has left
 * it meanwhile has no more. `before` are those that go on, the person's own among them: it is the
 * same sign-in to applications, so that its sid stays where others stay. */
#define INSERT_SQL(event) \
	"WITH others AS MATERIALIZED (SELECT \"user\" FROM \"session_user\" WHERE session = $9" \
	" AND \"user\" <> $1 AND $11 ORDER BY chosen DESC, \"user\" LIMIT $12)," \
	" held AS MATERIALIZED (SELECT u.id FROM (SELECT $1 AS id UNION ALL" \
	" SELECT \"user\" FROM others) AS w JOIN \"user\" u ON u.id = w.id WHERE u.enabled" \
	" ORDER BY u.id FOR NO KEY UPDATE OF u)," \
	" proof AS MATERIALIZED (SELECT c.\"user\" AS id FROM held h JOIN credential c" \
	" ON c.\"user\" = h.id AND c.kind = 'password' AND c.number = 0 AND c.value = $10" \
	" WHERE h.id = $1 FOR SHARE OF c)," \
	" allowed AS MATERIALIZED (SELECT id FROM held WHERE id = $1 AND $10 = ''" \
	" UNION ALL SELECT id FROM proof)," \
	" old AS MATERIALIZED (SELECT s.hash FROM allowed, session s WHERE s.hash = $9" \
	" FOR UPDATE OF s)," \
	" before AS MATERIALIZED (SELECT p.user, p.auth_time, p.amr, p.acr, p.sid, p.chosen" \
	" FROM old JOIN \"session_user\" p ON p.session = old.hash" \
	" JOIN held h ON h.id = p.user FOR UPDATE OF p)," \
	" person AS (UPDATE \"user\" u SET last_sign_in = $2 FROM allowed a WHERE u.id = a.id" \
	" RETURNING u.id)," \
	" ended AS (DELETE FROM session s USING old WHERE s.hash = old.hash)," \
	" done AS (INSERT INTO session (hash, created, seen) SELECT $3, $2, $4 FROM person" \
	" RETURNING hash)," \
	" signed_in AS (INSERT INTO \"session_user\" (session, \"user\", auth_time, amr, acr, sid," \
	" chosen) SELECT hash, $1, $5, $6, $7," \
	" coalesce((SELECT b.sid FROM before b WHERE b.user = $1 AND $11), $8)," \
	" (SELECT coalesce(max(b.chosen), 0) + 1 FROM before b) FROM done" \
	" UNION ALL SELECT done.hash, b.user, b.auth_time, b.amr, b.acr, b.sid, b.chosen" \
	" FROM done, before b WHERE b.user <> $1)" event " SELECT count(*) FROM done"

#define INSERT_VALUES(new) \
	V_ID(&(new)->session.user.id), V_INT((new)->session.created), \
		V_HASH(&(new)->session.hash), V_INT((new)->session.seen), \
		V_INT((new)->session.auth_time), V_TEXT((new)->session.amr), \
		V_TEXT((new)->session.acr), V_ID(&(new)->session.sid), \
		pg_hash_or_null((new)->replaces), V_TEXT((new)->password_hash), \
		V_BOOL((new)->keeps_others), V_INT(SESSION_PEOPLE_MAX - 1)

struct session_insert {
	const struct session_new *new;
	const struct event *event;
};

/* Whoever was in the old session and has no place in the new one, or in one that somebody else has
 * made of the old one meanwhile, has left. */
static enum err run_insert(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char sql[] = INSERT_SQL("");
	const struct session_insert *insertion = arg;
	const struct session_new *new = insertion->new;
	AUTO(arena) struct arena *arena = arena_new();
	struct rows_array places;
	int64_t done = 0;
	enum err err = pg_sign_out_places(conn, arena, new->replaces, &places);
	if (err != ERR_OK)
		return err;
	if (pg_number(conn, sql, VALUES(INSERT_VALUES(new)), &done) != FOUND)
		return ERR_DATABASE;
	if (done == 0)
		return ERR_UNCHANGED;
	return pg_sign_out_each(conn, &places, new->session.created, insertion->event);
}

static enum err session_insert(struct store *store, const struct session_new *new,
			       const struct event *event)
{
	static const char sql[] = INSERT_SQL(" {event}");
	struct session_insert insertion = { new, event };
	if (new->replaces != NULL)
		return pg_write_locking(store, run_insert, &insertion, event);
	return PG_CHANGE(store, sql, VALUES(INSERT_VALUES(new)), ERR_UNCHANGED, event);
}

/* --- who is in it
 * ---------------------------------------------------------------------------------------------- */

/* The session is one shard's, the people others': the first part is asked first, and has few rows.
 * A person's own sign-in may be older than the session. */
static const char people_sql[] =
	"WITH s AS MATERIALIZED (SELECT s.hash, s.created, s.seen, p.user, p.auth_time, p.amr,"
	" p.acr, p.sid, p.chosen FROM session s JOIN \"session_user\" p ON p.session = s.hash"
	" WHERE s.hash = $1)"
	" SELECT s.hash, least(s.created, s.auth_time), s.seen, s.auth_time, s.amr, s.acr, s.sid,"
	" u.id, u.name, u.admin, u.enabled, u.created, u.last_sign_in FROM s"
	" JOIN \"user\" u ON u.id = s.user AND u.enabled"
	" ORDER BY s.chosen DESC, u.id LIMIT $2";

static enum find session_find(struct store *store, struct arena *arena, const struct hash *hash,
			      struct session **out)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, people_sql, VALUES(V_HASH(hash), V_INT(1)));
	return PG_ROWS_ONE(&rows, &session_record, arena, out);
}

static enum err session_people(struct store *store, struct arena *arena, const struct hash *hash,
			       struct session_list *out)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, people_sql, VALUES(V_HASH(hash), V_INT(SESSION_PEOPLE_MAX)));
	struct rows_array array = { .record = &session_record,
				    .size = sizeof(struct session),
				    .limit = SESSION_PEOPLE_MAX };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct session_list){ array.items, array.count };
	return err;
}

/* Of two choices at the same moment either may be the later one. */
static enum err session_choose(struct store *store, const struct hash *hash, const struct id *user,
			       const struct event *event)
{
	static const char sql[] =
		"WITH last AS MATERIALIZED (SELECT max(chosen) AS chosen FROM \"session_user\""
		" WHERE session = $1),"
		" person AS MATERIALIZED (SELECT id FROM \"user\" WHERE id = $2 AND enabled),"
		" done AS (UPDATE \"session_user\" p SET chosen = last.chosen + 1 FROM last, person"
		" WHERE p.session = $1 AND p.user = person.id RETURNING 1) {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_HASH(hash), V_ID(user)), ERR_ABSENT, event);
}

/* --- the rest
 * ---------------------------------------------------------------------------------------------- */

static enum err session_touch(struct store *store, const struct hash *hash, int64_t now)
{
	static const char sql[] = "WITH done AS (UPDATE session SET seen = greatest(seen, $2)"
				  " WHERE hash = $1 RETURNING 1) SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(now)), ERR_ABSENT, NULL);
}

struct session_removal {
	const struct hash *hash;
	int64_t now;
	const struct event *event;
};

/* The DELETE waits for the code that is being given in the session. */
static enum err run_remove(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	const struct session_removal *removal = arg;
	AUTO(arena) struct arena *arena = arena_new();
	struct rows_array places;
	enum err err = pg_sign_out_places(conn, arena, removal->hash, &places);
	if (err == ERR_OK)
		err = pg_change(conn, "DELETE FROM session WHERE hash = $1",
				VALUES(V_HASH(removal->hash)), ERR_ABSENT);
	return err == ERR_OK ? pg_sign_out_each(conn, &places, removal->now, removal->event) : err;
}

static enum err session_remove(struct store *store, const struct hash *hash, int64_t now,
			       const struct event *event)
{
	struct session_removal removal = { hash, now, event };
	return pg_write_locking(store, run_remove, &removal, event);
}

const struct store_session_ops pg_session_ops = {
	.insert = session_insert,
	.find = session_find,
	.touch = session_touch,
	.remove = session_remove,
	.people = session_people,
	.choose = session_choose,
};
