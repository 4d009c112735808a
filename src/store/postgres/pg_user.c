/* SPDX-License-Identifier: Apache-2.0
 *
 * People and their passwords. Names are unique by a table of their own, user_name. A sign-in and an
 * application that is somebody's lock the row of the person; an approval locks the session that it
 * is given in. What ends a person's rights takes these locks in this order, and looks afterwards,
 * in statements of their own, for what has come to hang on the person meanwhile. One snapshot for
 * all of them would miss what was committed while it waited: READ COMMITTED is on purpose. */
#include "base/clock.h"
#include "store/postgres/pg_object.h"

/* A person may have given many authorizations. */
enum { REMOVAL_MS = 60000 };

/* --- look-ups
 * ---------------------------------------------------------------------------------------------- */

static enum find user_find(struct store *store, struct arena *arena, const struct id *id,
			   struct user **out)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, "SELECT " USER_COLUMNS " FROM \"user\" u WHERE u.id = $1",
		VALUES(V_ID(id)));
	return PG_ROWS_ONE(&rows, &user_record, arena, out);
}

static enum find user_find_by_name(struct store *store, struct arena *arena,
				   struct slice folded_name, struct user **out,
				   struct slice *password_hash)
{
	static const char sql[] =
		"SELECT " USER_COLUMNS ", coalesce(c.value, '') FROM \"user\" u"
		" LEFT JOIN credential c ON c.user = u.id AND c.kind = 'password' AND c.number = 0"
		" WHERE u.id = (SELECT n.user FROM user_name n WHERE n.folded_name = $1)";
	*password_hash = SLICE_EMPTY;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_TEXT(folded_name)));
	enum find found = PG_ROWS_ONE(&rows, &user_record, arena, out);
	if (found == FOUND)
		*password_hash = pg_rows_slice(&rows, arena);
	return found;
}

static enum err user_list(struct store *store, struct arena *arena, struct user_list *out)
{
	static const char sql[] = "SELECT " USER_COLUMNS
				  " FROM \"user\" u ORDER BY u.folded_name COLLATE \"C\"";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, NO_VALUES);
	struct rows_array array = { .record = &user_record,
				    .size = sizeof(struct user),
				    .limit = SIZE_MAX };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct user_list){ array.items, array.count };
	return err;
}

/* --- changes
 * ---------------------------------------------------------------------------------------------- */

static enum err set_password(struct pg_conn *conn, const struct id *id, struct slice password_hash)
{
	static const char sql[] =
		"INSERT INTO credential (\"user\", kind, number, value) VALUES ($1, 'password', 0, $2)"
		" ON CONFLICT (\"user\", kind, number) DO UPDATE SET value = excluded.value";
	return pg_run(conn, sql, VALUES(V_ID(id), V_TEXT(password_hash)));
}

static enum err take_invitation(struct pg_conn *conn, const struct user_new *new)
{
	static const char sql[] =
		"WITH done AS (UPDATE ticket SET uses = uses - 1 WHERE hash = $1 AND kind = $2"
		" AND expires > $3 AND uses > 0 RETURNING 1) SELECT 1 FROM done";
	int64_t one;
	if (new->invitation == NULL)
		return ERR_OK;
	switch (pg_number(
		conn, sql,
		VALUES(V_HASH(new->invitation), V_INT(TICKET_SIGN_UP), V_INT(new->user->created)),
		&one)) {
	case FOUND:
		return ERR_OK;
	case ABSENT:
		return ERR_UNCHANGED;
	case FIND_FAILED:
		break;
	}
	return ERR_DATABASE;
}

static enum err run_insert(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char name[] = "INSERT INTO user_name (folded_name, \"user\") VALUES ($1, $2)";
	static const char person[] =
		"INSERT INTO \"user\" (id, name, folded_name, admin, enabled, created, last_sign_in)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7)";
	const struct user_new *new = *(const struct user_new *const *)arg;
	const struct user *user = new->user;
	enum err err = take_invitation(conn, new);
	if (err == ERR_OK)
		err = pg_run(conn, name, VALUES(V_TEXT(new->folded_name), V_ID(&user->id)));
	if (err == ERR_OK)
		err = pg_run(conn, person,
			     VALUES(V_ID(&user->id), V_TEXT(user->name), V_TEXT(new->folded_name),
				    V_BOOL(user->admin), V_BOOL(user->enabled),
				    V_INT(user->created), V_INT(user->last_sign_in)));
	return err == ERR_OK ? set_password(conn, &user->id, new->password_hash) : err;
}

static enum err user_insert(struct store *store, const struct user_new *user,
			    const struct event *event)
{
	return pg_write_locking(store, run_insert, &user, event);
}

struct password_change {
	const struct id *id;
	const struct user_password *password;
	const struct event *event;
};

static enum err lock(struct pg_conn *conn, const struct id *id)
{
	static const char sql[] = "SELECT 1 FROM \"user\" WHERE id = $1 FOR UPDATE";
	int64_t one;
	switch (pg_number(conn, sql, VALUES(V_ID(id)), &one)) {
	case FOUND:
		return ERR_OK;
	case ABSENT:
		return ERR_ABSENT;
	case FIND_FAILED:
		break;
	}
	return ERR_DATABASE;
}

static enum err run_set_password(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	const struct password_change *change = arg;
	const struct user_password *password = change->password;
	const struct sign_out out = { change->id, NULL, password->now, change->event };
	enum err err = lock(conn, change->id);
	if (err == ERR_OK)
		err = set_password(conn, change->id, password->hash);
	if (err == ERR_OK)
		err = pg_session_end_all(conn, change->id, password->keep);
	return err == ERR_OK ? pg_sign_out_run(conn, &out) : err;
}

static enum err user_set_password(struct store *store, const struct id *id,
				  const struct user_password *password, const struct event *event)
{
	struct password_change change = { id, password, event };
	return pg_write_locking(store, run_set_password, &change, event);
}

static enum err user_rehash(struct store *store, const struct id *id, struct slice old,
			    struct slice password_hash)
{
	static const char sql[] =
		"WITH done AS (UPDATE credential SET value = $3 WHERE \"user\" = $1"
		" AND kind = 'password' AND number = 0 AND value = $2 RETURNING 1)"
		" SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_ID(id), V_TEXT(old), V_TEXT(password_hash)),
			 ERR_UNCHANGED, NULL);
}

struct user_enabled {
	const struct id *id;
	bool enabled;
	int64_t now;
	const struct event *event;
};

static enum err run_set_enabled(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char sql[] = "UPDATE \"user\" SET enabled = $2 WHERE id = $1";
	const struct user_enabled *set = arg;
	const struct sign_out out = { set->id, NULL, set->now, set->event };
	enum err err = pg_change(conn, sql, VALUES(V_ID(set->id), V_BOOL(set->enabled)),
				 ERR_ABSENT);
	if (err != ERR_OK || set->enabled)
		return err;
	err = pg_session_end_all(conn, set->id, NULL);
	return err == ERR_OK ? pg_sign_out_run(conn, &out) : err;
}

static enum err user_set_enabled(struct store *store, const struct id *id, bool enabled,
				 int64_t now, const struct event *event)
{
	struct user_enabled set = { id, enabled, now, event };
	return pg_write_locking(store, run_set_enabled, &set, event);
}

static enum err user_set_admin(struct store *store, const struct id *id, bool admin,
			       const struct event *event)
{
	static const char sql[] =
		"WITH done AS (UPDATE \"user\" SET admin = $2 WHERE id = $1 RETURNING 1) {event}"
		" SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_ID(id), V_BOOL(admin)), ERR_ABSENT, event);
}

/* --- the removal
 * ---------------------------------------------------------------------------------------------- */

#define OF_THIS_PERSON "(SELECT id FROM \"authorization\" WHERE \"user\" = $1)"

/* What SQLite leaves to its foreign keys stands here in full: a reference would cross shards. The
 * grants that this person approved go with the authorizations they made; one that was denied stays
 * denied until it expires. Tokens go with their authorization, credentials with the person. The
 * first statement takes the locks of the authorizations before those of their grants, as a
 * redemption does. */
static const char *const removals[] = {
	"UPDATE \"authorization\" SET ends = ends WHERE \"user\" = $1",
	"DELETE FROM user_code WHERE hash IN (SELECT user_code FROM device_grant"
	" WHERE \"authorization\" IN " OF_THIS_PERSON ") AND \"authorization\" IN " OF_THIS_PERSON,
	"DELETE FROM device_grant WHERE \"authorization\" IN " OF_THIS_PERSON,
	"DELETE FROM \"authorization\" WHERE \"user\" = $1",
	"DELETE FROM consent WHERE \"user\" = $1",
	"DELETE FROM job WHERE \"user\" = $1",
	"UPDATE client SET owner = NULL WHERE owner = $1",
	"DELETE FROM user_name WHERE folded_name ="
	" (SELECT folded_name FROM \"user\" WHERE id = $1) AND \"user\" = $1",
	"DELETE FROM \"user\" WHERE id = $1",
};

static enum err run_remove(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	const struct id *id = arg;
	conn->deadline_ms = clock_mono_ms() + REMOVAL_MS;
	enum err err = lock(conn, id);
	if (err == ERR_OK)
		err = pg_session_end_all(conn, id, NULL);
	for (size_t i = 0; i < ARRAY_LEN(removals) && err == ERR_OK; i++)
		err = pg_run(conn, removals[i], VALUES(V_ID(id)));
	return err;
}

static enum err user_remove(struct store *store, const struct id *id, const struct event *event)
{
	struct id copy = *id;
	return pg_write_locking(store, run_remove, &copy, event);
}

const struct store_user_ops pg_user_ops = {
	.insert = user_insert,
	.find = user_find,
	.find_by_name = user_find_by_name,
	.list = user_list,
	.set_password = user_set_password,
	.rehash = user_rehash,
	.set_enabled = user_set_enabled,
	.set_admin = user_set_admin,
	.remove = user_remove,
	.claims = pg_claim_list,
	.claim_set = pg_claim_set,
};
