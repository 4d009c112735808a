/* SPDX-License-Identifier: Apache-2.0
 *
 * A bounded pool of connections. Callers wait for a free one up to their deadline; connecting,
 * which may block for seconds, is done by a thread of the pool's own, one attempt at a time and
 * with growing pauses while the server is away. When it has been away for longer than the callers'
 * patience, they are turned away at once until it is back. */
#ifndef STORE_POSTGRES_PG_POOL_H
#define STORE_POSTGRES_PG_POOL_H

#include "base/attr.h"
#include "base/err.h"
#include "store/postgres/pg_conn.h"

struct pg_pool;

struct pg_pool_options {
	const char *database; /* outlives the pool */
	unsigned connections;
	int64_t wait_ms;
	bool pooled_elsewhere;
};
struct pg_pool *pg_pool_new(const struct pg_pool_options *options);
/* All connections have been given back. */
void pg_pool_free(struct pg_pool **pool);

/* A connection for this thread, with `deadline_ms` as its deadline; NULL when none was free or
 * could be made until then. */
struct pg_conn *pg_pool_take(struct pg_pool *pool, int64_t deadline_ms);
/* The deadline of a call that starts now: wait_ms from here. */
int64_t pg_pool_deadline(const struct pg_pool *pool);
/* How long the server lets a statement wait for a lock. No write begins with less time left than
 * this, so that one which waits for a single lock is not carried out after its caller has given up.
 * With several locks, or through a pooler, it may be. */
int64_t pg_pool_lock_ms(const struct pg_pool *pool);
/* Back into the pool; a lost one is closed, and all idle ones that are as old as it with it. */
void pg_pool_give(struct pg_pool *pool, struct pg_conn *conn);

#endif
