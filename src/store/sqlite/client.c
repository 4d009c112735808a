/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications. `updated` is the version of a row: it grows with each change, also when two fall
 * into one second. */
#include "store/sqlite/object.h"

#define CLIENT_COLUMNS \
	"id, client_id, name, type, grants, redirect_uris, post_logout_redirect_uris, allowed_origins, allowed_scopes," \
	" default_scopes, algorithm, owner, enabled, reviewed, created, updated, settings"

/* --- look-ups
 * --------------------------------------------------------------------------------------------------------
 */

static enum find read_one(struct conn *conn, struct arena *arena, const char *sql, struct value key,
			  struct client **out)
{
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql, &key, 1);
	return ROWS_ONE(&rows, &client_record, arena, out);
}

static enum find client_find(struct store *store, struct arena *arena, const struct id *id,
			     struct client **out)
{
	static const char sql[] = "SELECT " CLIENT_COLUMNS " FROM client WHERE id = ?1";
	return read_one(engine_reader(store), arena, sql, V_ID(id), out);
}

/* A secret that goes between the two look-ups is simply not among them. */
static enum find client_find_by_client_id(struct store *store, struct arena *arena,
					  struct slice client_id, struct client **out,
					  struct client_secret_list *secrets)
{
	static const char sql[] = "SELECT " CLIENT_COLUMNS " FROM client WHERE client_id = ?1";
	*secrets = (struct client_secret_list){ 0 };
	struct conn *conn = engine_reader(store);
	enum find found = read_one(conn, arena, sql, V_TEXT(client_id), out);
	if (found != FOUND || (*out)->type == CLIENT_PUBLIC)
		return found;
	return client_secret_read(conn, arena, &(*out)->id, secrets) == FIND_FAILED ? FIND_FAILED
										    : FOUND;
}

static enum err client_list(struct store *store, struct arena *arena, const struct id *owner,
			    size_t limit, struct client_list *out)
{
	static const char all[] = "SELECT " CLIENT_COLUMNS
				  " FROM client ORDER BY created DESC, id LIMIT ?1";
	static const char owned[] = "SELECT " CLIENT_COLUMNS " FROM client WHERE owner = ?1"
				    " ORDER BY created DESC, id LIMIT ?2";
	AUTO_FINI(rows) struct rows rows;
	if (owner == NULL)
		rows_start(&rows, engine_reader(store), all, VALUES(V_INT(limit)));
	else
		rows_start(&rows, engine_reader(store), owned, VALUES(V_ID(owner), V_INT(limit)));
	struct rows_array array = { .record = &client_record,
				    .size = sizeof(struct client),
				    .limit = limit };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct client_list){ array.items, array.count };
	return err;
}

static enum err client_list_of_session(struct store *store, struct arena *arena,
				       const struct session_clients *filter,
				       struct client_list *out)
{
	static const char sql[] =
		"SELECT " CLIENT_COLUMNS
		" FROM client WHERE id IN (SELECT a.client FROM authorization a"
		" WHERE a.user = ?1 AND a.sid = ?2 AND a.grant_type = ?3) AND enabled"
		" AND instr(char(10) || settings, ?4) > 0 ORDER BY client_id LIMIT ?5";
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, engine_reader(store), sql,
		   VALUES(V_ID(filter->user), V_ID(filter->sid), V_INT(GRANT_AUTHORIZATION_CODE),
			  V_TEXT(sign_out_setting(arena, filter->setting)), V_INT(filter->limit)));
	struct rows_array array = { .record = &client_record,
				    .size = sizeof(struct client),
				    .limit = filter->limit };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct client_list){ array.items, array.count };
	return err;
}

/* --- changes
 * ---------------------------------------------------------------------------------------------------------
 */

struct client_insert {
	const struct client *client;
	const struct client_secret *secret;
};

static enum err run_insert(struct conn *conn, void *arg)
{
	static const char sql[] =
		"INSERT INTO client (" CLIENT_COLUMNS ") VALUES"
		" (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
	const struct client_insert *insert = arg;
	const struct client *client = insert->client;
	enum err err = conn_run(
		conn, sql,
		VALUES(V_ID(&client->id), V_TEXT(client->client_id), V_TEXT(client->name),
		       V_INT(client->type), V_INT(client->grants), V_TEXT(client->redirect_uris),
		       V_TEXT(client->post_logout_redirect_uris), V_TEXT(client->allowed_origins),
		       V_TEXT(client->allowed_scopes), V_TEXT(client->default_scopes),
		       V_INT(client->algorithm), V_ID_OR_NULL(&client->owner),
		       V_INT(client->enabled), V_INT(client->reviewed), V_INT(client->created),
		       V_INT(client->updated), V_TEXT(client->settings)));
	if (err != ERR_OK || insert->secret == NULL)
		return err;
	return client_secret_add(conn, &client->id, insert->secret);
}

static enum err client_insert(struct store *store, const struct client *client,
			      const struct client_secret *secret, const struct event *event)
{
	struct client_insert insert = { client, secret };
	return engine_write(store, run_insert, &insert, event);
}

struct client_update {
	const struct client *client;
	int64_t now;
};

static enum err missed(struct conn *conn, const struct id *id)
{
	int64_t one;
	switch (conn_number(conn, "SELECT 1 FROM client WHERE id = ?1", VALUES(V_ID(id)), &one)) {
	case FOUND:
		return ERR_UNCHANGED;
	case ABSENT:
		return ERR_ABSENT;
	case FIND_FAILED:
		break;
	}
	return ERR_DATABASE;
}

static enum err run_update(struct conn *conn, void *arg)
{
	static const char sql[] =
		"UPDATE client SET name = ?3, type = ?4, grants = ?5, redirect_uris = ?6,"
		" post_logout_redirect_uris = ?7, allowed_origins = ?8, allowed_scopes = ?9,"
		" default_scopes = ?10, algorithm = ?11, enabled = ?12, reviewed = ?13,"
		" settings = ?15, updated = max(?14, updated + 1) WHERE id = ?1 AND updated = ?2";
	static const char secrets[] = "DELETE FROM client_secret WHERE client = ?1";
	const struct client_update *update = arg;
	const struct client *client = update->client;
	enum err err = conn_change(
		conn, sql,
		VALUES(V_ID(&client->id), V_INT(client->updated), V_TEXT(client->name),
		       V_INT(client->type), V_INT(client->grants), V_TEXT(client->redirect_uris),
		       V_TEXT(client->post_logout_redirect_uris), V_TEXT(client->allowed_origins),
		       V_TEXT(client->allowed_scopes), V_TEXT(client->default_scopes),
		       V_INT(client->algorithm), V_INT(client->enabled), V_INT(client->reviewed),
		       V_INT(update->now), V_TEXT(client->settings)),
		ERR_UNCHANGED);
	if (err == ERR_UNCHANGED)
		return missed(conn, &client->id);
	if (err != ERR_OK || client->type != CLIENT_PUBLIC)
		return err;
	return conn_run(conn, secrets, VALUES(V_ID(&client->id)));
}

static enum err client_update(struct store *store, const struct client *client, int64_t now,
			      const struct event *event)
{
	struct client_update update = { client, now };
	return engine_write(store, run_update, &update, event);
}

/* Device grants have no index by client, since each insert would pay for it; a removal is rare and
 * may look at all of them. The authorizations with their codes and tokens, the consents and the
 * secrets hang on foreign keys. */
static enum err run_remove(struct conn *conn, void *arg)
{
	static const char codes[] =
		"DELETE FROM user_code WHERE"
		" hash IN (SELECT user_code FROM device_grant WHERE client = ?1) AND"
		" authorization IN (SELECT authorization FROM device_grant WHERE client = ?1)";
	static const char grants[] = "DELETE FROM device_grant WHERE client = ?1";
	static const char kept[] = "DELETE FROM kept_request WHERE client = ?1";
	static const char jobs[] = "DELETE FROM job WHERE client = ?1";
	static const char *const before[] = { codes, grants, kept, jobs };
	const struct id *id = arg;
	enum err err = ERR_OK;
	for (size_t i = 0; i < ARRAY_LEN(before) && err == ERR_OK; i++)
		err = conn_run(conn, before[i], VALUES(V_ID(id)));
	if (err == ERR_OK)
		err = conn_change(conn, "DELETE FROM client WHERE id = ?1", VALUES(V_ID(id)),
				  ERR_ABSENT);
	return err;
}

static enum err client_remove(struct store *store, const struct id *id, const struct event *event)
{
	struct id copy = *id;
	return engine_write(store, run_remove, &copy, event);
}

const struct store_client_ops client_ops = {
	.insert = client_insert,
	.find = client_find,
	.find_by_client_id = client_find_by_client_id,
	.list = client_list,
	.list_of_session = client_list_of_session,
	.update = client_update,
	.remove = client_remove,
};
