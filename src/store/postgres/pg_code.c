/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization code: made with its authorization in one statement, and redeemed as a device
 * code is. RFC6749#4.1 */
#include "store/postgres/pg_issue.h"
#include "store/words.h"

/* --- insert
 * ---------------------------------------------------------------------------------------------- */

/* What was allowed before, then what is new, each word once. */
#define WORDS_OF_BOTH(column) \
	" " column " = (SELECT coalesce(string_agg(w.word, ' ' ORDER BY w.place), '') FROM" \
	" (SELECT word, min(place) AS place FROM unnest(string_to_array(c." column \
	" || ' ' || excluded." column ", ' ')) WITH ORDINALITY AS t (word, place)" \
	" WHERE word <> '' GROUP BY word) AS w)"
#define BOTH_CONSENTS \
	WORDS_OF_BOTH("scope") \
	"," WORDS_OF_BOTH("resource") ", created = greatest(c.created, excluded.created)"

/* Sign-out, a new password and disabling wait for the lock on the person's place in the session, or
 * have taken it away; the removal of an application waits for the lock on its row. An id that is
 * there was put there by this very write, before a connection was lost. */
static const char insert_sql[] =
	"WITH here AS MATERIALIZED (SELECT \"user\" FROM \"session_user\""
	" WHERE session = $4 AND \"user\" = $2 FOR KEY SHARE),"
	" person AS MATERIALIZED (SELECT u.id FROM here h JOIN \"user\" u ON u.id = h.user"
	" WHERE u.enabled),"
	" app AS MATERIALIZED (SELECT c.id FROM person, client c WHERE c.id = $3 AND c.enabled"
	" FOR KEY SHARE OF c),"
	" parent AS MATERIALIZED (SELECT a.id FROM app, \"authorization\" a WHERE a.id = $14"
	" AND a.revoked = 0 FOR SHARE OF a),"
	" allowed AS MATERIALIZED (SELECT 1 FROM parent"
	" UNION ALL SELECT 1 FROM app WHERE $14 IS NULL),"
	" done AS (INSERT INTO \"authorization\" (id, \"user\", client, grant_type, scope, origin,"
	" auth_time, amr, acr, sid, resource, claims, parent, created, ends)"
	" SELECT $1, $2, $3, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16 FROM allowed"
	" ON CONFLICT (id) DO NOTHING RETURNING 1),"
	" given AS (INSERT INTO code (\"authorization\", hash, redirect_uri, code_challenge, nonce,"
	" binding, expires, redeemed, replay_until)"
	" SELECT $1, $17, $18, $19, $20, $21, $16, 0, 0 FROM done WHERE $17 IS NOT NULL),"
	" remembered AS (INSERT INTO consent AS c (\"user\", client, scope, resource, created)"
	" SELECT $2, $3, $23, $12, $15 FROM done WHERE $22 ON CONFLICT (\"user\", client)"
	" DO UPDATE SET " BOTH_CONSENTS ") {event}"
	" SELECT (SELECT count(*) FROM allowed) + (SELECT count(*) FROM done)";

static enum err code_insert(struct store *store, const struct code_new *new,
			    const struct event *event)
{
	const struct authorization_code *code = &new->code;
	const struct authorization *a = &code->authorization;
	AUTO(arena) struct arena *arena = arena_new();
	const struct value values[] = {
		V_ID(&a->id),
		V_ID(&a->user),
		V_ID(&a->client),
		V_HASH(&new->session),
		V_INT(a->grant),
		V_TEXT(a->scope),
		V_TEXT(a->origin),
		V_INT(a->auth_time),
		V_TEXT(a->amr),
		V_TEXT(a->acr),
		V_ID(&a->sid),
		V_TEXT(a->resource),
		V_TEXT(a->claims),
		V_ID_OR_NULL(&a->parent),
		V_INT(a->created),
		V_INT(code->expires),
		pg_hash_or_null(&code->hash),
		V_TEXT(code->redirect_uri),
		V_TEXT(code->code_challenge),
		V_TEXT(code->nonce),
		V_TEXT(code->binding),
		V_BOOL(new->remember),
		V_TEXT(words_union(arena, a->scope, new->remember_more)),
	};
	return PG_INSERT(store, insert_sql, values, ARRAY_LEN(values), event);
}

/* --- look-up and redemption
 * ---------------------------------------------------------------------------------------------- */

static enum find code_find(struct store *store, struct arena *arena, const struct id *authorization,
			   struct authorization_code **out)
{
	static const char sql[] = "SELECT " CODE_COLUMNS ", " AUTHORIZATION_COLUMNS
				  " FROM code k JOIN \"authorization\" a ON a.id = k.authorization"
				  " WHERE k.authorization = $1";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(authorization)));
	enum find found = PG_ROWS_ONE(&rows, &authorization_code_record, arena, out);
	return found == FOUND
		       ? pg_rows_read(&rows, &authorization_record, arena, &(*out)->authorization)
		       : found;
}

/* RFC6749#4.1.2: the code is its client's alone, good for one use, and for a short while. Of two
 * redemptions at once the second waits in `held`, and finds the code redeemed. */
static enum err code_redeem(struct store *store, const struct redemption *redemption,
			    const struct event *event)
{
	static const char sql[] = "WITH" PG_ISSUE_HELD(
		"$17") " done AS (UPDATE code k SET redeemed = $2, sealed_answer = $3, replay_until = $4"
		       " FROM allowed WHERE k.authorization = $1 AND k.hash = $16 AND k.redeemed = 0"
		       " AND k.expires > $2 RETURNING 1)," PG_ISSUE_PARTS
		       " {event} SELECT count(*) FROM done";
	return PG_REDEEM(store, sql, redemption, event);
}

const struct store_code_ops pg_code_ops = {
	.insert = code_insert,
	.find = code_find,
	.redeem = code_redeem,
};
