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
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql, VALUES(V_ID(id)));
	return ROWS_ONE(&rows, &authorization_record, arena, out);
}

static enum find authorization_stands(struct store *store, const struct id *id, size_t *length)
{
	static const char sql[] = "SELECT " AUTHORIZATIONS_FROM("?1");
	int64_t count = 0;
	enum find found = conn_number(engine_reader(store), sql, VALUES(V_ID(id)), &count);
	*length = (size_t)count;
	return found == FOUND && count == 0 ? ABSENT : found;
}

/* --- the list
 * --------------------------------------------------------------------------------------------------------
 */

/* A text for each filter that has an index, so that each finds its own. The values are bound in all
 * of them. */
#define LIST(of_whom) \
	"SELECT " AUTHORIZATION_COLUMNS ", c.name, c.client_id, u.name FROM authorization a" \
	" JOIN client c ON c.id = a.client LEFT JOIN user u ON u.id = a.user" \
	" WHERE " of_whom " AND (a.revoked = 0 OR ?3) AND (?5 IS NULL OR a.sid = ?5)" \
	" AND (a.parent IS NULL OR NOT ?6)" \
	" AND (?7 IS NULL OR a.grant_type = ?7)" \
	" ORDER BY a.created DESC, a.id LIMIT ?4"

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
	unsigned by = (filter->user != NULL ? LIST_BY_USER : 0) |
		      (filter->client != NULL ? LIST_BY_CLIENT : 0);
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), lists[by],
		   VALUES(V_ID_OR_NULL(filter->user), V_ID_OR_NULL(filter->client),
			  V_INT(filter->revoked_too), V_INT(filter->limit),
			  V_ID_OR_NULL(filter->sid), V_INT(filter->approved_only),
			  V_INT_IF(filter->grant != NULL, *filter->grant)));
	struct rows_array array = { .record = &authorization_listed_record,
				    .size = sizeof(struct authorization),
				    .limit = filter->limit };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct authorization_list){ array.items, array.count };
	return err;
}

/* --- one without a code
 * ----------------------------------------------------------------------------------------------------------
 */

enum err authorization_add(struct conn *conn, const struct authorization *authorization,
			   int64_t ends, const struct hash *session)
{
	static const char sql[] =
		"INSERT INTO authorization (id, user, client, grant_type, scope, origin, auth_time, amr,"
		" acr, sid, created, ends, resource, claims, parent)"
		" SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15"
		" WHERE EXISTS (SELECT 1 FROM client WHERE id = ?3 AND enabled)"
		" AND (?2 IS NULL OR EXISTS (SELECT 1 FROM user WHERE id = ?2 AND enabled))"
		" AND (?15 IS NULL OR EXISTS (SELECT 1 FROM authorization WHERE id = ?15 AND revoked = 0))"
		" AND (?16 IS NULL OR EXISTS"
		" (SELECT 1 FROM session_user WHERE session = ?16 AND user = ?2))";
	const struct authorization *a = authorization;
	struct value held = V_BLOB(session != NULL ? hash_slice(session) : SLICE_EMPTY);
	held.null = session == NULL;
	return conn_change(
		conn, sql,
		VALUES(V_ID(&a->id), V_ID_OR_NULL(&a->user), V_ID(&a->client), V_INT(a->grant),
		       V_TEXT(a->scope), V_TEXT(a->origin), V_INT(a->auth_time), V_TEXT(a->amr),
		       V_TEXT(a->acr), V_ID(&a->sid), V_INT(a->created), V_INT(ends),
		       V_TEXT(a->resource), V_TEXT(a->claims), V_ID_OR_NULL(&a->parent), held),
		ERR_UNCHANGED);
}

static enum err run_grant_insert(struct conn *conn, void *arg)
{
	const struct grant_new *new = *(const struct grant_new *const *)arg;
	const struct authorization *authorization = &new->authorization;
	enum err err = authorization_add(conn, authorization, new->issue.access.expires, NULL);
	return err == ERR_OK ? token_issue(conn, &authorization->id, &new->issue) : err;
}

static enum err authorization_grant_insert(struct store *store, const struct grant_new *grant,
					   const struct event *event)
{
	return engine_write(store, run_grant_insert, &grant, event);
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
	const struct revocation *revocation = arg;
	int64_t revoked;
	enum find found = conn_number(
		conn, look, VALUES(V_ID(revocation->id), V_ID_OR_NULL(revocation->user)), &revoked);
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

/* Nothing has to be written: a commit is synced before its pages get into the index of the log, by
 * which others read, and what a program that was killed had left in the log unsynced is synced when
 * it is opened (writer.c). So whatever can be read is durable. */
static enum err authorization_confirm(struct store *store, const struct id *id)
{
	static const char sql[] = "SELECT 1 FROM authorization WHERE id = ?1";
	int64_t one;
	switch (conn_number(engine_reader(store), sql, VALUES(V_ID(id)), &one)) {
	case FOUND:
		return ERR_OK;
	case ABSENT:
		return ERR_ABSENT;
	case FIND_FAILED:
		break;
	}
	return ERR_DATABASE;
}

const struct store_authorization_ops authorization_ops = {
	.find = authorization_find,
	.stands = authorization_stands,
	.list = authorization_list,
	.revoke = authorization_revoke,
	.grant_insert = authorization_grant_insert,
	.confirm = authorization_confirm,
};
