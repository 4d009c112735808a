/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens that nothing is redeemed for: an authorization and what is issued under it, in one
 * statement. */
#include "store/postgres/pg_issue.h"

/* The locks are taken in the order in which removals take them: the person, the application, the
 * authorization whose token is exchanged. Whoever revokes that one waits, or has made `parent`
 * empty. RFC8693#2.1 */
static const char insert_sql[] =
	"WITH person AS MATERIALIZED (SELECT id FROM \"user\" WHERE id = $16 AND enabled"
	" FOR KEY SHARE),"
	" whose AS MATERIALIZED (SELECT 1 FROM person UNION ALL SELECT 1 WHERE $16 IS NULL),"
	" app AS MATERIALIZED (SELECT c.id FROM whose, client c WHERE c.id = $17 AND c.enabled"
	" FOR KEY SHARE OF c),"
	" parent AS MATERIALIZED (SELECT a.id FROM app, \"authorization\" a WHERE a.id = $27"
	" AND a.revoked = 0 FOR SHARE OF a),"
	" allowed AS MATERIALIZED (SELECT 1 FROM parent"
	" UNION ALL SELECT 1 FROM app WHERE $27 IS NULL),"
	" done AS (INSERT INTO \"authorization\" (id, \"user\", client, grant_type, scope, origin,"
	" auth_time, amr, acr, sid, resource, claims, parent, created, last_used, ends)"
	" SELECT $1, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $2, $7,"
	" greatest($8, $12) FROM allowed ON CONFLICT (id) DO NOTHING RETURNING 1)," PG_ISSUE_TOKENS
	" {event} SELECT (SELECT count(*) FROM allowed) + (SELECT count(*) FROM done)";

enum err pg_grant_insert(struct store *store, const struct grant_new *grant,
			 const struct event *event)
{
	const struct authorization *given = &grant->authorization;
	const struct value values[] = {
		PG_ISSUE_VALUES(&given->id, given->created, &grant->issue),
		V_ID_OR_NULL(&given->user),
		V_ID(&given->client),
		V_INT(given->grant),
		V_TEXT(given->scope),
		V_TEXT(given->origin),
		V_INT(given->auth_time),
		V_TEXT(given->amr),
		V_TEXT(given->acr),
		V_ID(&given->sid),
		V_TEXT(given->resource),
		V_TEXT(given->claims),
		V_ID_OR_NULL(&given->parent),
	};
	return PG_INSERT(store, insert_sql, values, ARRAY_LEN(values), event);
}
