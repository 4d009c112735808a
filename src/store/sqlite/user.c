/* SPDX-License-Identifier: Apache-2.0
 *
 * People and their passwords. What ends with a person hangs on foreign keys; what does not is named
 * in the removal. */
#include "store/sqlite/object.h"

/* --- look-ups
 * --------------------------------------------------------------------------------------------------------
 */

static enum find user_find(struct store *store, struct arena *arena, const struct id *id,
			   struct user **out)
{
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store),
		   "SELECT " USER_COLUMNS " FROM user u WHERE u.id = ?1", VALUES(V_ID(id)));
	return ROWS_ONE(&rows, &user_record, arena, out);
}

static enum find user_find_by_name(struct store *store, struct arena *arena,
				   struct slice folded_name, struct user **out,
				   struct slice *password_hash)
{
	static const char sql[] =
		"SELECT " USER_COLUMNS ", c.value FROM user u"
		" LEFT JOIN credential c ON c.user = u.id AND c.kind = 'password' AND c.number = 0"
		" WHERE u.folded_name = ?1";
	*password_hash = SLICE_EMPTY;
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_TEXT(folded_name)));
	enum find found = ROWS_ONE(&rows, &user_record, arena, out);
	if (found == FOUND)
		*password_hash = rows_slice(&rows, arena);
	return found;
}

static enum err user_list(struct store *store, struct arena *arena, struct user_list *out)
{
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store),
		   "SELECT " USER_COLUMNS " FROM user u ORDER BY u.folded_name", NO_VALUES);
	struct rows_array array = { .record = &user_record,
				    .size = sizeof(struct user),
				    .limit = SIZE_MAX };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct user_list){ array.items, array.count };
	return err;
}

/* --- changes
 * ---------------------------------------------------------------------------------------------------------
 */

static enum err set_password(struct conn *conn, const struct id *id, struct slice password_hash)
{
	static const char sql[] =
		"INSERT INTO credential (user, kind, number, value) VALUES (?1, 'password', 0, ?2)"
		" ON CONFLICT DO UPDATE SET value = excluded.value";
	return conn_run(conn, sql, VALUES(V_ID(id), V_TEXT(password_hash)));
}

static enum err take_invitation(struct conn *conn, const struct user_new *new)
{
	static const char sql[] = "UPDATE ticket SET uses = uses - 1"
				  " WHERE hash = ?1 AND kind = ?2 AND expires > ?3 AND uses > 0";
	if (new->invitation == NULL)
		return ERR_OK;
	return conn_change(
		conn, sql,
		VALUES(V_HASH(new->invitation), V_INT(TICKET_SIGN_UP), V_INT(new->user->created)),
		ERR_UNCHANGED);
}

static enum err run_insert(struct conn *conn, void *arg)
{
	static const char sql[] =
		"INSERT INTO user (id, name, folded_name, admin, enabled, created, last_sign_in)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	const struct user_new *new = *(const struct user_new *const *)arg;
	const struct user *user = new->user;
	enum err err = take_invitation(conn, new);
	if (err == ERR_OK)
		err = conn_run(conn, sql,
			       VALUES(V_ID(&user->id), V_TEXT(user->name), V_TEXT(new->folded_name),
				      V_INT(user->admin), V_INT(user->enabled),
				      V_INT(user->created), V_INT(user->last_sign_in)));
	return err != ERR_OK ? err : set_password(conn, &user->id, new->password_hash);
}

static enum err user_insert(struct store *store, const struct user_new *user,
			    const struct event *event)
{
	return engine_write(store, run_insert, &user, event);
}

struct password_change {
	const struct id *id;
	const struct user_password *password;
	const struct event *event;
};

/* The row of the person is what a missing one is noticed by: the foreign key answers ERR_ABSENT. */
static enum err run_set_password(struct conn *conn, void *arg)
{
	const struct password_change *change = arg;
	const struct user_password *password = change->password;
	const struct sign_out out = { change->id, NULL, password->now, change->event };
	enum err err = set_password(conn, change->id, password->hash);
	if (err == ERR_OK)
		err = session_end_all(conn, change->id, password->keep);
	return err == ERR_OK ? sign_out_run(conn, &out) : err;
}

static enum err user_set_password(struct store *store, const struct id *id,
				  const struct user_password *password, const struct event *event)
{
	struct password_change change = { id, password, event };
	return engine_write(store, run_set_password, &change, event);
}

static enum err user_rehash(struct store *store, const struct id *id, struct slice old,
			    struct slice password_hash)
{
	static const char sql[] =
		"UPDATE credential SET value = ?3"
		" WHERE user = ?1 AND kind = 'password' AND number = 0 AND value = ?2";
	return ENGINE_CHANGE(store, sql, VALUES(V_ID(id), V_TEXT(old), V_TEXT(password_hash)),
			     ERR_UNCHANGED, NULL);
}

struct user_enabled {
	const struct id *id;
	bool enabled;
	int64_t now;
	const struct event *event;
};

static enum err run_set_enabled(struct conn *conn, void *arg)
{
	static const char sql[] = "UPDATE user SET enabled = ?2 WHERE id = ?1";
	const struct user_enabled *set = arg;
	const struct sign_out out = { set->id, NULL, set->now, set->event };
	enum err err = conn_change(conn, sql, VALUES(V_ID(set->id), V_INT(set->enabled)),
				   ERR_ABSENT);
	if (err != ERR_OK || set->enabled)
		return err;
	err = session_end_all(conn, set->id, NULL);
	return err == ERR_OK ? sign_out_run(conn, &out) : err;
}

static enum err user_set_enabled(struct store *store, const struct id *id, bool enabled,
				 int64_t now, const struct event *event)
{
	struct user_enabled set = { id, enabled, now, event };
	return engine_write(store, run_set_enabled, &set, event);
}

static enum err user_set_admin(struct store *store, const struct id *id, bool admin,
			       const struct event *event)
{
	static const char sql[] = "UPDATE user SET admin = ?2 WHERE id = ?1";
	return ENGINE_CHANGE(store, sql, VALUES(V_ID(id), V_INT(admin)), ERR_ABSENT, event);
}

/* The grants that this person approved go with the authorizations they made. One that was denied
 * stays denied until it expires. */
static enum err run_remove(struct conn *conn, void *arg)
{
	static const char codes[] =
		"DELETE FROM user_code WHERE"
		" hash IN (SELECT g.user_code FROM authorization a"
		" JOIN device_grant g ON g.authorization = a.id WHERE a.user = ?1) AND"
		" authorization IN (SELECT id FROM authorization WHERE user = ?1)";
	static const char grants[] = "DELETE FROM device_grant WHERE authorization IN"
				     " (SELECT id FROM authorization WHERE user = ?1)";
	static const char jobs[] = "DELETE FROM job WHERE user = ?1";
	const struct id *id = arg;
	enum err err = session_end_all(conn, id, NULL);
	if (err == ERR_OK)
		err = conn_run(conn, jobs, VALUES(V_ID(id)));
	if (err == ERR_OK)
		err = conn_run(conn, codes, VALUES(V_ID(id)));
	if (err == ERR_OK)
		err = conn_run(conn, grants, VALUES(V_ID(id)));
	if (err == ERR_OK)
		err = conn_change(conn, "DELETE FROM user WHERE id = ?1", VALUES(V_ID(id)),
				  ERR_ABSENT);
	return err;
}

static enum err user_remove(struct store *store, const struct id *id, const struct event *event)
{
	struct id copy = *id;
	return engine_write(store, run_remove, &copy, event);
}

const struct store_user_ops user_ops = {
	.insert = user_insert,
	.find = user_find,
	.find_by_name = user_find_by_name,
	.list = user_list,
	.set_password = user_set_password,
	.rehash = user_rehash,
	.set_enabled = user_set_enabled,
	.set_admin = user_set_admin,
	.remove = user_remove,
	.claims = user_claims,
	.claim_set = user_claim_set,
};
