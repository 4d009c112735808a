/* SPDX-License-Identifier: Apache-2.0
 *
 * The device grant. Each step is one conditional statement; what follows it in the same savepoint
 * happens only when that has changed its row. RFC8628#3 */
#include "store/sqlite/object.h"

/* --- insert
 * ----------------------------------------------------------------------------------------------------------
 */

/* The client is read again here: it may have been disabled or removed since the request was
 * checked. */
static enum err insert_grant(struct conn *conn, const struct device_grant_new *new)
{
	static const char sql[] =
		"INSERT INTO device_grant (authorization, code_hash, user_code, client, scope, address,"
		" user_agent, created, expires, resource)"
		" SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10"
		" WHERE EXISTS (SELECT 1 FROM client WHERE id = ?4 AND enabled)";
	const struct device_grant *grant = &new->grant;
	return conn_change(conn, sql,
			   VALUES(V_ID(&grant->authorization), V_HASH(&grant->code_hash),
				  V_HASH(&new->code.hash), V_ID(&grant->client),
				  V_TEXT(grant->scope), V_TEXT(grant->address),
				  V_TEXT(grant->user_agent), V_INT(grant->created),
				  V_INT(grant->expires), V_TEXT(grant->resource)),
			   ERR_UNCHANGED);
}

/* RFC8628#5.1: a code is unique among the live ones; the one of an expired grant may be used again
 */
static enum err insert_code(struct conn *conn, const struct device_grant_new *new)
{
	static const char sql[] =
		"INSERT INTO user_code (hash, key_id, authorization, expires) VALUES (?1, ?2, ?3, ?4)"
		" ON CONFLICT (hash) DO UPDATE SET key_id = excluded.key_id,"
		" authorization = excluded.authorization, expires = excluded.expires"
		" WHERE user_code.expires <= ?5";
	return conn_change(conn, sql,
			   VALUES(V_HASH(&new->code.hash), V_INT(new->code.key_id),
				  V_ID(&new->grant.authorization), V_INT(new->grant.expires),
				  V_INT(new->grant.created)),
			   ERR_CONFLICT);
}

static enum err run_insert(struct conn *conn, void *arg)
{
	const struct device_grant_new *new = *(const struct device_grant_new *const *)arg;
	enum err err = insert_grant(conn, new);
	return err == ERR_OK ? insert_code(conn, new) : err;
}

static enum err device_grant_insert(struct store *store, const struct device_grant_new *grant,
				    const struct event *event)
{
	return engine_write(store, run_insert, &grant, event);
}

/* --- look-ups
 * --------------------------------------------------------------------------------------------------------
 */

static enum find read_one(struct conn *conn, struct arena *arena, const char *sql, struct value key,
			  struct device_grant **out)
{
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql, &key, 1);
	return ROWS_ONE(&rows, &device_grant_record, arena, out);
}

static enum find device_grant_find(struct store *store, struct arena *arena,
				   const struct id *authorization, struct device_grant **out)
{
	static const char sql[] = "SELECT " DEVICE_GRANT_COLUMNS
				  " FROM device_grant g WHERE g.authorization = ?1";
	return read_one(engine_reader(store), arena, sql, V_ID(authorization), out);
}

/* A hash is keyed, so it belongs to one key alone. */
static enum find device_grant_find_by_user_code(struct store *store, struct arena *arena,
						const struct user_code_key *codes, size_t count,
						struct device_grant **out)
{
	static const char sql[] =
		"SELECT " DEVICE_GRANT_COLUMNS " FROM user_code c"
		" JOIN device_grant g ON g.authorization = c.authorization WHERE c.hash = ?1";
	struct conn *conn = engine_reader(store);
	*out = NULL;
	for (size_t i = 0; i < count; i++) {
		enum find found = read_one(conn, arena, sql, V_HASH(&codes[i].hash), out);
		if (found != ABSENT)
			return found;
	}
	return ABSENT;
}

/* --- the decision
 * ----------------------------------------------------------------------------------------------------
 */

static enum err run_decide(struct conn *conn, void *arg)
{
	static const char decide[] =
		"UPDATE device_grant SET status = ?2, user = ?3, decided = ?4"
		" WHERE authorization = ?1 AND status = 0 AND expires > ?4"
		" AND EXISTS (SELECT 1 FROM session_user JOIN user ON user.id = session_user.user"
		" WHERE session = ?5 AND session_user.user = ?3 AND enabled)"
		" AND EXISTS (SELECT 1 FROM client WHERE id = device_grant.client AND enabled)";
	static const char give[] =
		"INSERT INTO authorization (id, user, client, grant_type, scope, origin, auth_time, amr,"
		" acr, sid, created, ends, resource) SELECT authorization, user, client, ?2, ?3, address,"
		" ?4, ?5, ?6, ?7, decided, expires, resource FROM device_grant WHERE authorization = ?1";
	const struct device_decision *decision = *(const struct device_decision *const *)arg;
	enum device_status status = decision->accept ? DEVICE_APPROVED : DEVICE_DENIED;
	enum err err = conn_change(conn, decide,
				   VALUES(V_ID(&decision->authorization), V_INT(status),
					  V_ID(&decision->user), V_INT(decision->now),
					  V_HASH(&decision->session)),
				   ERR_UNCHANGED);
	if (err != ERR_OK || !decision->accept)
		return err;
	return conn_change(conn, give,
			   VALUES(V_ID(&decision->authorization), V_INT(GRANT_DEVICE_CODE),
				  V_TEXT(decision->scope), V_INT(decision->auth_time),
				  V_TEXT(decision->amr), V_TEXT(decision->acr),
				  V_ID(&decision->sid)),
			   ERR_DATABASE);
}

static enum err device_grant_decide(struct store *store, const struct device_decision *decision,
				    const struct event *event)
{
	return engine_write(store, run_decide, &decision, event);
}

/* --- the redemption
 * --------------------------------------------------------------------------------------------------
 */

/* RFC8628#3.4: the code is its client's alone; RFC8628#3.5: and is worth something before it
 * expires */
static enum err run_redeem(struct conn *conn, void *arg)
{
	static const char sql[] =
		"UPDATE device_grant SET status = 3, redeemed = ?4, sealed_answer = ?5, replay_until = ?6"
		" WHERE authorization = ?1 AND code_hash = ?2 AND client = ?3 AND status = 1"
		" AND expires > ?4 AND EXISTS (SELECT 1 FROM authorization a"
		" JOIN client c ON c.id = a.client JOIN user u ON u.id = a.user"
		" WHERE a.id = ?1 AND a.client = ?3 AND a.revoked = 0 AND c.enabled AND u.enabled)";
	return token_redeem(conn, sql, *(const struct redemption *const *)arg);
}

static enum err device_grant_redeem(struct store *store, const struct redemption *redemption,
				    const struct event *event)
{
	return engine_write(store, run_redeem, &redemption, event);
}

/* --- for the tables of polls
 * ----------------------------------------------------------------------------------------- */

#define BRIEF_COLUMNS "code_hash, client, status, expires, address"

static const struct field brief_fields[] = {
	FIELD(HASH, struct device_brief, code_hash),
	FIELD(ID, struct device_brief, client),
	FIELD_OF_ENUM(struct device_brief, status, DEVICE_STATUS_COUNT),
	FIELD(INT64, struct device_brief, expires),
	FIELD(SLICE, struct device_brief, address),
};
static const struct record brief_record = RECORD(brief_fields);

static enum err each_row(struct rows *rows, device_brief_fn *each, void *arg)
{
	struct device_brief brief;
	enum find found;
	while ((found = rows_next(rows)) == FOUND) {
		if (rows_read(rows, &brief_record, NULL, &brief) != FOUND)
			return ERR_DATABASE;
		each(arg, &brief);
	}
	return found == ABSENT ? ERR_OK : ERR_DATABASE;
}

/* Most rows are wanted: the plus keeps SQLite from looking each of them up out of the index. */
static enum err device_grant_each_live(struct store *store, int64_t now, device_brief_fn *each,
				       void *arg)
{
	static const char sql[] = "SELECT " BRIEF_COLUMNS
				  " FROM device_grant WHERE +expires > ?1 AND status IN (0, 1)";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_INT(now)));
	return each_row(&rows, each, arg);
}

static enum err device_grant_each_decided(struct store *store, int64_t since, device_brief_fn *each,
					  void *arg)
{
	static const char sql[] = "SELECT " BRIEF_COLUMNS
				  " FROM device_grant WHERE decided > 0 AND decided >= ?1";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_INT(since)));
	return each_row(&rows, each, arg);
}

/* Whoever decides is this very program, or a command line, whose decisions the re-read finds. */
static void device_grant_watch(struct store *store UNUSED, device_brief_fn *each UNUSED,
			       void *arg UNUSED)
{
}

const struct store_device_grant_ops device_grant_ops = {
	.insert = device_grant_insert,
	.find = device_grant_find,
	.find_by_user_code = device_grant_find_by_user_code,
	.decide = device_grant_decide,
	.redeem = device_grant_redeem,
	.each_live = device_grant_each_live,
	.each_decided = device_grant_each_decided,
	.watch = device_grant_watch,
};
