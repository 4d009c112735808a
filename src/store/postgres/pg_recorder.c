/* SPDX-License-Identifier: Apache-2.0
 *
 * The recorder. An event gets its id when it is posted, so that a batch that is written again,
 * since nobody knows what became of it, changes nothing the second time. */
#include "store/postgres/pg_recorder.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/thread.h"
#include "store/event_ring.h"
#include "store/postgres/pg_object.h"

enum { BATCH_MAX = 256, AGAIN_MS = 500, LAST_MS = 2000 };

struct pg_recorder {
	struct pg_pool *pool;
	pthread_t thread;
	pthread_mutex_t lock; /* of the ring, the ids and the flags */
	pthread_cond_t work;
	struct event_ring ring;
	struct id ids[EVENT_RING_MAX]; /* beside the slots of the ring */
	bool stopping;
	struct value values[BATCH_MAX * PG_EVENT_VALUES]; /* the thread's own */
};

void pg_recorder_post(struct pg_recorder *recorder, const struct event *event)
{
	struct event_ring *ring = &recorder->ring;
	struct id id;
	rng_bytes(&id, sizeof(id));
	pthread_mutex_lock(&recorder->lock);
	if (ring->count < EVENT_RING_MAX)
		recorder->ids[(ring->first + ring->count) % EVENT_RING_MAX] = id;
	event_ring_put(ring, event);
	pthread_cond_signal(&recorder->work);
	pthread_mutex_unlock(&recorder->lock);
}

/* Reads what nobody writes to while it is in the ring; `first` was read under the lock. */
static enum pg_fate write_batch(struct pg_recorder *recorder, size_t first, size_t count,
				int64_t deadline_ms)
{
	static const char sql[] = "INSERT INTO event (" PG_EVENT_COLUMNS ")"
				  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
				  " ON CONFLICT (shard, id) DO NOTHING";
	for (size_t i = 0; i < count; i++)
		pg_event_values(event_ring_at(&recorder->ring, i),
				&recorder->ids[(first + i) % EVENT_RING_MAX],
				recorder->values + i * PG_EVENT_VALUES);
	struct pg_conn *conn = pg_pool_take(recorder->pool, deadline_ms);
	if (conn == NULL)
		return PG_LOST;
	enum pg_fate fate = pg_conn_run_each(conn, sql, recorder->values, PG_EVENT_VALUES, count);
	pg_pool_give(recorder->pool, conn);
	return fate;
}

/* The lock is held. */
static void wait_a_little(struct pg_recorder *recorder)
{
	int64_t until_ms = clock_mono_ms() + AGAIN_MS;
	while (!recorder->stopping && thread_cond_wait(&recorder->work, &recorder->lock, until_ms))
		continue;
}

/* False when nothing waits, or nothing can be written any more. The lock is held. */
static bool write_some(struct pg_recorder *recorder)
{
	struct event_ring *ring = &recorder->ring;
	size_t first = ring->first;
	size_t count = ring->count < BATCH_MAX ? ring->count : BATCH_MAX;
	bool last = recorder->stopping;
	if (count == 0)
		return false;
	int64_t deadline_ms = last ? clock_mono_ms() + LAST_MS : pg_pool_deadline(recorder->pool);
	pthread_mutex_unlock(&recorder->lock);
	enum pg_fate fate = write_batch(recorder, first, count, deadline_ms);
	pthread_mutex_lock(&recorder->lock);
	uint64_t dropped = event_ring_take_dropped(ring);
	if (dropped > 0)
		log_warn("events were dropped", LOG_NUMBER("count", dropped));
	if (fate == PG_DONE)
		event_ring_drop(ring, count);
	else if (!last)
		wait_a_little(recorder);
	return fate == PG_DONE || !last;
}

static void *recorder_main(void *arg)
{
	struct pg_recorder *recorder = arg;
	pthread_mutex_lock(&recorder->lock);
	while (!recorder->stopping) {
		if (recorder->ring.count == 0)
			pthread_cond_wait(&recorder->work, &recorder->lock);
		else
			write_some(recorder);
	}
	while (write_some(recorder))
		continue;
	if (recorder->ring.count > 0)
		log_warn("events were not written", LOG_NUMBER("count", recorder->ring.count));
	pthread_mutex_unlock(&recorder->lock);
	return NULL;
}

struct pg_recorder *pg_recorder_new(struct pg_pool *pool)
{
	struct pg_recorder *recorder = xcalloc(1, sizeof(*recorder));
	recorder->pool = pool;
	event_ring_init(&recorder->ring);
	ensure(pthread_mutex_init(&recorder->lock, NULL) == 0);
	thread_cond_init(&recorder->work);
	ensure(thread_start(&recorder->thread, 0, recorder_main, recorder) == 0);
	return recorder;
}

void pg_recorder_free(struct pg_recorder **pointer)
{
	struct pg_recorder *recorder = *pointer;
	if (recorder == NULL)
		return;
	*pointer = NULL;
	pthread_mutex_lock(&recorder->lock);
	recorder->stopping = true;
	pthread_cond_signal(&recorder->work);
	pthread_mutex_unlock(&recorder->lock);
	pthread_join(recorder->thread, NULL);
	pthread_cond_destroy(&recorder->work);
	pthread_mutex_destroy(&recorder->lock);
	event_ring_fini(&recorder->ring);
	free(recorder);
}
