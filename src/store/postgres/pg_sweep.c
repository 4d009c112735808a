/* SPDX-License-Identifier: Apache-2.0
 *
 * Deleting what is past use, in small portions: each step is a statement and a commit of its own
 * and deletes what is left of the limit at most. Every step finds its rows by an index on the time
 * at which they end, and has the lease of the one who sweeps in its condition. What a foreign key
 * takes along is on the same shard; user codes, which are not, are deleted by name. */
#include "store/postgres/pg_object.h"
#include "store/sweep_until.h"

/* $1 what ended at or before this, $2 so many rows, $3 the fence. */
struct step {
	const char *leased;
	const char *free; /* nobody holds a lease: others may sweep at the same time */
	enum sweep_age age;
};

#define LEASED "SELECT 1 FROM lease WHERE name = 'sweep' AND fence = $3 AND until > now()"
/* Two who lock the same rows in different orders would wait for each other: each leaves to the
 * other what he has. A database of many shards cannot lock rows that it has yet to find, and needs
 * not, as long as one alone sweeps. */
#define FREE "SELECT 1 WHERE $3 = 0"
#define LEAVE_TO_OTHERS " FOR UPDATE SKIP LOCKED"

#define SWEEP(held, lock, table, keys, column, more) \
	"WITH held AS MATERIALIZED (" held ")," \
	" old AS MATERIALIZED (SELECT " keys " FROM " table " WHERE " column " <= $1" \
	" AND (SELECT count(*) FROM held) > 0 ORDER BY " column " LIMIT $2" lock ")," more \
	" SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM gone)"
#define GONE(table, match, column) \
	" gone AS (DELETE FROM " table " t USING old o WHERE " match " AND t." column \
	" <= $1 RETURNING 1)"
#define STEP(table, keys, column, more, age) \
	{ \
		SWEEP(LEASED, "", table, keys, column, more), \
			SWEEP(FREE, LEAVE_TO_OTHERS, table, keys, column, more), age \
	}
#define SIMPLE(table, keys, match, column, age) \
	STEP(table, keys, column, GONE(table, match, column), age)

#define TOKEN_KEYS "\"authorization\", hash"
#define TOKEN_MATCH "t.authorization = o.authorization AND t.hash = o.hash"
/* Of a code that another grant has taken over since, the row is the other's. */
#define CODES \
	" codes AS (DELETE FROM user_code c USING old o" \
	" WHERE c.hash = o.user_code AND c.authorization = o.authorization),"

/* Jobs of applications that are no longer there: neither many nor often, so they need no index. */
#define ORPHANS \
	"(SELECT * FROM job j WHERE NOT EXISTS (SELECT 1 FROM client c WHERE c.id = j.client)) AS job"

/* Clients of documents that nobody has used, and that no administrator has judged. The first
 * condition is that of their index. */
#define DOCUMENTS \
	"(SELECT * FROM client c WHERE position(chr(10) || 'source=metadata_document' || chr(10)" \
	" IN chr(10) || settings || chr(10)) > 0 AND enabled AND NOT reviewed" \
	" AND NOT EXISTS (SELECT 1 FROM \"authorization\" a WHERE a.client = c.id)" \
	" AND NOT EXISTS (SELECT 1 FROM consent o WHERE o.client = c.id)) AS client"

/* Tokens before their authorization, so that what is deleted by a foreign key is little. */
static const struct step steps[] = {
	STEP("device_grant", "\"authorization\", user_code", "expires",
	     CODES GONE("device_grant", "t.authorization = o.authorization", "expires"),
	     SWEEP_GRACE),
	SIMPLE("device_handle", "hash", "t.hash = o.hash", "expires", SWEEP_NOW),
	SIMPLE("access_token", TOKEN_KEYS, TOKEN_MATCH, "expires", SWEEP_NOW),
	SIMPLE("refresh_token", TOKEN_KEYS, TOKEN_MATCH, "expires", SWEEP_NOW),
	SIMPLE("code", "\"authorization\"", "t.authorization = o.authorization", "expires",
	       SWEEP_GRACE),
	SIMPLE("\"authorization\"", "id", "t.id = o.id", "ends", SWEEP_DEAD),
	SIMPLE("session", "hash", "t.hash = o.hash", "seen", SWEEP_IDLE),
	SIMPLE("seen", "hash", "t.hash = o.hash", "expires", SWEEP_NOW),
	SIMPLE("ticket", "hash", "t.hash = o.hash", "expires", SWEEP_NOW),
	SIMPLE("kept_request", "hash", "t.hash = o.hash", "expires", SWEEP_NOW),
	STEP(DOCUMENTS, "id", "updated", GONE("client", "t.id = o.id", "updated"),
	     SWEEP_IDLE_DOCUMENT),
	STEP(ORPHANS, "id", "created", GONE("job", "t.id = o.id", "created"), SWEEP_NOW),
	SIMPLE("failure", "key", "t.key = o.key", "opens", SWEEP_NOW),
	SIMPLE("event", "shard, id", "t.shard = o.shard AND t.id = o.id", "at", SWEEP_EVENT),
};

static enum err run_step(struct store *store, const struct step *step, const struct sweep *sweep,
			 size_t *deleted)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_init(&rows, NULL);
	enum err err = PG_WRITE(store, sweep->fence != 0 ? step->leased : step->free,
				VALUES(V_INT(sweep_until(sweep, step->age)),
				       V_INT(sweep->limit - *deleted), V_INT(sweep->fence)),
				OUTCOMES(ERR_UNCHANGED, ERR_OK), .rows = &rows);
	if (err == ERR_OK)
		*deleted += (size_t)pg_rows_int64(&rows);
	return err;
}

enum err pg_sweep_run(struct store *store, const struct sweep *sweep, size_t *deleted)
{
	size_t count = 0;
	enum err err = ERR_OK;
	for (size_t i = 0; i < ARRAY_LEN(steps) && err == ERR_OK; i++) {
		if (count < sweep->limit)
			err = run_step(store, &steps[i], sweep, &count);
	}
	*deleted = err == ERR_OK ? count : 0;
	return err;
}
