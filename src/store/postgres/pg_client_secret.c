/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets of confidential clients, as MACs. Two may overlap, so that a client can change from one
 * to the other. The row of the client is locked while they are counted. */
#include "store/postgres/pg_object.h"

static enum find client_secret_list(struct store *store, struct arena *arena,
				    const struct id *client, struct client_secret_list *out)
{
	static const char sql[] = "SELECT " PG_CLIENT_SECRET_COLUMNS
				  " FROM client_secret s WHERE s.client = $1"
				  " ORDER BY s.created DESC, s.id LIMIT $2";
	*out = (struct client_secret_list){ 0 };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_ID(client), V_INT(CLIENT_SECRETS_MAX)));
	enum find found;
	while ((found = pg_rows_next(&rows)) == FOUND) {
		if (pg_rows_read(&rows, &client_secret_record, arena, &out->items[out->count]) !=
		    FOUND)
			return FIND_FAILED;
		out->count++;
	}
	if (found == FIND_FAILED)
		return FIND_FAILED;
	return out->count > 0 ? FOUND : ABSENT;
}

enum err pg_client_secret_add(struct pg_conn *conn, const struct id *client,
			      const struct client_secret *secret)
{
	static const char sql[] =
		"INSERT INTO client_secret (id, client, key_id, mac, created, expires, last_used,"
		" sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
	return pg_run(conn, sql,
		      VALUES(V_ID(&secret->id), V_ID(client), V_INT(secret->key_id),
			     V_HASH(&secret->mac), V_INT(secret->created), V_INT(secret->expires),
			     V_INT(secret->last_used), V_BLOB_OR_NULL(secret->sealed)));
}

struct secret_insert {
	const struct id *client;
	const struct client_secret *secret;
	int64_t old_expires;
};

static enum err room_for_another(struct pg_conn *conn, const struct secret_insert *insert)
{
	static const char client[] = "SELECT type FROM client WHERE id = $1 FOR UPDATE";
	static const char expired[] =
		"DELETE FROM client_secret WHERE client = $1 AND expires > 0 AND expires <= $2";
	static const char live[] = "SELECT count(*) FROM client_secret WHERE client = $1";
	int64_t type;
	int64_t count;
	enum find found = pg_number(conn, client, VALUES(V_ID(insert->client)), &type);
	if (found != FOUND)
		return found == ABSENT ? ERR_ABSENT : ERR_DATABASE;
	if (type != CLIENT_CONFIDENTIAL)
		return ERR_UNCHANGED;
	enum err err = pg_run(conn, expired,
			      VALUES(V_ID(insert->client), V_INT(insert->secret->created)));
	if (err != ERR_OK)
		return err;
	if (pg_number(conn, live, VALUES(V_ID(insert->client)), &count) != FOUND)
		return ERR_DATABASE;
	return count < CLIENT_SECRETS_MAX ? ERR_OK : ERR_FULL;
}

/* The end of the older one may come nearer and never moves away. */
static enum err run_insert(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char end_old[] = "UPDATE client_secret SET expires = $2"
				      " WHERE client = $1 AND (expires = 0 OR expires > $2)";
	const struct secret_insert *insert = arg;
	enum err err = room_for_another(conn, insert);
	if (err == ERR_OK && insert->old_expires > 0)
		err = pg_run(conn, end_old,
			     VALUES(V_ID(insert->client), V_INT(insert->old_expires)));
	return err == ERR_OK ? pg_client_secret_add(conn, insert->client, insert->secret) : err;
}

static enum err client_secret_insert(struct store *store, const struct id *client,
				     const struct client_secret *secret, int64_t old_expires,
				     const struct event *event)
{
	struct secret_insert insert = { client, secret, old_expires };
	return pg_write_locking(store, run_insert, &insert, event);
}

static enum err client_secret_remove(struct store *store, const struct id *client,
				     const struct id *secret, const struct event *event)
{
	static const char sql[] =
		"WITH done AS (DELETE FROM client_secret WHERE id = $2 AND client = $1 RETURNING 1)"
		" {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_ID(client), V_ID(secret)), ERR_ABSENT, event);
}

static enum err client_secret_touch(struct store *store, const struct id *secret, int64_t now,
				    uint32_t key_id, const struct hash *mac)
{
	static const char used[] =
		"WITH done AS (UPDATE client_secret SET last_used = greatest(last_used, $2)"
		" WHERE id = $1 RETURNING 1) SELECT count(*) FROM done";
	static const char moved[] =
		"WITH done AS (UPDATE client_secret SET last_used = greatest(last_used, $2),"
		" key_id = $3, mac = $4 WHERE id = $1 RETURNING 1) SELECT count(*) FROM done";
	if (mac == NULL)
		return PG_CHANGE(store, used, VALUES(V_ID(secret), V_INT(now)), ERR_ABSENT, NULL);
	return PG_CHANGE(store, moved, VALUES(V_ID(secret), V_INT(now), V_INT(key_id), V_HASH(mac)),
			 ERR_ABSENT, NULL);
}

/* --- those that are sealed as well
 * ---------------------------------------------------------------------------------------------- */

static enum err client_secret_list_sealed(struct store *store, struct arena *arena,
					  struct sealed_secret_list *out)
{
	static const char sql[] =
		"SELECT id, client, sealed FROM client_secret WHERE sealed IS NOT NULL ORDER BY id";
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, NO_VALUES);
	struct rows_array array = { .record = &sealed_secret_record,
				    .size = sizeof(struct sealed_secret),
				    .limit = SIZE_MAX };
	enum err err = pg_rows_all(&rows, arena, &array);
	*out = (struct sealed_secret_list){ array.items, array.count };
	return err;
}

static enum err client_secret_reseal(struct store *store, const struct id *secret,
				     struct slice from, struct slice to)
{
	static const char sql[] =
		"WITH done AS (UPDATE client_secret SET sealed = $3 WHERE id = $1 AND sealed = $2"
		" RETURNING 1) SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_ID(secret), V_BLOB(from), V_BLOB(to)), ERR_UNCHANGED,
			 NULL);
}

const struct store_client_secret_ops pg_client_secret_ops = {
	.list = client_secret_list,
	.insert = client_secret_insert,
	.remove = client_secret_remove,
	.touch = client_secret_touch,
	.list_sealed = client_secret_list_sealed,
	.reseal = client_secret_reseal,
};
