/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of connections and its sweep. Cutting is shutdown(2), never close(2): the loop sees the
 * end of the stream, lets the library clean up, and may still write a 408. Who is not gone two
 * seconds later is shut down in both directions. */
#include "http/connection.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/ensure.h"

enum { PHASE_BITS = 4, SIZE_FIRST = 256, SWEEP_BATCH = 256, GRACE_MS = 2000 };

static uint64_t pack(enum connection_phase phase, int64_t deadline_ms)
{
	return (uint64_t)deadline_ms << PHASE_BITS | (uint64_t)phase;
}

static enum connection_phase phase_in(uint64_t state)
{
	return (enum connection_phase)(state & ((1u << PHASE_BITS) - 1));
}

static int64_t deadline_in(uint64_t state)
{
	return (int64_t)(state >> PHASE_BITS);
}

void connection_table_init(struct connection_table *table)
{
	*table = (struct connection_table){ .size = SIZE_FIRST };
	ensure(pthread_mutex_init(&table->lock, NULL) == 0);
	table->by_fd = xcalloc(table->size, sizeof(struct connection *));
}

void connection_table_fini(struct connection_table *table)
{
	for (size_t i = 0; i < table->size; i++)
		ensure(table->by_fd[i] == NULL);
	free(table->by_fd);
	table->by_fd = NULL;
	pthread_mutex_destroy(&table->lock);
}

static void grow(struct connection_table *table, size_t need)
{
	size_t size = table->size;
	while (size <= need)
		size *= 2;
	struct connection **by_fd = xcalloc(size, sizeof(struct connection *));
	memcpy(by_fd, table->by_fd, table->size * sizeof(struct connection *));
	free(table->by_fd);
	table->by_fd = by_fd;
	table->size = size;
}

void connection_add(struct connection_table *table, struct connection *connection)
{
	size_t i = (size_t)connection->fd;
	pthread_mutex_lock(&table->lock);
	if (i >= table->size)
		grow(table, i);
	ensure(table->by_fd[i] == NULL);
	table->by_fd[i] = connection;
	pthread_mutex_unlock(&table->lock);
}

void connection_remove(struct connection_table *table, struct connection *connection)
{
	size_t i = (size_t)connection->fd;
	pthread_mutex_lock(&table->lock);
	ensure(table->by_fd[i] == connection);
	table->by_fd[i] = NULL;
	pthread_mutex_unlock(&table->lock);
}

bool connection_enter(struct connection *connection, enum connection_phase phase,
		      int64_t deadline_ms)
{
	uint64_t old = atomic_load_explicit(&connection->state, memory_order_relaxed);
	if (phase_in(old) == PHASE_EXPIRED)
		return false;
	/* Nobody but the sweep writes here besides the loop, and the sweep writes one thing. */
	return atomic_compare_exchange_strong_explicit(&connection->state, &old,
						       pack(phase, deadline_ms),
						       memory_order_acq_rel, memory_order_relaxed);
}

enum connection_phase connection_phase_of(const struct connection *connection)
{
	return phase_in(atomic_load_explicit(&connection->state, memory_order_relaxed));
}

bool connection_is_expired(const struct connection *connection)
{
	return connection_phase_of(connection) == PHASE_EXPIRED;
}

/* The library looks for the end when it is told that there is something to read, and then reads
 * once: where a byte came in the same moment it has to be told again, and can still answer. */
static void shut_again(const struct connection *connection, bool for_good)
{
	(void)shutdown(connection->fd, for_good ? SHUT_RDWR : SHUT_RD);
}

/* True when it is over its deadline, and the loop has not ended it yet. */
static bool judge(struct connection *connection, int64_t now_ms, bool idle_too)
{
	uint64_t state = atomic_load_explicit(&connection->state, memory_order_acquire);
	enum connection_phase phase = phase_in(state);
	int64_t deadline = deadline_in(state);
	bool over = deadline != 0 && deadline <= now_ms;
	/* Only its reading side, and without a mark: a request that has arrived already is still
	 * answered. */
	if (phase == PHASE_IDLE && idle_too)
		(void)shutdown(connection->fd, SHUT_RD);
	if (phase == PHASE_EXPIRED)
		shut_again(connection, over);
	if (phase == PHASE_EXPIRED || !over)
		return phase == PHASE_EXPIRED;
	/* Fails when the loop went on in this very moment: then there is a new deadline. Only
	 * reading is shut where an answer may still go out. */
	if (atomic_compare_exchange_strong(&connection->state, &state,
					   pack(PHASE_EXPIRED, now_ms + GRACE_MS)))
		(void)shutdown(connection->fd, phase == PHASE_SENDING ? SHUT_RDWR : SHUT_RD);
	return true;
}

/* One system call tells of all of them. A peer that has only closed his sending side counts as
 * gone: the library drops him as well. */
static void mark_gone(struct connection **parked, size_t count)
{
	struct pollfd polls[SWEEP_BATCH];
	for (size_t i = 0; i < count; i++)
		polls[i] = (struct pollfd){ .fd = parked[i]->fd, .events = POLLRDHUP };
	if (count == 0 || poll(polls, count, 0) <= 0)
		return;
	for (size_t i = 0; i < count; i++) {
		if (polls[i].revents != 0)
			atomic_store(&parked[i]->gone, true);
	}
}

static bool sweep_batch(struct connection_table *table, size_t from, int64_t now_ms, bool idle_too)
{
	struct connection *parked[SWEEP_BATCH];
	size_t parked_count = 0;
	bool expired = false;
	for (size_t i = from; i < table->size && i < from + SWEEP_BATCH; i++) {
		struct connection *connection = table->by_fd[i];
		if (connection == NULL)
			continue;
		if (connection_phase_of(connection) == PHASE_PARKED)
			parked[parked_count++] = connection;
		else
			expired = judge(connection, now_ms, idle_too) || expired;
	}
	mark_gone(parked, parked_count);
	return expired;
}

bool connection_sweep(struct connection_table *table, int64_t now_ms, bool idle_too)
{
	bool expired = false;
	/* The lock is given back between batches: loops that open and close connections need it
	 * too. */
	for (size_t from = 0;; from += SWEEP_BATCH) {
		pthread_mutex_lock(&table->lock);
		bool more = from < table->size;
		if (more)
			expired = sweep_batch(table, from, now_ms, idle_too) || expired;
		pthread_mutex_unlock(&table->lock);
		if (!more)
			return expired;
	}
}
