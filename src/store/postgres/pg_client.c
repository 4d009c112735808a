/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications. `updated` is the version of a row: it grows with each change, also when two fall
 * into one second. The owner is a person of some shard, and no reference holds the two together: an
 * insert locks the person, and the removal of a person looks for applications. */
#include "base/clock.h"
#include "store/postgres/pg_object.h"

/* A client may have given a million authorizations. */
enum { REMOVAL_MS = 60000 };

#define CLIENT_COLUMNS \
	"c.id, c.client_id, c.name, c.type, c.grants, c.redirect_uris, c.post_logout_redirect_uris," \
	" c.allowed_origins, c.allowed_scopes, c.default_scopes, c.algorithm, c.owner, c.enabled," \
	" c.reviewed, c.created, c.updated, c.settings"

/* --- look-ups
 * ---------------------------------------------------------------------------------------------- */

static enum find client_find(struct store *store, struct arena *arena, const struct id *id,
			     struct client **out)
{
	static const char sql[] = "SELECT " CLIENT_COLUMNS " FROM client c WHERE c.id = $1";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(id)));
	return PG_ROWS_ONE(&rows, &client_record, arena, out);
}

/* The rest of a row behind the client: one secret, or none. */
static enum find read_secret(struct pg_rows *rows, struct arena *arena,
			     struct client_secret_list *secrets)
{
	if (pg_rows_int64(rows) == 0)
		return FOUND;
	return pg_rows_read(rows, &client_secret_record, arena, &secrets->items[secrets->count++]);
}

/* One row for each secret, all with the client in front. */
static enum find read_with_secrets(struct pg_rows *rows, struct arena *arena, struct client **out,
				   struct client_secret_list *secrets)
{
	struct client again;
	enum find found = pg_rows_next(rows);
	if (found != FOUND)
		return found;
	*out = ARENA_NEW(arena, struct client);
	found = pg_rows_read(rows, &client_record, arena, *out);
	if (found == FOUND)
		found = read_secret(rows, arena, secrets);
	while (found == FOUND && (found = pg_rows_next(rows)) == FOUND) {
		found = pg_rows_read(rows, &client_record, NULL, &again);
		if (found == FOUND)
			found = read_secret(rows, arena, secrets);
	}
	return found == FIND_FAILED ? FIND_FAILED : FOUND;
}

static enum find client_find_by_client_id(struct store *store, struct arena *arena,
					  struct slice client_id, struct client **out,
					  struct client_secret_list *secrets)
{
	static const char sql[] = "SELECT " CLIENT_COLUMNS
				  ", s.id IS NOT NULL, " PG_CLIENT_SECRET_COLUMNS
				  " FROM client c LEFT JOIN client_secret s ON s.client = c.id"
				  " WHERE c.client_id = $1 ORDER BY s.created DESC, s.id LIMIT $2";
	*out = NULL;
	*secrets = (struct client_secret_list){ 0 };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_TEXT(client_id), V_INT(CLIENT_SECRETS_MAX)));
	return read_with_secrets(&rows, arena, out, secrets);
}

static enum err client_list(struct store *store, struct arena *arena, const struct id *owner,
			    size_t limit, struct client_list *out)
{
	static const char all[] = "SELECT " CLIENT_COLUMNS
				  " FROM client c ORDER BY c.created DESC, c.id LIMIT $1";
	static const char owned[] = "SELECT " CLIENT_COLUMNS " FROM client c WHERE c.owner = $1"
				    " ORDER BY c.created DESC, c.id LIMIT $2";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	if (owner == NULL)
		pg_read(store, &rows, all, VALUES(V_INT(limit)));
	else
		pg_read(store, &rows, owned, VALUES(V_ID(owner), V_INT(limit)));
	struct rows_array array = { .record = &client_record,
				    .size = sizeof(struct client),
				    .limit = limit };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct client_list){ array.items, array.count };
	return err;
}

static enum err client_list_of_session(struct store *store, struct arena *arena,
				       const struct session_clients *filter,
				       struct client_list *out)
{
	static const char sql[] =
		"SELECT " CLIENT_COLUMNS " FROM client c WHERE c.id IN"
		" (SELECT a.client FROM \"authorization\" a"
		" WHERE a.user = $1 AND a.sid = $2 AND a.grant_type = $3) AND c.enabled"
		" AND position($4 IN chr(10) || c.settings) > 0 ORDER BY c.client_id LIMIT $5";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql,
		VALUES(V_ID(filter->user), V_ID(filter->sid), V_INT(GRANT_AUTHORIZATION_CODE),
		       V_TEXT(sign_out_setting(arena, filter->setting)), V_INT(filter->limit)));
	struct rows_array array = { .record = &client_record,
				    .size = sizeof(struct client),
				    .limit = filter->limit };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct client_list){ array.items, array.count };
	return err;
}

/* --- changes
 * ---------------------------------------------------------------------------------------------- */

struct client_insert {
	const struct client *client;
	const struct client_secret *secret;
};

/* `found` as an error; `none` when nothing was found. */
static enum err error_of(enum find found, enum err none)
{
	if (found == FOUND)
		return ERR_OK;
	return found == ABSENT ? none : ERR_DATABASE;
}

static enum err lock_owner(struct pg_conn *conn, const struct client *client)
{
	static const char sql[] = "SELECT 1 FROM \"user\" WHERE id = $1 FOR KEY SHARE";
	int64_t one;
	if (id_is_zero(&client->owner))
		return ERR_OK;
	return error_of(pg_number(conn, sql, VALUES(V_ID(&client->owner)), &one), ERR_ABSENT);
}

static enum err insert_client(struct pg_conn *conn, const struct client *client)
{
	static const char sql[] =
		"INSERT INTO client (id, client_id, name, type, grants, redirect_uris,"
		" post_logout_redirect_uris, allowed_origins, allowed_scopes, default_scopes,"
		" algorithm, owner, enabled, reviewed, created, updated, settings) VALUES"
		" ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
	return pg_run(
		conn, sql,
		VALUES(V_ID(&client->id), V_TEXT(client->client_id), V_TEXT(client->name),
		       V_INT(client->type), V_INT(client->grants), V_TEXT(client->redirect_uris),
		       V_TEXT(client->post_logout_redirect_uris), V_TEXT(client->allowed_origins),
		       V_TEXT(client->allowed_scopes), V_TEXT(client->default_scopes),
		       V_INT(client->algorithm), V_ID_OR_NULL(&client->owner),
		       V_BOOL(client->enabled), V_BOOL(client->reviewed), V_INT(client->created),
		       V_INT(client->updated), V_TEXT(client->settings)));
}

static enum err run_insert(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	const struct client_insert *insert = arg;
	enum err err = lock_owner(conn, insert->client);
	if (err == ERR_OK)
		err = insert_client(conn, insert->client);
	if (err != ERR_OK || insert->secret == NULL)
		return err;
	return pg_client_secret_add(conn, &insert->client->id, insert->secret);
}

static enum err client_insert(struct store *store, const struct client *client,
			      const struct client_secret *secret, const struct event *event)
{
	struct client_insert insert = { client, secret };
	return pg_write_locking(store, run_insert, &insert, event);
}

struct client_update {
	const struct client *client;
	int64_t now;
};

static enum err missed(struct pg_conn *conn, const struct id *id)
{
	int64_t one;
	enum err err = error_of(
		pg_number(conn, "SELECT 1 FROM client WHERE id = $1", VALUES(V_ID(id)), &one),
		ERR_ABSENT);
	return err == ERR_OK ? ERR_UNCHANGED : err;
}

static enum err run_update(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char sql[] =
		"UPDATE client SET name = $3, type = $4, grants = $5, redirect_uris = $6,"
		" post_logout_redirect_uris = $7, allowed_origins = $8, allowed_scopes = $9,"
		" default_scopes = $10, algorithm = $11, enabled = $12, reviewed = $13,"
		" settings = $15, updated = greatest($14, updated + 1) WHERE id = $1 AND updated = $2";
	static const char secrets[] = "DELETE FROM client_secret WHERE client = $1";
	const struct client_update *update = arg;
	const struct client *client = update->client;
	enum err err = pg_change(
		conn, sql,
		VALUES(V_ID(&client->id), V_INT(client->updated), V_TEXT(client->name),
		       V_INT(client->type), V_INT(client->grants), V_TEXT(client->redirect_uris),
		       V_TEXT(client->post_logout_redirect_uris), V_TEXT(client->allowed_origins),
		       V_TEXT(client->allowed_scopes), V_TEXT(client->default_scopes),
		       V_INT(client->algorithm), V_BOOL(client->enabled), V_BOOL(client->reviewed),
		       V_INT(update->now), V_TEXT(client->settings)),
		ERR_UNCHANGED);
	if (err == ERR_UNCHANGED)
		return missed(conn, &client->id);
	if (err != ERR_OK || client->type != CLIENT_PUBLIC)
		return err;
	return pg_run(conn, secrets, VALUES(V_ID(&client->id)));
}

static enum err client_update(struct store *store, const struct client *client, int64_t now,
			      const struct event *event)
{
	struct client_update update = { client, now };
	return pg_write_locking(store, run_update, &update, event);
}

/* --- the removal
 * ---------------------------------------------------------------------------------------------- */

/* Device grants have no index by client, since each insert would pay for it; a removal is rare and
 * may look at all of them. The locks are taken in the order in which a redemption takes them. Once
 * the grants are gone nobody can approve one any more, so the authorizations come after them.
 * Tokens and secrets go with what they hang on. A device that starts at this very moment, and does
 * not lock the client, may leave a grant that nobody can approve, until it expires. */
static const char *const removals[] = {
	"UPDATE \"authorization\" SET ends = ends WHERE client = $1",
	/* In one, or a grant that is started between the two would leave its code behind. */
	("WITH gone AS (DELETE FROM device_grant WHERE client = $1"
	 " RETURNING user_code, \"authorization\") DELETE FROM user_code c USING gone g"
	 " WHERE c.hash = g.user_code AND c.authorization = g.authorization"),
	"DELETE FROM \"authorization\" WHERE client = $1",
	"DELETE FROM consent WHERE client = $1",
	"DELETE FROM kept_request WHERE client = $1",
	"DELETE FROM job WHERE client = $1",
	"DELETE FROM client WHERE id = $1",
};

static enum err run_remove(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char lock[] = "SELECT 1 FROM client WHERE id = $1 FOR UPDATE";
	const struct id *id = arg;
	int64_t one;
	conn->deadline_ms = clock_mono_ms() + REMOVAL_MS;
	enum err err = error_of(pg_number(conn, lock, VALUES(V_ID(id)), &one), ERR_ABSENT);
	for (size_t i = 0; i < ARRAY_LEN(removals) && err == ERR_OK; i++)
		err = pg_run(conn, removals[i], VALUES(V_ID(id)));
	return err;
}

static enum err client_remove(struct store *store, const struct id *id, const struct event *event)
{
	struct id copy = *id;
	return pg_write_locking(store, run_remove, &copy, event);
}

const struct store_client_ops pg_client_ops = {
	.insert = client_insert,
	.find = client_find,
	.find_by_client_id = client_find_by_client_id,
	.list = client_list,
	.list_of_session = client_list_of_session,
	.update = client_update,
	.remove = client_remove,
};
