/* SPDX-License-Identifier: Apache-2.0
 *
 * Access and refresh tokens, by their authorization and the hash of the whole. A refresh token is
 * used once; what was answered then is kept for a moment beside it. */
#include "store/postgres/pg_issue.h"

struct value pg_hash_or_null(const struct hash *hash)
{
	static const struct hash none;
	struct value value = V_HASH(hash != NULL ? hash : &none);
	value.null = hash == NULL || hash_equal(hash, &none);
	return value;
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
		" FROM refresh_token t JOIN \"authorization\" a ON a.id = t.authorization"
		" WHERE t.authorization = $1 AND t.hash = $2";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(&key->authorization), V_HASH(&key->hash)));
	enum find found = PG_ROWS_ONE(&rows, &refresh_token_record, arena, out);
	return found == FOUND
		       ? pg_rows_read(&rows, &authorization_record, arena, &(*out)->authorization)
		       : found;
}

/* RFC6749#10.4: a refresh token is its client's alone; RFC9700#4.14.2: and good for one use. Of two
 * rotations at once the second waits in `held`, and finds the token used. */
static enum err refresh_token_rotate(struct store *store, const struct rotation *rotation,
				     const struct event *event)
{
	static const char sql[] = "WITH" PG_ISSUE_HELD(
		"$17") " done AS (UPDATE refresh_token t SET used = $2, sealed_answer = $3, replay_until = $4"
		       " FROM allowed WHERE t.authorization = $1 AND t.hash = $16 AND t.used = 0"
		       " AND t.expires > $2 RETURNING 1)," PG_ISSUE_PARTS
		       " {event} SELECT count(*) FROM done";
	return PG_CHANGE(
		store, sql,
		VALUES(PG_ISSUE_VALUES(&rotation->authorization, rotation->now, &rotation->issue),
		       V_HASH(&rotation->presented), V_ID(&rotation->client)),
		ERR_UNCHANGED, event);
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
		" FROM access_token t JOIN \"authorization\" a ON a.id = t.authorization"
		" WHERE t.authorization = $1 AND t.hash = $2";
	*authorization = NULL;
	*token = (struct token_row){ 0 };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(&key->authorization), V_HASH(&key->hash)));
	enum find found = pg_rows_next(&rows);
	if (found != FOUND)
		return found;
	if (pg_rows_read(&rows, &token_record, arena, token) != FOUND)
		return FIND_FAILED;
	*authorization = ARENA_NEW(arena, struct authorization);
	return pg_rows_read(&rows, &authorization_record, arena, *authorization);
}

static enum find access_token_find_good(struct store *store, struct arena *arena,
					const struct token_key *key, int64_t now,
					struct access_token_good *out)
{
	static const char sql[] =
		"SELECT t.hash, t.scope, t.created, t.expires, t.resource, t.binding, " AUTHORIZATION_COLUMNS
		", c.name, c.client_id, u.name"
		" FROM access_token t JOIN \"authorization\" a ON a.id = t.authorization"
		" JOIN client c ON c.id = a.client LEFT JOIN \"user\" u ON u.id = a.\"user\""
		" WHERE t.authorization = $1 AND t.hash = $2 AND t.expires > $3"
		" AND a.revoked = 0 AND c.enabled AND (a.\"user\" IS NULL OR u.enabled)"
		" AND (a.parent IS NULL OR " AUTHORIZATIONS_FROM("a.parent") " > 0)";
	*out = (struct access_token_good){ .token = { .created = 0 } };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql,
		VALUES(V_ID(&key->authorization), V_HASH(&key->hash), V_INT(now)));
	enum find found = pg_rows_next(&rows);
	if (found != FOUND)
		return found;
	if (pg_rows_read(&rows, &token_record, arena, &out->token) != FOUND)
		return FIND_FAILED;
	return pg_rows_read(&rows, &authorization_listed_record, arena, &out->authorization);
}

const struct store_token_ops pg_token_ops = {
	.refresh_find = refresh_token_find,
	.refresh_rotate = refresh_token_rotate,
	.access_find = access_token_find,
	.access_find_good = access_token_find_good,
};
