/* SPDX-License-Identifier: Apache-2.0
 *
 * Authorizations. A row has a second time beside `revoked`: `ends`, after which nothing of it is
 * worth anything. Every statement that writes what hangs on an authorization locks its row first;
 * that is what orders redemptions and rotations against revocations. */
#include "store/postgres/pg_object.h"

#include <assert.h>

static enum find authorization_find(struct store *store, struct arena *arena, const struct id *id,
				    struct authorization **out)
{
	static const char sql[] = "SELECT " AUTHORIZATION_COLUMNS
				  " FROM \"authorization\" a WHERE a.id = $1";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(id)));
	return PG_ROWS_ONE(&rows, &authorization_record, arena, out);
}

static enum find authorization_stands(struct store *store, const struct id *id, size_t *length)
{
	static const char sql[] = "SELECT " AUTHORIZATIONS_FROM("$1");
	*length = 0;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(id)));
	enum find found = pg_rows_next(&rows);
	if (found == FOUND)
		*length = (size_t)pg_rows_int64(&rows);
	return found == FOUND && *length == 0 ? ABSENT : found;
}

/* --- the list
 * --------------------------------------------------------------------------------------------------------
 */

/* A text for each filter, so that each finds its index. The values are bound in all of them. */
#define LIST(of_whom) \
	"SELECT " AUTHORIZATION_COLUMNS ", c.name, c.client_id, u.name FROM \"authorization\" a" \
	" JOIN client c ON c.id = a.client LEFT JOIN \"user\" u ON u.id = a.user" \
	" WHERE " of_whom " AND (a.revoked = 0 OR $3) AND ($5 IS NULL OR a.sid = $5)" \
	" AND (a.parent IS NULL OR NOT $6) AND ($7 IS NULL OR a.grant_type = $7)" \
	" ORDER BY a.created DESC, a.id LIMIT $4"

enum { LIST_BY_USER = 1, LIST_BY_CLIENT = 2, LIST_COUNT = 4 };

static const char *const lists[] = {
	[0] = LIST("$1 IS NULL AND $2 IS NULL"),
	[LIST_BY_USER] = LIST("a.user = $1 AND $2 IS NULL"),
	[LIST_BY_CLIENT] = LIST("$1 IS NULL AND a.client = $2"),
	[LIST_BY_USER | LIST_BY_CLIENT] = LIST("a.user = $1 AND a.client = $2"),
};

static_assert(ARRAY_LEN(lists) == LIST_COUNT, "a list for each filter");

static enum err authorization_list(struct store *store, struct arena *arena,
				   const struct authorization_filter *filter,
				   struct authorization_list *out)
{
	unsigned by = (filter->user != NULL ? LIST_BY_USER : 0) |
		      (filter->client != NULL ? LIST_BY_CLIENT : 0);
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, lists[by],
		VALUES(V_ID_OR_NULL(filter->user), V_ID_OR_NULL(filter->client),
		       V_BOOL(filter->revoked_too), V_INT(filter->limit), V_ID_OR_NULL(filter->sid),
		       V_BOOL(filter->approved_only),
		       V_INT_IF(filter->grant != NULL, *filter->grant)));
	struct rows_array array = { .record = &authorization_listed_record,
				    .size = sizeof(struct authorization),
				    .limit = filter->limit };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct authorization_list){ array.items, array.count };
	return err;
}

/* --- the end
 * ---------------------------------------------------------------------------------------------------------
 */

/* One that was revoked before stays as it was, and nothing is recorded. */
static enum err authorization_revoke(struct store *store, const struct id *id,
				     const struct id *user, int64_t now, const struct event *event)
{
	static const char sql[] =
		"WITH held AS MATERIALIZED (SELECT revoked FROM \"authorization\""
		" WHERE id = $1 AND ($2 IS NULL OR \"user\" = $2) FOR NO KEY UPDATE),"
		" done AS (UPDATE \"authorization\" a SET revoked = $3, ends = least(a.ends, $3)"
		" FROM held h WHERE a.id = $1 AND h.revoked = 0 RETURNING 1)"
		" {event} SELECT count(*) FROM held";
	return PG_CHANGE(store, sql, VALUES(V_ID(id), V_ID_OR_NULL(user), V_INT(now)), ERR_ABSENT,
			 event);
}

/* A write, though it changes nothing: with a standby its commit waits until everything before it is
 * there. A read may show what a commit that is still waiting has written. */
static enum err authorization_confirm(struct store *store, const struct id *id)
{
	static const char sql[] = "WITH done AS (UPDATE \"authorization\" SET last_used = last_used"
				  " WHERE id = $1 RETURNING 1) SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_ID(id)), ERR_ABSENT, NULL);
}

const struct store_authorization_ops pg_authorization_ops = {
	.find = authorization_find,
	.stands = authorization_stands,
	.list = authorization_list,
	.revoke = authorization_revoke,
	.grant_insert = pg_grant_insert,
	.confirm = authorization_confirm,
};
