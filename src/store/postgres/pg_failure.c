/* SPDX-License-Identifier: Apache-2.0
 *
 * Budgets of failures. A window begins with the first failure in it; a row whose window is over
 * counts as none. A take is one statement, so that the locks on its rows, which others wait for,
 * last no longer than its commit; everybody locks in one order.
 *
 * A counter that never refuses is one that all attempts share. It is spread over SPREAD rows, since
 * one row can be changed but once in the time of a commit; its count is their sum. Which row an
 * attempt takes follows from its other counters, so that it gives back to the same. */
#include "base/ensure.h"
#include "store/postgres/pg_object.h"

enum { SPREAD = 16, VALUES_EACH = 5, WANTED_VALUES = 1 + VALUES_EACH * FAILURE_COUNTERS_MAX };

/* $1 now; from $2 for each counter: key, end of a window that begins now, limit, and the first and
 * last key of those it is spread over. A limit of NULL is none, a key of NULL no counter; a key
 * that is there twice counts twice. */
#define WANTED \
	" wanted (key, opens, most, times) AS MATERIALIZED" \
	" (SELECT key, max(opens), min(most), count(*) FROM (VALUES ($2, $3, $4), ($7, $8, $9)," \
	" ($12, $13, $14), ($17, $18, $19)) AS v (key, opens, most) WHERE key IS NOT NULL" \
	" GROUP BY key),"
#define IN_ORDER "ORDER BY w.most IS NULL, w.key"

static struct hash row_of(const struct hash *key, unsigned number)
{
	struct hash row = *key;
	uint8_t *last = &row.bytes[HASH_BYTES - 1];
	*last = (uint8_t)((*last & ~(SPREAD - 1U)) | (number & (SPREAD - 1U)));
	return row;
}

/* The keys of a call, and the values that point at them. */
struct wanted {
	struct hash keys[FAILURE_COUNTERS_MAX][3];
	struct value values[WANTED_VALUES];
};

static void want(struct wanted *wanted, size_t number, const struct failure_counter *counter,
		 unsigned row)
{
	struct value *value = &wanted->values[1 + VALUES_EACH * number];
	struct hash *keys = wanted->keys[number];
	keys[0] = counter->refuses ? counter->key : row_of(&counter->key, row);
	keys[1] = row_of(&counter->key, 0);
	keys[2] = row_of(&counter->key, SPREAD - 1);
	value[0] = V_HASH(&keys[0]);
	value[1] = V_INT(wanted->values[0].number + counter->window);
	value[2] = V_INT(counter->limit);
	value[3] = V_HASH(&keys[1]);
	value[4] = V_HASH(&keys[2]);
	value[2].null = !counter->refuses;
	value[3].null = value[4].null = counter->refuses;
}

static void wanted_init(struct wanted *wanted, const struct failure_counter *counters, size_t count,
			int64_t now)
{
	static const struct failure_counter none;
	unsigned row = 0;
	ensure(count <= FAILURE_COUNTERS_MAX);
	wanted->values[0] = V_INT(now);
	for (size_t i = 0; i < count; i++)
		row ^= counters[i].refuses ? counters[i].key.bytes[HASH_BYTES - 1] : 0U;
	for (size_t i = 0; i < FAILURE_COUNTERS_MAX; i++) {
		want(wanted, i, i < count ? &counters[i] : &none, row);
		for (size_t j = 0; i >= count && j < VALUES_EACH; j++)
			wanted->values[1 + VALUES_EACH * i + j].null = true;
	}
}

/* --- take
 * ------------------------------------------------------------------------------------------------------------
 */

/* `full_ones` is what could be seen when the statement began, and costs no lock. Who was let
 * through by it may then have waited for others, and finds in `over` that they took the last: he
 * inserts a key that is there, which undoes the whole statement (ERR_CONFLICT). Run again, it sees
 * their rows. */
#define COUNT_OF(own, first, last) \
	", coalesce((SELECT count FROM taken WHERE key = " own ")," \
	" (SELECT count FROM seen WHERE key = " own "), 0)" \
	" + (SELECT coalesce(sum(f.count), 0)::bigint FROM failure f WHERE f.key >= " first \
	" AND f.key <= " last " AND f.key <> " own " AND f.opens > $1)"
static const char take_sql[] =
	"WITH" WANTED " seen AS MATERIALIZED (SELECT w.key, coalesce(f.count, 0) AS count,"
	" coalesce(f.opens, w.opens) AS opens, w.most FROM wanted w"
	" LEFT JOIN failure f ON f.key = w.key AND f.opens > $1),"
	" full_ones AS MATERIALIZED (SELECT opens FROM seen WHERE count >= most),"
	" taken AS (INSERT INTO failure AS f (key, count, opens) SELECT w.key, w.times, w.opens"
	" FROM wanted w WHERE NOT EXISTS (SELECT 1 FROM full_ones) " IN_ORDER
	" ON CONFLICT (key) DO UPDATE SET"
	" count = CASE WHEN f.opens > $1 THEN f.count ELSE 0 END + excluded.count,"
	" opens = CASE WHEN f.opens > $1 THEN f.opens ELSE excluded.opens END"
	" RETURNING f.key, f.count),"
	" over AS (SELECT w.key FROM taken t JOIN wanted w ON w.key = t.key"
	" WHERE t.count - w.times >= w.most),"
	" undone AS (INSERT INTO failure (key, count, opens) SELECT key, 0, 0 FROM over)"
	" SELECT 1 + (SELECT count(*) > 0 FROM full_ones)::integer,"
	" (SELECT coalesce(max(opens) - $1, 0) FROM full_ones)" COUNT_OF("$2", "$5", "$6")
		COUNT_OF("$7", "$10", "$11") COUNT_OF("$12", "$15", "$16")
			COUNT_OF("$17", "$20", "$21");

static enum err take_once(struct store *store, const struct value *values,
			  struct failure_taken *taken)
{
	static const enum err outcomes[] = { ERR_DATABASE, ERR_OK, ERR_FULL };
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_init(&rows, NULL);
	enum err err = pg_write_one(
		store, &(const struct pg_statement){ .sql = take_sql,
						     .values = values,
						     .count = WANTED_VALUES,
						     .outcomes = outcomes,
						     .outcome_count = ARRAY_LEN(outcomes),
						     .rows = &rows });
	if (err != ERR_OK && err != ERR_FULL)
		return err;
	taken->retry_after = pg_rows_int64(&rows);
	for (size_t i = 0; i < FAILURE_COUNTERS_MAX; i++)
		taken->counts[i] = (uint32_t)pg_rows_int64(&rows);
	return err;
}

/* Each time round another has taken what was left; that ends soon, unless he gives it back. */
static enum err failure_take(struct store *store, const struct failure_counter *counters,
			     size_t count, int64_t now, struct failure_taken *taken)
{
	enum { TRIES = 16 };
	struct wanted wanted;
	wanted_init(&wanted, counters, count, now);
	*taken = (struct failure_taken){ 0 };
	enum err err = ERR_CONFLICT;
	for (int i = 0; i < TRIES && err == ERR_CONFLICT; i++)
		err = take_once(store, wanted.values, taken);
	if (err != ERR_CONFLICT)
		return err;
	taken->retry_after = 1;
	return ERR_FULL;
}

/* --- give back, and look
 * ---------------------------------------------------------------------------------------------
 */

static enum err failure_give_back(struct store *store, const struct failure_counter *counters,
				  size_t count, int64_t now)
{
	static const char sql[] =
		"WITH" WANTED
		" held AS MATERIALIZED (SELECT f.key, w.times FROM wanted w JOIN failure f ON f.key = w.key"
		" WHERE f.opens > $1 AND f.count > 0 " IN_ORDER " FOR UPDATE OF f),"
		" done AS (UPDATE failure f SET count = greatest(f.count - h.times, 0) FROM held h"
		" WHERE f.key = h.key RETURNING 1) SELECT least(count(*), 1) FROM done";
	struct wanted wanted;
	wanted_init(&wanted, counters, count, now);
	enum err err = PG_CHANGE(store, sql, wanted.values, WANTED_VALUES, ERR_ABSENT, NULL);
	return err == ERR_ABSENT ? ERR_OK : err;
}

static enum err failure_count(struct store *store, const struct failure_counter *counter,
			      int64_t now, uint32_t *count)
{
	static const char sql[] = "SELECT coalesce(sum(count), 0)::bigint FROM failure"
				  " WHERE key >= $1 AND key <= $2 AND opens > $3";
	const struct hash *key = &counter->key;
	const struct hash first = counter->refuses ? *key : row_of(key, 0);
	const struct hash last = counter->refuses ? *key : row_of(key, SPREAD - 1);
	*count = 0;
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(store, &rows, sql, VALUES(V_HASH(&first), V_HASH(&last), V_INT(now)));
	enum find found = pg_rows_next(&rows);
	if (found != FOUND)
		return ERR_DATABASE;
	*count = (uint32_t)pg_rows_int64(&rows);
	return ERR_OK;
}

const struct store_failure_ops pg_failure_ops = {
	.take = failure_take,
	.give_back = failure_give_back,
	.count = failure_count,
};
