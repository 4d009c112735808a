/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool of connections: how many there are, and who gets them. */
#include "check_main.h"

#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "crew.h"
#include "postgres_engine.h"
#include "store/postgres/pg_object.h"
#include "world.h"

static struct store *open_with(struct world *w, unsigned connections, int64_t wait_ms)
{
	struct store *store;
	ck_ok(store_open(&(struct store_options){ .database = w->database,
						  .connections = connections,
						  .wait_ms = wait_ms },
			 &store));
	return store;
}

/* --- how many
 * ------------------------------------------------------------------------------------------- */

enum { CONNECTIONS = 4, THREADS = 32, EACH = 25 };

struct users {
	struct store *store;
	struct pg_pool *pool;
	atomic_int in_use;
	atomic_int most;
	atomic_int failed;
	atomic_int served[THREADS];
	int backends[THREADS];
};

static void use_one(struct users *users, size_t number)
{
	struct pg_conn *conn = pg_pool_take(users->pool, pg_pool_deadline(users->pool));
	int64_t one;
	if (conn == NULL) {
		atomic_fetch_add(&users->failed, 1);
		return;
	}
	int in_use = atomic_fetch_add(&users->in_use, 1) + 1;
	int most = atomic_load(&users->most);
	while (in_use > most && !atomic_compare_exchange_weak(&users->most, &most, in_use))
		continue;
	if (pg_number(conn, "SELECT 1", NO_VALUES, &one) != FOUND)
		atomic_fetch_add(&users->failed, 1);
	users->backends[number] = PQbackendPID(conn->pg);
	atomic_fetch_add(&users->served[number], 1);
	atomic_fetch_sub(&users->in_use, 1);
	pg_pool_give(users->pool, conn);
}

static void use_many(void *arg, size_t number)
{
	for (int i = 0; i < EACH; i++)
		use_one(arg, number);
}

static size_t count_backends(const struct users *users)
{
	size_t count = 0;
	for (size_t i = 0; i < THREADS; i++) {
		size_t before = 0;
		while (before < i && users->backends[before] != users->backends[i])
			before++;
		count += before == i;
	}
	return count;
}

START_TEST(there_are_never_more_connections_than_allowed)
{
	static struct users users;
	WORLD_EMPTY(w);
	struct crew crew;
	users.store = open_with(&w, CONNECTIONS, 20000);
	users.pool = pg_engine_of(users.store)->pool;
	crew_init(&crew, THREADS, use_many, &users);
	crew_round(&crew);
	crew_fini(&crew);
	ck_assert_int_eq(atomic_load(&users.failed), 0);
	ck_assert_int_le(atomic_load(&users.most), CONNECTIONS);
	ck_assert_uint_le(count_backends(&users), CONNECTIONS);
	for (size_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(atomic_load(&users.served[i]), EACH);
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(w.store, &rows,
		"SELECT count(*) FROM pg_stat_activity WHERE datname ="
		" current_database() AND pid <> pg_backend_pid()",
		NO_VALUES);
	ck_found(pg_rows_next(&rows));
	ck_assert_int_le(pg_rows_int64(&rows), CONNECTIONS);
	store_close(&users.store);
}
END_TEST

/* --- who
 * ------------------------------------------------------------------------------------------------
 */

START_TEST(who_gets_none_is_told_in_time)
{
	enum { WAIT_MS = 2000 };
	WORLD_EMPTY(w);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	struct store *store = open_with(&w, 1, WAIT_MS);
	struct pg_pool *pool = pg_engine_of(store)->pool;
	struct pg_conn *conn = pg_pool_take(pool, pg_pool_deadline(pool));
	ck_assert_ptr_nonnull(conn);
	int64_t started_ms = clock_mono_ms();
	ck_assert_ptr_null(pg_pool_take(pool, pg_pool_deadline(pool)));
	int64_t took_ms = clock_mono_ms() - started_ms;
	ck_assert_int_ge(took_ms, WAIT_MS);
	ck_assert_int_lt(took_ms, 10 * WAIT_MS);
	pg_pool_give(pool, conn);
	ck_ok(store_ping(store));
	store_close(&store);
}
END_TEST

struct queue {
	struct pg_pool *pool;
	atomic_int waiting;
	atomic_int over;
	atomic_int greedy; /* how often one who takes again and again was served */
	atomic_int patient;
};

/* The first takes without a pause, the others once. */
static void take_turns(void *arg, size_t number)
{
	struct queue *queue = arg;
	do {
		struct pg_conn *conn = pg_pool_take(queue->pool, pg_pool_deadline(queue->pool));
		ck_assert_ptr_nonnull(conn);
		pg_pool_give(queue->pool, conn);
		atomic_fetch_add(number == 0 ? &queue->greedy : &queue->patient, 1);
	} while (number == 0 && atomic_load(&queue->patient) < THREADS - 1);
}

START_TEST(who_takes_again_and_again_starves_nobody)
{
	static struct queue queue;
	WORLD_EMPTY(w);
	struct store *store = open_with(&w, 1, 10000);
	struct crew crew;
	queue.pool = pg_engine_of(store)->pool;
	crew_init(&crew, THREADS, take_turns, &queue);
	crew_round(&crew);
	crew_fini(&crew);
	ck_assert_int_eq(atomic_load(&queue.patient), THREADS - 1);
	store_close(&store);
}
END_TEST

/* --- in what state
 * -------------------------------------------------------------------------------------- */

START_TEST(what_is_given_back_within_a_transaction_is_not_used_again)
{
	WORLD_EMPTY(w);
	struct store *store = open_with(&w, 1, 5000);
	struct pg_pool *pool = pg_engine_of(store)->pool;
	struct pg_conn *conn = pg_pool_take(pool, pg_pool_deadline(pool));
	ck_assert_int_eq(pg_conn_script(conn, "BEGIN; CREATE TABLE half (x integer)"), PG_DONE);
	int pid = PQbackendPID(conn->pg);
	pg_pool_give(pool, conn);
	conn = pg_pool_take(pool, pg_pool_deadline(pool));
	ck_assert_int_ne(PQbackendPID(conn->pg), pid);
	ck_assert_int_eq(pg_conn_script(conn, "CREATE TABLE half (x integer)"), PG_DONE);
	pg_pool_give(pool, conn);
	store_close(&store);
}
END_TEST

START_TEST(a_lost_connection_takes_the_idle_ones_with_it)
{
	WORLD_EMPTY(w);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	struct store *store = open_with(&w, 3, 5000);
	struct pg_pool *pool = pg_engine_of(store)->pool;
	struct pg_conn *conns[3];
	int pids[3];
	for (size_t i = 0; i < 3; i++) {
		conns[i] = pg_pool_take(pool, pg_pool_deadline(pool));
		ck_assert_ptr_nonnull(conns[i]);
		pids[i] = PQbackendPID(conns[i]->pg);
	}
	pg_pool_give(pool, conns[1]);
	pg_pool_give(pool, conns[2]);
	conns[0]->lost = true;
	pg_pool_give(pool, conns[0]);
	conns[0] = pg_pool_take(pool, pg_pool_deadline(pool));
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_ne(PQbackendPID(conns[0]->pg), pids[i]);
	pg_pool_give(pool, conns[0]);
	store_close(&store);
}
END_TEST

static int64_t number_of(struct world *w, const char *sql, int64_t value)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(w->store, &rows, sql, VALUES(V_INT(value)));
	ck_found(pg_rows_next(&rows));
	return pg_rows_int64(&rows);
}

START_TEST(a_connection_that_ended_while_idle_is_not_handed_out)
{
	WORLD_EMPTY(w);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	struct store *store = open_with(&w, 1, 5000);
	struct pg_pool *pool = pg_engine_of(store)->pool;
	struct pg_conn *conn = pg_pool_take(pool, pg_pool_deadline(pool));
	int pid = PQbackendPID(conn->pg);
	pg_pool_give(pool, conn);
	number_of(&w, "SELECT pg_terminate_backend($1::integer)", pid);
	while (number_of(&w, "SELECT count(*) FROM pg_stat_activity WHERE pid = $1", pid) > 0)
		continue;
	conn = pg_pool_take(pool, pg_pool_deadline(pool));
	ck_assert_int_ne(PQbackendPID(conn->pg), pid);
	pg_pool_give(pool, conn);
	store_close(&store);
}
END_TEST

static void add_tests(TCase *tc)
{
	world_set_engine(&postgres_for_tests);
	tcase_add_test(tc, there_are_never_more_connections_than_allowed);
	tcase_add_test(tc, who_gets_none_is_told_in_time);
	tcase_add_test(tc, who_takes_again_and_again_starves_nobody);
	tcase_add_test(tc, what_is_given_back_within_a_transaction_is_not_used_again);
	tcase_add_test(tc, a_connection_that_ended_while_idle_is_not_handed_out);
	tcase_add_test(tc, a_lost_connection_takes_the_idle_ones_with_it);
}

TEST_MAIN("store/postgres pool", add_tests)
