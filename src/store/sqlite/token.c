/* SPDX-License-Identifier: Apache-2.0
 *
 * Access and refresh tokens, by the hash of the whole. A refresh token is used once; what was
 * answered then is kept for a moment beside it. */
#include "store/sqlite/object.h"
#include "store/sqlite/token_cache.h"

/* --- issuing
 * ---------------------------------------------------------------------------------------------------------
 */

static bool is_there(const struct token_row *row)
{
	static const struct hash none;
	return !hash_equal(&row->hash, &none);
}

static enum err insert_access(struct conn *conn, const struct id *authorization,
			      const struct token_row *row)
{
	static const char sql[] =
		"INSERT INTO access_token (hash, authorization, scope, created, expires, binding,"
		" resource) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
	if (!is_there(row))
		return ERR_OK;
	return conn_run(conn, sql,
			VALUES(V_HASH(&row->hash), V_ID(authorization), V_TEXT(row->scope),
			       V_INT(row->created), V_INT(row->expires), V_TEXT(row->binding),
			       V_TEXT(row->resource)));
}

/* What it is for is what its authorization is for. */
static enum err insert_refresh(struct conn *conn, const struct id *authorization,
			       const struct token_row *row)
{
	static const char sql[] =
		"INSERT INTO refresh_token (hash, authorization, scope, created, expires, binding)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
	if (!is_there(row))
		return ERR_OK;
	return conn_run(conn, sql,
			VALUES(V_HASH(&row->hash), V_ID(authorization), V_TEXT(row->scope),
			       V_INT(row->created), V_INT(row->expires), V_TEXT(row->binding)));
}

enum err token_issue(struct conn *conn, const struct id *authorization, const struct issue *issue)
{
	static const char extend[] =
		"UPDATE authorization SET last_used = ?2, ends = max(ends, ?3, ?4) WHERE id = ?1";
	enum err err = insert_access(conn, authorization, &issue->access);
	if (err == ERR_OK)
		err = insert_refresh(conn, authorization, &issue->refresh);
	if (err != ERR_OK)
		return err;
	return conn_change(conn, extend,
			   VALUES(V_ID(authorization), V_INT(issue->access.created),
				  V_INT(issue->access.expires),
				  V_INT(is_there(&issue->refresh) ? issue->refresh.expires : 0)),
			   ERR_DATABASE);
}

enum err token_redeem(struct conn *conn, const char *sql, const struct redemption *redemption)
{
	const struct issue *issue = &redemption->issue;
	enum err err = conn_change(conn, sql,
				   VALUES(V_ID(&redemption->authorization),
					  V_HASH(&redemption->code_hash), V_ID(&redemption->client),
					  V_INT(redemption->now), V_BLOB(issue->sealed_answer),
					  V_INT(issue->replay_until)),
				   ERR_UNCHANGED);
	return err == ERR_OK ? token_issue(conn, &redemption->authorization, issue) : err;
}

/* --- refresh tokens
 * --------------------------------------------------------------------------------------------------
 */

static enum find refresh_token_find(struct store *store, struct arena *arena,
				    const struct token_key *key, struct refresh_token **out)
{
	static const char sql[] =
		"SELECT t.hash, t.scope, t.created, t.expires, t.used, t.sealed_answer, t.replay_until,"
		" t.binding, " AUTHORIZATION_COLUMNS
		" FROM refresh_token t JOIN authorization a ON a.id = t.authorization"
		" WHERE t.authorization = ?1 AND t.hash = ?2";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql,
		   VALUES(V_ID(&key->authorization), V_HASH(&key->hash)));
	enum find found = ROWS_ONE(&rows, &refresh_token_record, arena, out);
	return found == FOUND
		       ? rows_read(&rows, &authorization_record, arena, &(*out)->authorization)
		       : found;
}

/* RFC6749#10.4: a refresh token is its client's alone; RFC9700#4.14.2: and good for one use */
static enum err run_rotate(struct conn *conn, void *arg)
{
	static const char sql[] =
		"UPDATE refresh_token SET used = ?4, sealed_answer = ?5, replay_until = ?6"
		" WHERE hash = ?1 AND authorization = ?2 AND used = 0 AND expires > ?4"
		" AND EXISTS (SELECT 1 FROM authorization a JOIN client c ON c.id = a.client"
		" LEFT JOIN user u ON u.id = a.user WHERE a.id = ?2 AND a.client = ?3 AND a.revoked = 0"
		" AND c.enabled AND (a.user IS NULL OR u.enabled))";
	const struct rotation *rotation = *(const struct rotation *const *)arg;
	const struct issue *issue = &rotation->issue;
	enum err err = conn_change(conn, sql,
				   VALUES(V_HASH(&rotation->presented),
					  V_ID(&rotation->authorization), V_ID(&rotation->client),
					  V_INT(rotation->now), V_BLOB(issue->sealed_answer),
					  V_INT(issue->replay_until)),
				   ERR_UNCHANGED);
	return err == ERR_OK ? token_issue(conn, &rotation->authorization, issue) : err;
}

static enum err refresh_token_rotate(struct store *store, const struct rotation *rotation,
				     const struct event *event)
{
	return engine_write(store, run_rotate, &rotation, event);
}

/* --- access tokens
 * ---------------------------------------------------------------------------------------------------
 */

static enum find access_token_find(struct store *store, struct arena *arena,
				   const struct token_key *key,
				   struct authorization **authorization, struct token_row *token)
{
	static const char sql[] =
		"SELECT t.hash, t.scope, t.created, t.expires, t.resource, t.binding, " AUTHORIZATION_COLUMNS
		" FROM access_token t JOIN authorization a ON a.id = t.authorization"
		" WHERE t.authorization = ?1 AND t.hash = ?2";
	*authorization = NULL;
	*token = (struct token_row){ 0 };
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql,
		   VALUES(V_ID(&key->authorization), V_HASH(&key->hash)));
	enum find found = rows_next(&rows);
	if (found != FOUND)
		return found;
	if (rows_read(&rows, &token_record, arena, token) != FOUND)
		return FIND_FAILED;
	*authorization = ARENA_NEW(arena, struct authorization);
	return rows_read(&rows, &authorization_record, arena, *authorization);
}

static enum find read_good(struct conn *conn, struct arena *arena, const struct token_key *key,
			   int64_t now, struct access_token_good *out)
{
	static const char sql[] =
		"SELECT t.hash, t.scope, t.created, t.expires, t.resource, t.binding, " AUTHORIZATION_COLUMNS
		", c.name, c.client_id, u.name"
		" FROM access_token t JOIN authorization a ON a.id = t.authorization"
		" JOIN client c ON c.id = a.client LEFT JOIN user u ON u.id = a.user"
		" WHERE t.authorization = ?1 AND t.hash = ?2 AND t.expires > ?3"
		" AND a.revoked = 0 AND c.enabled AND (a.user IS NULL OR u.enabled)"
		" AND (a.parent IS NULL OR " AUTHORIZATIONS_FROM("a.parent") " > 0)";
	*out = (struct access_token_good){ .token = { .created = 0 } };
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql,
		   VALUES(V_ID(&key->authorization), V_HASH(&key->hash), V_INT(now)));
	enum find found = rows_next(&rows);
	if (found != FOUND)
		return found;
	if (rows_read(&rows, &token_record, arena, &out->token) != FOUND)
		return FIND_FAILED;
	return rows_read(&rows, &authorization_listed_record, arena, &out->authorization);
}

static enum find access_token_find_good(struct store *store, struct arena *arena,
					const struct token_key *key, int64_t now,
					struct access_token_good *out)
{
	struct conn *conn = engine_reader(store);
	if (token_cache_find(conn, arena, key, now, out) == FOUND)
		return FOUND;
	enum find find = read_good(conn, arena, key, now, out);
	if (find == FOUND)
		token_cache_keep(conn, key, out);
	return find;
}

const struct store_token_ops token_ops = {
	.refresh_find = refresh_token_find,
	.refresh_rotate = refresh_token_rotate,
	.access_find = access_token_find,
	.access_find_good = access_token_find_good,
};
