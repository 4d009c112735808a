/* SPDX-License-Identifier: Apache-2.0
 *
 * Authorizations. A row has a second time beside `revoked`: `ends`, after which nothing of it is
 * worth anything. */
#include "store/sqlite/object.h"

#include <assert.h>

static enum find authorization_find(struct store *store, struct arena *arena, const struct id *id,
				    struct authorization **out)
{
	static const char sql[] = "SELECT " AUTHORIZATION_COLUMNS
				  " FROM authorization a WHERE a.id = ?1";
	*out = NULL;
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_ID(id)));
	enum find found = rows_next(&rows);
	if (found != FOUND)
		return found;
	*out = ARENA_NEW(arena, struct authorization);
	return rows_read(&rows, &authorization_record, arena, *out);
}

/* --- the list
 * --------------------------------------------------------------------------------------------------------
 */

/* A text for each filter, so that each finds its index. The values are bound in all of them. */
#define LIST(of_whom) \
	"SELECT " AUTHORIZATION_COLUMNS ", c.name, c.client_id, u.name FROM authorization a" \
	" JOIN client c ON c.id = a.client LEFT JOIN user u ON u.id = a.user" \
	" WHERE " of_whom " AND (a.revoked = 0 OR ?3) ORDER BY a.created DESC, a.id LIMIT ?4"

enum { LIST_BY_USER = 1, LIST_BY_CLIENT = 2, LIST_COUNT = 4 };

static const char *const lists[] = {
	[0] = LIST("(?1, ?2) IS (NULL, NULL)"),
	[LIST_BY_USER] = LIST("a.user = ?1 AND ?2 IS NULL"),
	[LIST_BY_CLIENT] = LIST("?1 IS NULL AND a.client = ?2"),
	[LIST_BY_USER | LIST_BY_CLIENT] = LIST("a.user = ?1 AND a.client = ?2"),
};

static_assert(ARRAY_LEN(lists) == LIST_COUNT, "a list for each filter");

static enum err authorization_list(struct store *store, struct arena *arena,
				   const struct authorization_filter *filter,
				   struct authorization_list *out)
{
	static const struct id any;
	const struct id *user = filter->user != NULL ? filter->user : &any;
	const struct id *client = filter->client != NULL ? filter->client : &any;
	unsigned by = (filter->user != NULL ? LIST_BY_USER : 0) |
		      (filter->client != NULL ? LIST_BY_CLIENT : 0);
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), lists[by],
		   VALUES(V_ID_OR_NULL(user), V_ID_OR_NULL(client), V_INT(filter->revoked_too),
			  V_INT(filter->limit)));
	struct rows_array array = { .record = &authorization_listed_record,
				    .size = sizeof(struct authorization),
				    .limit = filter->limit };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct authorization_list){ array.items, array.count };
	return err;
}

/* --- the end
 * ---------------------------------------------------------------------------------------------------------
 */

struct revocation {
	const struct id *id;
	const struct id *user;
	int64_t now;
};

/* One that was revoked before stays as it was, and nothing is recorded. */
static enum err run_revoke(struct conn *conn, void *arg)
{
	static const char look[] =
		"SELECT revoked FROM authorization WHERE id = ?1 AND (?2 IS NULL OR user = ?2)";
	static const char revoke[] =
		"UPDATE authorization SET revoked = ?2, ends = min(ends, ?2) WHERE id = ?1";
	static const struct id any;
	const struct revocation *revocation = arg;
	const struct id *user = revocation->user != NULL ? revocation->user : &any;
	int64_t revoked;
	enum find found = conn_number(conn, look, VALUES(V_ID(revocation->id), V_ID_OR_NULL(user)),
				      &revoked);
	if (found != FOUND)
		return found == ABSENT ? ERR_ABSENT : ERR_DATABASE;
	conn->unrecorded = revoked != 0;
	if (revoked != 0)
		return ERR_OK;
	return conn_change(conn, revoke, VALUES(V_ID(revocation->id), V_INT(revocation->now)),
			   ERR_DATABASE);
}

static enum err authorization_revoke(struct store *store, const struct id *id,
				     const struct id *user, int64_t now, const struct event *event)
{
	struct revocation revocation = { id, user, now };
	return engine_write(store, run_revoke, &revocation, event);
}

const struct store_authorization_ops authorization_ops = {
	.find = authorization_find,
	.list = authorization_list,
	.revoke = authorization_revoke,
};
