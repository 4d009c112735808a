/* SPDX-License-Identifier: Apache-2.0
 *
 * Budgets of failures. A window begins with the first failure in it; a row whose window is over
 * counts as none. */
#include "base/ensure.h"
#include "store/sqlite/object.h"

struct taking {
	const struct failure_counter *counters;
	size_t count;
	int64_t now;
	int64_t retry_after;
	uint32_t counts[FAILURE_COUNTERS_MAX];
};

/* What the counter holds, and when it opens again. */
static enum err look(struct conn *conn, const struct failure_counter *counter, int64_t now,
		     uint32_t *count, int64_t *opens)
{
	static const char sql[] = "SELECT count, opens FROM failure WHERE key = ?1 AND opens > ?2";
	*count = 0;
	*opens = now;
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql, VALUES(V_HASH(&counter->key), V_INT(now)));
	enum find found = rows_next(&rows);
	if (found != FOUND)
		return found == ABSENT ? ERR_OK : ERR_DATABASE;
	*count = (uint32_t)rows_int64(&rows);
	*opens = rows_int64(&rows);
	return ERR_OK;
}

static enum err look_at_all(struct conn *conn, struct taking *taking)
{
	taking->retry_after = 0;
	for (size_t i = 0; i < taking->count; i++) {
		const struct failure_counter *counter = &taking->counters[i];
		int64_t opens;
		enum err err = look(conn, counter, taking->now, &taking->counts[i], &opens);
		if (err != ERR_OK)
			return err;
		bool is_full = counter->refuses && taking->counts[i] >= counter->limit;
		if (is_full && opens - taking->now > taking->retry_after)
			taking->retry_after = opens - taking->now;
	}
	/* A limit of nothing is full without a row; it opens with a window of its own. */
	for (size_t i = 0; i < taking->count; i++) {
		if (taking->counters[i].refuses && taking->counters[i].limit == 0 &&
		    taking->retry_after == 0)
			taking->retry_after = taking->counters[i].window;
	}
	return taking->retry_after > 0 ? ERR_FULL : ERR_OK;
}

static enum err run_take(struct conn *conn, void *arg)
{
	static const char sql[] =
		"INSERT INTO failure (key, count, opens) VALUES (?1, 1, ?3)"
		" ON CONFLICT DO UPDATE SET count = iif(opens > ?2, count + 1, 1),"
		" opens = iif(opens > ?2, opens, ?3)";
	struct taking *taking = arg;
	enum err err = look_at_all(conn, taking);
	for (size_t i = 0; i < taking->count && err == ERR_OK; i++) {
		const struct failure_counter *counter = &taking->counters[i];
		err = conn_run(conn, sql,
			       VALUES(V_HASH(&counter->key), V_INT(taking->now),
				      V_INT(taking->now + counter->window)));
		taking->counts[i]++;
	}
	return err;
}

static enum err failure_take(struct store *store, const struct failure_counter *counters,
			     size_t count, int64_t now, struct failure_taken *taken)
{
	ensure(count <= FAILURE_COUNTERS_MAX);
	struct taking taking = { .counters = counters, .count = count, .now = now };
	enum err err = engine_write(store, run_take, &taking, NULL);
	taken->retry_after = err == ERR_FULL ? taking.retry_after : 0;
	for (size_t i = 0; i < count; i++)
		taken->counts[i] = taking.counts[i];
	return err;
}

static enum err run_give_back(struct conn *conn, void *arg)
{
	static const char sql[] =
		"UPDATE failure SET count = count - 1 WHERE key = ?1 AND count > 0 AND opens > ?2";
	const struct taking *taking = arg;
	enum err err = ERR_OK;
	for (size_t i = 0; i < taking->count && err == ERR_OK; i++)
		err = conn_run(conn, sql,
			       VALUES(V_HASH(&taking->counters[i].key), V_INT(taking->now)));
	return err;
}

static enum err failure_give_back(struct store *store, const struct failure_counter *counters,
				  size_t count, int64_t now)
{
	struct taking taking = { .counters = counters, .count = count, .now = now };
	return engine_write(store, run_give_back, &taking, NULL);
}

static enum err failure_count(struct store *store, const struct failure_counter *counter,
			      int64_t now, uint32_t *count)
{
	int64_t opens;
	return look(engine_reader(store), counter, now, count, &opens);
}

const struct store_failure_ops failure_ops = {
	.take = failure_take,
	.give_back = failure_give_back,
	.count = failure_count,
};
