/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys that sign, with their private halves sealed. All nodes sign with the same. */
#include "store/postgres/pg_object.h"

static enum err signing_key_insert(struct store *store, const struct signing_key *key,
				   const struct event *event)
{
	static const char sql[] =
		"WITH done AS (INSERT INTO signing_key (kid, alg, sealed, created, signs_from,"
		" expires) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (kid) DO NOTHING RETURNING 1)"
		" {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql,
			 VALUES(V_TEXT(key->kid), V_TEXT(slice_str(alg_row(key->alg)->name)),
				V_BLOB(key->sealed), V_INT(key->created), V_INT(key->signs_from),
				V_INT(key->expires)),
			 ERR_CONFLICT, event);
}

static enum err signing_key_list(struct store *store, struct arena *arena,
				 struct signing_key_list *out)
{
	static const char sql[] = "SELECT alg, kid, sealed, created, signs_from, expires"
				  " FROM signing_key ORDER BY created DESC, signs_from DESC, kid";
	*out = (struct signing_key_list){ 0 };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, NO_VALUES);
	struct rows_array array = { .record = &signing_key_stored_record,
				    .size = sizeof(struct signing_key_stored),
				    .limit = SIZE_MAX };
	enum err err = pg_rows_all(&rows, arena, &array);
	if (err == ERR_OK)
		signing_key_list_read(out, arena, &array);
	return err;
}

static enum err signing_key_expire(struct store *store, struct slice kid, int64_t expires,
				   const struct event *event)
{
	static const char sql[] =
		"WITH done AS (UPDATE signing_key SET expires = $2 WHERE kid = $1 RETURNING 1)"
		" {event} SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_TEXT(kid), V_INT(expires)), ERR_ABSENT, event);
}

static enum err signing_key_remove(struct store *store, struct slice kid, const struct event *event)
{
	static const char sql[] =
		"WITH done AS (DELETE FROM signing_key WHERE kid = $1 RETURNING 1) {event}"
		" SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_TEXT(kid)), ERR_ABSENT, event);
}

static enum err signing_key_reseal(struct store *store, struct slice kid, struct slice from,
				   struct slice to)
{
	static const char sql[] =
		"WITH done AS (UPDATE signing_key SET sealed = $3 WHERE kid = $1 AND sealed = $2"
		" RETURNING 1) SELECT count(*) FROM done";
	return PG_CHANGE(store, sql, VALUES(V_TEXT(kid), V_BLOB(from), V_BLOB(to)), ERR_UNCHANGED,
			 NULL);
}

const struct store_signing_key_ops pg_signing_key_ops = {
	.insert = signing_key_insert,
	.list = signing_key_list,
	.expire = signing_key_expire,
	.remove = signing_key_remove,
	.reseal = signing_key_reseal,
};
