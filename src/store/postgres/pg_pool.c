/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool. Who finds no free connection queues up, and a connection that is given back goes
 * straight to the first of the queue: nobody waits while others are served twice. The connector is
 * the only thread that opens, and opens when somebody waits; while the server is away it goes on
 * trying, so that those who are turned away at once find out when it is back. */
#include "store/postgres/pg_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/thread.h"

enum {
	LOCK_SHARE = 4, /* of a caller's patience goes into one wait for a lock */
	IDLE_KEPT = 4,  /* of those that nobody has needed for a while */
	IDLE_MS = 60000,
	PRUNE_MS = 15000,
	PAUSE_FIRST_MS = 50,
	PAUSE_MOST_MS = 1000,
	BUSY_LOG_MS = 10000
};

struct waiter {
	pthread_cond_t cond;
	struct pg_conn *conn; /* that was handed over */
	bool turned_away;
	struct waiter *next;
};

struct pg_pool {
	struct pg_pool_options options;
	pthread_t thread;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t work;  /* the connector's */
	struct pg_conn *idle; /* the one that was used last is the first */
	size_t idle_count;
	size_t open; /* idle, in use, or about to be closed */
	struct waiter *first;
	struct waiter **last;
	size_t waiting;
	uint64_t generation;
	int64_t away_since_ms; /* 0: the server is there, as far as we know */
	int64_t busy_logged_ms;
	int64_t pause_ms; /* after the next attempt that fails */
	bool stopping;
};

int64_t pg_pool_deadline(const struct pg_pool *pool)
{
	return clock_mono_ms() + pool->options.wait_ms;
}

int64_t pg_pool_lock_ms(const struct pg_pool *pool)
{
	return pool->options.wait_ms / LOCK_SHARE;
}

/* --- the queue; the lock is held
 * ------------------------------------------------------------------------------- */

static void queue_add(struct pg_pool *pool, struct waiter *waiter)
{
	*pool->last = waiter;
	pool->last = &waiter->next;
	pool->waiting++;
}

static void queue_remove(struct pg_pool *pool, struct waiter *waiter)
{
	struct waiter **link = &pool->first;
	while (*link != waiter)
		link = &(*link)->next;
	*link = waiter->next;
	if (pool->last == &waiter->next)
		pool->last = link;
	pool->waiting--;
}

static void hand_over(struct pg_pool *pool, struct pg_conn *conn)
{
	struct waiter *waiter = pool->first;
	if (waiter == NULL) {
		conn->idle_since_ms = clock_mono_ms();
		conn->next = pool->idle;
		pool->idle = conn;
		pool->idle_count++;
		return;
	}
	queue_remove(pool, waiter);
	waiter->conn = conn;
	pthread_cond_signal(&waiter->cond);
}

/* Longer than anybody wants to wait, and nothing is left that could be given back. */
static bool is_away(const struct pg_pool *pool)
{
	return pool->away_since_ms != 0 && pool->open == 0 &&
	       clock_mono_ms() - pool->away_since_ms >= pool->options.wait_ms;
}

static void turn_all_away(struct pg_pool *pool)
{
	while (pool->first != NULL) {
		struct waiter *waiter = pool->first;
		queue_remove(pool, waiter);
		waiter->turned_away = true;
		pthread_cond_signal(&waiter->cond);
	}
}

static bool has_room(const struct pg_pool *pool)
{
	return pool->open < pool->options.connections;
}

static void log_busy(struct pg_pool *pool)
{
	int64_t now_ms = clock_mono_ms();
	if (pool->open == 0 || has_room(pool) || now_ms - pool->busy_logged_ms < BUSY_LOG_MS)
		return;
	pool->busy_logged_ms = now_ms;
	log_warn("all connections to the database are in use",
		 LOG_NUMBER("connections", pool->options.connections),
		 LOG_NUMBER("waiting", pool->waiting));
}

static struct pg_conn *wait_for_one(struct pg_pool *pool, int64_t deadline_ms)
{
	struct waiter waiter = { 0 };
	if (is_away(pool))
		return NULL;
	thread_cond_init(&waiter.cond);
	queue_add(pool, &waiter);
	pthread_cond_signal(&pool->work);
	bool in_time = true;
	while (in_time && waiter.conn == NULL && !waiter.turned_away)
		in_time = thread_cond_wait(&waiter.cond, &pool->lock, deadline_ms);
	if (waiter.conn == NULL && !waiter.turned_away) {
		queue_remove(pool, &waiter);
		log_busy(pool);
	}
	pthread_cond_destroy(&waiter.cond);
	return waiter.conn;
}

/* --- taking and giving
 * ----------------------------------------------------------------------------------------- */

static struct pg_conn *take_one(struct pg_pool *pool, int64_t deadline_ms)
{
	pthread_mutex_lock(&pool->lock);
	struct pg_conn *conn = pool->idle;
	if (conn != NULL) {
		pool->idle = conn->next;
		pool->idle_count--;
	} else {
		conn = wait_for_one(pool, deadline_ms);
	}
	pthread_mutex_unlock(&pool->lock);
	if (conn == NULL)
		return NULL;
	conn->next = NULL;
	conn->deadline_ms = deadline_ms;
	conn->trouble = PG_DONE;
	return conn;
}

/* A connection that has ended while it was idle is better noticed before anything is sent. */
struct pg_conn *pg_pool_take(struct pg_pool *pool, int64_t deadline_ms)
{
	struct pg_conn *conn = take_one(pool, deadline_ms);
	while (conn != NULL && !pg_conn_look(conn)) {
		pg_pool_give(pool, conn);
		conn = take_one(pool, deadline_ms);
	}
	return conn;
}

static void close_all(struct pg_conn *conn)
{
	while (conn != NULL) {
		struct pg_conn *next = conn->next;
		pg_conn_close(conn);
		free(conn);
		conn = next;
	}
}

/* Takes the idle ones up to this generation out, in front of `list`. The lock is held. */
static struct pg_conn *take_generation(struct pg_pool *pool, uint64_t generation,
				       struct pg_conn *list)
{
	struct pg_conn **link = &pool->idle;
	while (*link != NULL) {
		struct pg_conn *conn = *link;
		if (conn->generation > generation) {
			link = &conn->next;
			continue;
		}
		*link = conn->next;
		conn->next = list;
		list = conn;
		pool->idle_count--;
	}
	return list;
}

/* They count as open until they are closed: the server has its own limit. */
static void close_counted(struct pg_pool *pool, struct pg_conn *list)
{
	size_t count = 0;
	for (const struct pg_conn *conn = list; conn != NULL; conn = conn->next)
		count++;
	close_all(list);
	pthread_mutex_lock(&pool->lock);
	pool->open -= count;
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
}

static bool is_clean(const struct pg_conn *conn)
{
	return PQstatus(conn->pg) == CONNECTION_OK && PQtransactionStatus(conn->pg) == PQTRANS_IDLE;
}

void pg_pool_give(struct pg_pool *pool, struct pg_conn *conn)
{
	bool lost = conn->lost || PQstatus(conn->pg) != CONNECTION_OK;
	if (!lost && is_clean(conn)) {
		pthread_mutex_lock(&pool->lock);
		hand_over(pool, conn);
		pthread_mutex_unlock(&pool->lock);
		return;
	}
	pthread_mutex_lock(&pool->lock);
	conn->next = NULL;
	if (lost)
		conn = take_generation(pool, conn->generation, conn);
	if (lost)
		pool->generation++;
	pthread_mutex_unlock(&pool->lock);
	close_counted(pool, conn);
}

/* --- the connector
 * --------------------------------------------------------------------------------------------- */

static struct pg_conn *open_one(const struct pg_pool *pool, struct pg_conn *conn)
{
	const struct pg_pool_options *options = &pool->options;
	if (pg_conn_open(conn, options->database, options->pooled_elsewhere) != ERR_OK)
		return NULL;
	if (pg_conn_settle(conn, pg_pool_lock_ms(pool)) == ERR_OK)
		return conn;
	pg_conn_close(conn);
	return NULL;
}

/* The lock is held, and is let go while the server is asked. `*spare` is what the next connection
 * will be. */
static bool connect_one(struct pg_pool *pool, struct pg_conn **spare)
{
	int64_t started_ms = clock_mono_ms();
	uint64_t generation = pool->generation;
	if (*spare == NULL)
		*spare = xcalloc(1, sizeof(**spare));
	pthread_mutex_unlock(&pool->lock);
	struct pg_conn *conn = open_one(pool, *spare);
	pthread_mutex_lock(&pool->lock);
	if (conn == NULL) {
		if (pool->open > 0)
			pool->away_since_ms = 0; /* it only takes no more of them */
		else if (pool->away_since_ms == 0)
			pool->away_since_ms = started_ms;
		if (is_away(pool))
			turn_all_away(pool);
		return false;
	}
	if (pool->away_since_ms != 0 && pool->open == 0)
		log_info("the database is there again",
			 LOG_NUMBER("after_ms", clock_mono_ms() - pool->away_since_ms));
	*spare = NULL;
	pool->away_since_ms = 0;
	conn->generation = generation;
	pool->open++;
	hand_over(pool, conn);
	return true;
}

/* The last in the list have been idle for longest. The lock is held. */
static struct pg_conn *take_unused(struct pg_pool *pool)
{
	int64_t since_ms = clock_mono_ms() - IDLE_MS;
	struct pg_conn **link = &pool->idle;
	for (size_t i = 0; i < IDLE_KEPT && *link != NULL; i++)
		link = &(*link)->next;
	while (*link != NULL && (*link)->idle_since_ms > since_ms)
		link = &(*link)->next;
	struct pg_conn *unused = *link;
	*link = NULL;
	for (const struct pg_conn *conn = unused; conn != NULL; conn = conn->next)
		pool->idle_count--;
	return unused;
}

static void prune(struct pg_pool *pool)
{
	struct pg_conn *unused = take_unused(pool);
	if (unused == NULL)
		return;
	pthread_mutex_unlock(&pool->lock);
	close_counted(pool, unused);
	pthread_mutex_lock(&pool->lock);
}

/* Between half the pause and all of it, so that the nodes of a server that is back do not all come
 * at once. */
static void pause_a_while(struct pg_pool *pool)
{
	uint32_t random;
	rng_bytes(&random, sizeof(random));
	int64_t half_ms = pool->pause_ms / 2;
	int64_t until_ms = clock_mono_ms() + half_ms + (int64_t)random % (half_ms + 1);
	pool->pause_ms = pool->pause_ms * 2 < PAUSE_MOST_MS ? pool->pause_ms * 2 : PAUSE_MOST_MS;
	bool in_time = true;
	while (in_time && !pool->stopping)
		in_time = thread_cond_wait(&pool->work, &pool->lock, until_ms);
}

static bool has_work(const struct pg_pool *pool)
{
	if (pool->away_since_ms != 0 && pool->open == 0)
		return true;
	return pool->waiting > 0 && has_room(pool);
}

static void *connector_main(void *arg)
{
	struct pg_pool *pool = arg;
	struct pg_conn *spare = NULL;
	pthread_mutex_lock(&pool->lock);
	while (!pool->stopping) {
		if (!has_work(pool)) {
			if (!thread_cond_wait(&pool->work, &pool->lock, clock_mono_ms() + PRUNE_MS))
				prune(pool);
		} else if (connect_one(pool, &spare)) {
			pool->pause_ms = PAUSE_FIRST_MS;
		} else {
			pause_a_while(pool);
		}
	}
	pthread_mutex_unlock(&pool->lock);
	free(spare);
	return NULL;
}

struct pg_pool *pg_pool_new(const struct pg_pool_options *options)
{
	struct pg_pool *pool = xcalloc(1, sizeof(*pool));
	pool->options = *options;
	pool->last = &pool->first;
	pool->generation = 1;
	pool->pause_ms = PAUSE_FIRST_MS;
	pool->busy_logged_ms = clock_mono_ms() - BUSY_LOG_MS;
	ensure(pthread_mutex_init(&pool->lock, NULL) == 0);
	thread_cond_init(&pool->work);
	ensure(thread_start(&pool->thread, 0, connector_main, pool) == 0);
	return pool;
}

void pg_pool_free(struct pg_pool **pointer)
{
	struct pg_pool *pool = *pointer;
	if (pool == NULL)
		return;
	*pointer = NULL;
	pthread_mutex_lock(&pool->lock);
	pool->stopping = true;
	pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	pthread_join(pool->thread, NULL);
	ensure(pool->idle_count == pool->open && pool->waiting == 0);
	close_all(pool->idle);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}
