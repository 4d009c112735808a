/* SPDX-License-Identifier: Apache-2.0
 *
 * Browser sessions. The schema lets a session hold several people; one that ends for one of them
 * ends for all. */
#include "store/sqlite/object.h"

enum err session_end_all(struct conn *conn, const struct id *user, const struct hash *keep)
{
	static const char sql[] =
		"DELETE FROM session WHERE hash IN (SELECT session FROM session_user WHERE user = ?1)"
		" AND hash <> ?2";
	static const struct hash none;
	return conn_run(conn, sql, VALUES(V_ID(user), V_HASH(keep != NULL ? keep : &none)));
}

static enum err add_user(struct conn *conn, const struct session *session)
{
	static const char sql[] =
		"INSERT INTO session_user (session, user, auth_time, amr, acr, sid)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	return conn_run(conn, sql,
			VALUES(V_HASH(&session->hash), V_ID(&session->user.id),
			       V_INT(session->auth_time), V_TEXT(session->amr),
			       V_TEXT(session->acr), V_ID(&session->sid)));
}

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
	const struct session_new *new = *(const struct session_new *const *)arg;
	const struct session *session = &new->session;
	enum err err = conn_change(conn, sign_in,
				   VALUES(V_ID(&session->user.id), V_INT(session->created),
					  V_TEXT(new->password_hash)),
				   ERR_UNCHANGED);
	if (err == ERR_OK && new->replaces != NULL)
		err = conn_run(conn, "DELETE FROM session WHERE hash = ?1",
			       VALUES(V_HASH(new->replaces)));
	if (err == ERR_OK)
		err = conn_run(conn, insert,
			       VALUES(V_HASH(&session->hash), V_INT(session->created),
				      V_INT(session->seen)));
	return err == ERR_OK ? add_user(conn, session) : err;
}

static enum err session_insert(struct store *store, const struct session_new *session,
			       const struct event *event)
{
	return engine_write(store, run_insert, &session, event);
}

static enum find session_find(struct store *store, struct arena *arena, const struct hash *hash,
			      struct session **out)
{
	static const char sql[] =
		"SELECT s.hash, s.created, s.seen, su.auth_time, su.amr, su.acr, su.sid,"
		" u.id, u.name, u.admin, u.enabled, u.created, u.last_sign_in FROM session s"
		" JOIN session_user su ON su.session = s.hash"
		" JOIN user u ON u.id = su.user AND u.enabled WHERE s.hash = ?1";
	*out = NULL;
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_HASH(hash)));
	enum find found = rows_next(&rows);
	if (found != FOUND)
		return found;
	*out = ARENA_NEW(arena, struct session);
	return rows_read(&rows, &session_record, arena, *out);
}

static enum err session_touch(struct store *store, const struct hash *hash, int64_t now)
{
	static const char sql[] = "UPDATE session SET seen = max(seen, ?2) WHERE hash = ?1";
	return ENGINE_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(now)), ERR_ABSENT, NULL);
}

static enum err session_remove(struct store *store, const struct hash *hash,
			       const struct event *event)
{
	static const char sql[] = "DELETE FROM session WHERE hash = ?1";
	return ENGINE_CHANGE(store, sql, VALUES(V_HASH(hash)), ERR_ABSENT, event);
}

const struct store_session_ops session_ops = {
	.insert = session_insert,
	.find = session_find,
	.touch = session_touch,
	.remove = session_remove,
};
