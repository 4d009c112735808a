/* SPDX-License-Identifier: Apache-2.0
 *
 * Browser sessions. Several people may be signed in to one; the one with the greatest `chosen`
 * acts. A person's own sign-in may be older than the cookie, and it is what his session is as old
 * as. */
#include "store/sqlite/object.h"

enum err session_end_all(struct conn *conn, const struct id *user, const struct hash *keep)
{
	static const char alone[] =
		"DELETE FROM session WHERE hash IN (SELECT session FROM session_user WHERE user = ?1)"
		" AND hash <> ?2 AND NOT EXISTS (SELECT 1 FROM session_user other"
		" WHERE other.session = session.hash AND other.user <> ?1)";
	static const char among_others[] =
		"DELETE FROM session_user WHERE user = ?1 AND session <> ?2";
	static const struct hash none;
	const struct hash *kept = keep != NULL ? keep : &none;
	enum err err = conn_run(conn, alone, VALUES(V_ID(user), V_HASH(kept)));
	if (err != ERR_OK)
		return err;
	return conn_run(conn, among_others, VALUES(V_ID(user), V_HASH(kept)));
}

/* --- signing in
 * ----------------------------------------------------------------------------------------------------------
 */

/* The others who were signed in to `from`, as many as there is room for. */
static enum err add_others(struct conn *conn, const struct session *session,
			   const struct hash *from)
{
	static const char sql[] =
		"INSERT INTO session_user (session, user, auth_time, amr, acr, sid, chosen)"
		" SELECT ?1, su.user, su.auth_time, su.amr, su.acr, su.sid, su.chosen FROM session_user su"
		" JOIN user u ON u.id = su.user AND u.enabled WHERE su.session = ?3 AND su.user <> ?2"
		" ORDER BY su.chosen DESC, su.user LIMIT ?4";
	return conn_run(conn, sql,
			VALUES(V_HASH(&session->hash), V_ID(&session->user.id), V_HASH(from),
			       V_INT(SESSION_PEOPLE_MAX - 1)));
}

/* The person who signs in acts. One who was there before is known to clients by his sid. */
static enum err add_user(struct conn *conn, const struct session *session, const struct hash *from)
{
	static const char sql[] =
		"INSERT INTO session_user (session, user, auth_time, amr, acr, sid, chosen)"
		" VALUES (?1, ?2, ?3, ?4, ?5,"
		" coalesce((SELECT sid FROM session_user WHERE session = ?7 AND user = ?2), ?6),"
		" (SELECT coalesce(max(chosen), 0) + 1 FROM session_user WHERE session = ?1))";
	return conn_run(conn, sql,
			VALUES(V_HASH(&session->hash), V_ID(&session->user.id),
			       V_INT(session->auth_time), V_TEXT(session->amr),
			       V_TEXT(session->acr), V_ID(&session->sid), V_HASH(from)));
}

static enum err add_people(struct conn *conn, const struct session_new *new)
{
	static const struct hash none;
	const struct hash *from = new->keeps_others &&new->replaces != NULL ? new->replaces : &none;
	enum err err = add_others(conn, &new->session, from);
	return err == ERR_OK ? add_user(conn, &new->session, from) : err;
}

/* Whoever has no place in the new session has left. */
static enum err replace(struct conn *conn, const struct session_new *new, const struct event *event)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct rows_array places;
	enum err err = sign_out_places(conn, arena, new->replaces, &places);
	if (err == ERR_OK)
		err = conn_run(conn, "DELETE FROM session WHERE hash = ?1",
			       VALUES(V_HASH(new->replaces)));
	return err == ERR_OK ? sign_out_each(conn, &places, new->session.created, event) : err;
}

struct session_insert {
	const struct session_new *new;
	const struct event *event;
};

/* The sign-in is written first: it is also what asks whether the person is enabled, and whether the
 * password that fitted is still the one. */
static enum err run_insert(struct conn *conn, void *arg)
{
	static const char sign_in[] =
		"UPDATE user SET last_sign_in = ?2 WHERE id = ?1 AND enabled AND (?3 = '' OR EXISTS"
		" (SELECT 1 FROM credential WHERE user = ?1 AND kind = 'password' AND number = 0"
		" AND value = ?3))";
	static const char insert[] =
		"INSERT INTO session (hash, created, seen) VALUES (?1, ?2, ?3)";
	const struct session_insert *insertion = arg;
	const struct session_new *new = insertion->new;
	const struct session *session = &new->session;
	enum err err = conn_change(conn, sign_in,
				   VALUES(V_ID(&session->user.id), V_INT(session->created),
					  V_TEXT(new->password_hash)),
				   ERR_UNCHANGED);
	if (err == ERR_OK)
		err = conn_run(conn, insert,
			       VALUES(V_HASH(&session->hash), V_INT(session->created),
				      V_INT(session->seen)));
	if (err == ERR_OK)
		err = add_people(conn, new);
	if (err != ERR_OK || new->replaces == NULL)
		return err;
	return replace(conn, new, insertion->event);
}

static enum err session_insert(struct store *store, const struct session_new *session,
			       const struct event *event)
{
	struct session_insert insertion = { session, event };
	return engine_write(store, run_insert, &insertion, event);
}

/* --- afterwards
 * ----------------------------------------------------------------------------------------------------------
 */

#define PEOPLE \
	"SELECT s.hash, min(s.created, su.auth_time), s.seen, su.auth_time, su.amr, su.acr, su.sid," \
	" u.id, u.name, u.admin, u.enabled, u.created, u.last_sign_in FROM session s" \
	" JOIN session_user su ON su.session = s.hash" \
	" JOIN user u ON u.id = su.user AND u.enabled WHERE s.hash = ?1" \
	" ORDER BY su.chosen DESC, su.user"

static enum find session_find(struct store *store, struct arena *arena, const struct hash *hash,
			      struct session **out)
{
	static const char sql[] = PEOPLE " LIMIT 1";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_HASH(hash)));
	return ROWS_ONE(&rows, &session_record, arena, out);
}

static enum err session_people(struct store *store, struct arena *arena, const struct hash *hash,
			       struct session_list *out)
{
	static const char sql[] = PEOPLE;
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_HASH(hash)));
	struct rows_array array = { .record = &session_record,
				    .size = sizeof(struct session),
				    .limit = SESSION_PEOPLE_MAX };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct session_list){ array.items, array.count };
	return err;
}

static enum err session_choose(struct store *store, const struct hash *hash, const struct id *user,
			       const struct event *event)
{
	static const char sql[] = "UPDATE session_user SET chosen ="
				  " (SELECT max(chosen) + 1 FROM session_user WHERE session = ?1)"
				  " WHERE session = ?1 AND user = ?2"
				  " AND EXISTS (SELECT 1 FROM user WHERE id = ?2 AND enabled)";
	return ENGINE_CHANGE(store, sql, VALUES(V_HASH(hash), V_ID(user)), ERR_ABSENT, event);
}

static enum err session_touch(struct store *store, const struct hash *hash, int64_t now)
{
	static const char sql[] = "UPDATE session SET seen = max(seen, ?2) WHERE hash = ?1";
	return ENGINE_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(now)), ERR_ABSENT, NULL);
}

struct session_removal {
	const struct hash *hash;
	int64_t now;
	const struct event *event;
};

static enum err run_remove(struct conn *conn, void *arg)
{
	const struct session_removal *removal = arg;
	AUTO(arena) struct arena *arena = arena_new();
	struct rows_array places;
	enum err err = sign_out_places(conn, arena, removal->hash, &places);
	if (err == ERR_OK)
		err = conn_change(conn, "DELETE FROM session WHERE hash = ?1",
				  VALUES(V_HASH(removal->hash)), ERR_ABSENT);
	return err == ERR_OK ? sign_out_each(conn, &places, removal->now, removal->event) : err;
}

static enum err session_remove(struct store *store, const struct hash *hash, int64_t now,
			       const struct event *event)
{
	struct session_removal removal = { hash, now, event };
	return engine_write(store, run_remove, &removal, event);
}

const struct store_session_ops session_ops = {
	.insert = session_insert,
	.find = session_find,
	.touch = session_touch,
	.remove = session_remove,
	.people = session_people,
	.choose = session_choose,
};
