/* SPDX-License-Identifier: Apache-2.0
 *
 * What is known about a person, a row for each claim. One that was taken away stays as a row
 * without a value: its time counts among those of the others. */
#include "store/sqlite/object.h"

static enum find user_is_there(struct conn *conn, const struct id *id)
{
	int64_t one;
	return conn_number(conn, "SELECT 1 FROM user WHERE id = ?1", VALUES(V_ID(id)), &one);
}

static enum err find_changed(struct conn *conn, const struct id *id, int64_t *changed)
{
	static const char sql[] = "SELECT coalesce(max(changed), 0) FROM claim WHERE user = ?1";
	return conn_number(conn, sql, VALUES(V_ID(id)), changed) == FOUND ? ERR_OK : ERR_DATABASE;
}

enum err user_claims(struct store *store, struct arena *arena, const struct id *id,
		     struct claim_list *out, int64_t *changed)
{
	static const char sql[] =
		"SELECT name, value FROM claim WHERE user = ?1 AND value <> '' ORDER BY name";
	struct conn *conn = engine_reader(store);
	*out = (struct claim_list){ 0 };
	*changed = 0;
	enum find there = user_is_there(conn, id);
	if (there != FOUND)
		return there == ABSENT ? ERR_ABSENT : ERR_DATABASE;
	if (find_changed(conn, id, changed) != ERR_OK)
		return ERR_DATABASE;
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql, VALUES(V_ID(id)));
	struct rows_array array = { .record = &claim_record,
				    .size = sizeof(struct claim),
				    .limit = SIZE_MAX };
	enum err err = rows_all(&rows, arena, &array);
	*out = (struct claim_list){ array.items, array.count };
	return err;
}

struct setting {
	const struct id *user;
	const struct claim_set *set;
};

static enum err set_one(struct conn *conn, const struct setting *setting, const struct claim *claim)
{
	static const char take_away[] =
		"UPDATE claim SET value = '', changed = ?3 WHERE user = ?1 AND name = ?2"
		" AND value <> ''";
	static const char give[] =
		"INSERT INTO claim (user, name, value, changed) VALUES (?1, ?2, ?4, ?3)"
		" ON CONFLICT DO UPDATE SET value = excluded.value, changed = excluded.changed"
		" WHERE claim.value <> excluded.value";
	if (slice_is_empty(claim->value))
		return conn_run(
			conn, take_away,
			VALUES(V_ID(setting->user), V_TEXT(claim->name), V_INT(setting->set->now)));
	return conn_run(conn, give,
			VALUES(V_ID(setting->user), V_TEXT(claim->name), V_INT(setting->set->now),
			       V_TEXT(claim->value)));
}

static enum err run_set(struct conn *conn, void *arg)
{
	const struct setting *setting = arg;
	const struct claim_set *set = setting->set;
	enum find there = user_is_there(conn, setting->user);
	if (there != FOUND)
		return there == ABSENT ? ERR_ABSENT : ERR_DATABASE;
	enum err err = ERR_OK;
	for (size_t i = 0; i < set->count && err == ERR_OK; i++)
		err = set_one(conn, setting, &set->claims[i]);
	return err;
}

enum err user_claim_set(struct store *store, const struct id *id, const struct claim_set *set,
			const struct event *event)
{
	struct setting setting = { id, set };
	return engine_write(store, run_set, &setting, event);
}
