/* SPDX-License-Identifier: Apache-2.0
 *
 * What the statements that give tokens have in common: the same first fifteen values, and the parts
 * that issue tokens once the part `done` has its row. They stand in the statement that redeems, so
 * that a spent code without tokens cannot be. RFC6749#5.1 */
#ifndef STORE_POSTGRES_PG_ISSUE_H
#define STORE_POSTGRES_PG_ISSUE_H

#include "store/postgres/pg_object.h"

/* $1 authorization, $2 now, $3 sealed answer, $4 replay_until; hash, scope, created and expires of
 * the access token from $5, of the refresh token from $9; $13 resource and $14 binding of the
 * access token, $15 binding of the refresh token. The statement's own begin at $16. */
#define PG_ISSUE_VALUES(authorization, now, issue) \
	V_ID(authorization), V_INT(now), V_BLOB((issue)->sealed_answer), \
		V_INT((issue)->replay_until), pg_hash_or_null(&(issue)->access.hash), \
		V_TEXT((issue)->access.scope), V_INT((issue)->access.created), \
		V_INT((issue)->access.expires), pg_hash_or_null(&(issue)->refresh.hash), \
		V_TEXT((issue)->refresh.scope), V_INT((issue)->refresh.created), \
		V_INT((issue)->refresh.expires), V_TEXT((issue)->access.resource), \
		V_TEXT((issue)->access.binding), V_TEXT((issue)->refresh.binding)

/* The first part: the authorization $1 of client `client`, locked. Whoever revokes it waits until
 * this statement is committed, or has made `held` empty. A client or a person who is disabled while
 * the statement runs is another matter: those flags are read as they were at its start, since a
 * lock on the one row of a busy client would make a million devices wait for each other. */
#define PG_ISSUE_HELD(client) \
	" held AS MATERIALIZED (SELECT id, \"user\", client FROM \"authorization\"" \
	" WHERE id = $1 AND client = " client " AND revoked = 0 FOR NO KEY UPDATE)," \
	" person AS MATERIALIZED (SELECT u.id FROM held h JOIN \"user\" u ON u.id = h.\"user\"" \
	" WHERE u.enabled)," \
	" allowed AS MATERIALIZED (SELECT h.id FROM held h JOIN client c ON c.id = h.client" \
	" LEFT JOIN person p ON p.id = h.\"user\"" \
	" WHERE c.enabled AND (h.\"user\" IS NULL OR p.id IS NOT NULL)),"

/* The tokens. A hash that is NULL: there is none. */
#define PG_ISSUE_TOKENS \
	" access AS (INSERT INTO access_token (\"authorization\", hash, scope, created, expires," \
	" resource, binding) SELECT $1, $5, $6, $7, $8, $13, $14 FROM done WHERE $5 IS NOT NULL)," \
	" refresh AS (INSERT INTO refresh_token (\"authorization\", hash, scope, created, expires," \
	" binding) SELECT $1, $9, $10, $11, $12, $15 FROM done WHERE $9 IS NOT NULL)"

/* The last parts, where the authorization was there before. greatest() passes over the refresh
 * token that is not there: its expiry is 0. */
#define PG_ISSUE_PARTS \
	PG_ISSUE_TOKENS \
	"," \
	" used AS (UPDATE \"authorization\" a SET last_used = $7," \
	" ends = greatest(a.ends, $8, $12) FROM done WHERE a.id = $1)"

/* For a statement of these parts that spends a code: $16 its hash, $17 the client.
 * ERR_UNCHANGED: it is worth nothing. */
#define PG_REDEEM(store, sql, redemption, event) \
	PG_CHANGE((store), (sql), \
		  VALUES(PG_ISSUE_VALUES(&(redemption)->authorization, (redemption)->now, \
					 &(redemption)->issue), \
			 V_HASH(&(redemption)->code_hash), V_ID(&(redemption)->client)), \
		  ERR_UNCHANGED, (event))

#endif
