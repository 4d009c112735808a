/* SPDX-License-Identifier: Apache-2.0
 *
 * Deleting what is past use, in small portions: each step deletes what is left of the limit at
 * most, so that a sweep is no more than a moment of the writer. Every step finds its rows by an
 * index on the time at which they end. */
#include "store/sqlite/object.h"
#include "store/sweep_until.h"

struct step {
	const char *sql;    /* ?1: what ended at or before this; ?2: so many rows */
	const char *before; /* of rows that refer to those and go with them; or NULL */
	enum sweep_age age;
};

#define ENDED(table, key, column) \
	"(SELECT " key " FROM " table " WHERE " column " <= ?1 ORDER BY " column " LIMIT ?2)"
#define DELETE_ENDED(table, key, column) \
	"DELETE FROM " table " WHERE (" key ") IN " ENDED(table, key, column)

/* Jobs of clients that are no longer there. Neither many nor often, so they need no index. */
#define DELETE_ORPHANS \
	"DELETE FROM job WHERE id IN (SELECT id FROM job" \
	" WHERE created <= ?1 AND client NOT IN (SELECT id FROM client) LIMIT ?2)"

/* Clients of documents that nobody has used, and that no administrator has judged. The first
 * condition is that of their index. */
#define DELETE_DOCUMENTS \
	"DELETE FROM client WHERE id IN (SELECT id FROM client c WHERE instr(char(10) || settings" \
	" || char(10), char(10) || 'source=metadata_document' || char(10)) > 0 AND updated <= ?1" \
	" AND enabled AND NOT reviewed" \
	" AND NOT EXISTS (SELECT 1 FROM authorization a WHERE a.client = c.id)" \
	" AND NOT EXISTS (SELECT 1 FROM consent o WHERE o.client = c.id)" \
	" ORDER BY updated LIMIT ?2)"

/* Tokens before their authorization, so that what is deleted by a foreign key is little. */
static const struct step steps[] = {
	{ DELETE_ENDED("device_grant", "authorization", "expires"),
	  "DELETE FROM user_code WHERE expires <= ?1 AND hash IN " ENDED("device_grant",
									 "user_code", "expires"),
	  SWEEP_GRACE },
	{ DELETE_ENDED("device_handle", "hash", "expires"), NULL, SWEEP_NOW },
	{ DELETE_ENDED("access_token", "authorization, hash", "expires"), NULL, SWEEP_NOW },
	{ DELETE_ENDED("refresh_token", "authorization, hash", "expires"), NULL, SWEEP_NOW },
	{ DELETE_ENDED("code", "authorization", "expires"), NULL, SWEEP_GRACE },
	{ DELETE_ENDED("authorization", "id", "ends"), NULL, SWEEP_DEAD },
	{ DELETE_ENDED("session", "hash", "seen"), NULL, SWEEP_IDLE },
	{ DELETE_ENDED("seen", "hash", "expires"), NULL, SWEEP_NOW },
	{ DELETE_ENDED("kept_request", "hash", "expires"), NULL, SWEEP_NOW },
	{ DELETE_ENDED("ticket", "hash", "expires"), NULL, SWEEP_NOW },
	{ DELETE_DOCUMENTS, NULL, SWEEP_IDLE_DOCUMENT },
	{ DELETE_ORPHANS, NULL, SWEEP_NOW },
	{ DELETE_ENDED("failure", "key", "opens"), NULL, SWEEP_NOW },
	{ DELETE_ENDED("event", "number", "at"), NULL, SWEEP_EVENT },
};

struct sweeping {
	const struct sweep *sweep;
	size_t deleted;
};

static enum err run_step(struct conn *conn, const struct step *step, struct sweeping *sweeping)
{
	int64_t until = sweep_until(sweeping->sweep, step->age);
	size_t left = sweeping->sweep->limit - sweeping->deleted;
	enum err err = ERR_OK;
	if (step->before != NULL)
		err = conn_run(conn, step->before, VALUES(V_INT(until), V_INT(left)));
	if (err == ERR_OK)
		err = conn_run(conn, step->sql, VALUES(V_INT(until), V_INT(left)));
	if (err == ERR_OK)
		sweeping->deleted += (size_t)sqlite3_changes(conn->db);
	return err;
}

static enum err check_lease(struct conn *conn, const struct sweep *sweep)
{
	static const char sql[] =
		"SELECT 1 FROM lease WHERE name = 'sweep' AND fence = ?1 AND until > ?2";
	int64_t one;
	if (sweep->fence == 0)
		return ERR_OK;
	switch (conn_number(conn, sql, VALUES(V_INT(sweep->fence), V_INT(sweep->now)), &one)) {
	case FOUND:
		return ERR_OK;
	case ABSENT:
		return ERR_UNCHANGED;
	case FIND_FAILED:
		break;
	}
	return ERR_DATABASE;
}

static enum err run_sweep(struct conn *conn, void *arg)
{
	struct sweeping *sweeping = arg;
	enum err err = check_lease(conn, sweeping->sweep);
	sweeping->deleted = 0;
	for (size_t i = 0; i < ARRAY_LEN(steps) && err == ERR_OK; i++) {
		if (sweeping->deleted < sweeping->sweep->limit)
			err = run_step(conn, &steps[i], sweeping);
	}
	return err;
}

enum err sweep_run(struct store *store, const struct sweep *sweep, size_t *deleted)
{
	struct sweeping sweeping = { .sweep = sweep };
	enum err err = engine_write(store, run_sweep, &sweeping, NULL);
	*deleted = err == ERR_OK ? sweeping.deleted : 0;
	return err;
}
