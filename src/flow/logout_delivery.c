/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread looks for jobs; each that it claims gets a thread for as long as it takes. Most
 * servers never have one. A client that was slow just now has one at a time: whoever registers one
 * that hangs shall not have all of the threads wait for it. */
#include "flow/logout_delivery.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/thread.h"
#include "flow/slow_clients.h"

enum {
	LOOK_MS = 5000, /* for what other nodes left, and for what is to be tried again */
	CLAIM_S = 30,   /* longer than a fetch can take; what a dead node had waits for as long */
	SLOTS = 4,      /* of the places of fetch/, which others need too */
	SLOW_MS = 2000,
	STACK = 512 * 1024,
};

enum slot_state { SLOT_FREE = 0, SLOT_BUSY, SLOT_ENDED };

struct slot {
	struct logout_delivery *owner;
	pthread_t thread;
	atomic_int state;
	struct arena *arena; /* of one job */
	struct job_row job;
	int64_t began_ms;
};

struct logout_delivery {
	const struct flow *flow;
	pthread_t thread;
	int bell; /* an eventfd: something is to be done */
	atomic_bool stop;
	struct slot slots[SLOTS];
	struct slow_clients slow; /* of the thread alone */
};

static void ring(struct logout_delivery *delivery)
{
	/* Full means that it has been rung often enough. */
	int rc = eventfd_write(delivery->bell, 1);
	ensure(rc == 0 || errno == EAGAIN);
}

static void wait_for_bell(struct logout_delivery *delivery)
{
	struct pollfd fd = { .fd = delivery->bell, .events = POLLIN };
	eventfd_t rung;
	int ready = poll(&fd, 1, LOOK_MS);
	ensure(ready >= 0 || errno == EINTR);
	if (ready > 0 && eventfd_read(delivery->bell, &rung) != 0)
		ensure(errno == EAGAIN);
}

/* --- one job ------------------------------------------------------------------------------------
 */

static struct call call_now(struct arena *arena)
{
	return (struct call){
		.arena = arena,
		.now = clock_now(),
		.now_ms = clock_mono_ms(),
	};
}

static void *deliver(void *arg)
{
	struct slot *slot = arg;
	const struct call call = call_now(slot->arena);
	logout_deliver(slot->owner->flow, &call, &slot->job);
	atomic_store(&slot->state, SLOT_ENDED);
	ring(slot->owner);
	return NULL;
}

static void free_slot(struct slot *slot)
{
	arena_free(&slot->arena);
	atomic_store(&slot->state, SLOT_FREE);
}

static bool is_under_way(const struct logout_delivery *delivery, const struct id *client)
{
	for (size_t i = 0; i < SLOTS; i++) {
		const struct slot *slot = &delivery->slots[i];
		if (atomic_load(&slot->state) != SLOT_FREE && id_equal(&slot->job.client, client))
			return true;
	}
	return false;
}

/* True when it was put off. */
static bool put_off(const struct logout_delivery *delivery, const struct call *call,
		    const struct job_row *job)
{
	int64_t next = job_next_attempt(job, call->now);
	if (next == 0 || !slow_clients_have(&delivery->slow, &job->client, call->now_ms) ||
	    !is_under_way(delivery, &job->client))
		return false;
	return store_job_retry(delivery->flow->store, &job->id, next) == ERR_OK;
}

static bool start(struct slot *slot, const struct call *call, const struct job_row *job)
{
	slot->job = *job;
	slot->began_ms = call->now_ms;
	atomic_store(&slot->state, SLOT_BUSY);
	int rc = thread_start(&slot->thread, STACK, deliver, slot);
	if (rc == 0)
		return true;
	log_error("a logout token waits for a thread", LOG_NUMBER("errno", rc));
	free_slot(slot); /* the claim runs out */
	return false;
}

/* False when nothing more is to be done now. */
static bool fill_slot(struct logout_delivery *delivery, struct slot *slot)
{
	struct job_list jobs = { 0 };
	slot->arena = arena_new();
	const struct call call = call_now(slot->arena);
	const struct job_claim claim = { call.now, call.now + CLAIM_S, 1 };
	enum err err = store_job_claim(delivery->flow->store, slot->arena, &claim, &jobs);
	bool is_there = err == ERR_OK && jobs.count > 0;
	if (is_there && !put_off(delivery, &call, &jobs.items[0]))
		return start(slot, &call, &jobs.items[0]);
	free_slot(slot);
	return is_there;
}

/* --- the thread ---------------------------------------------------------------------------------
 */

static void reap(struct logout_delivery *delivery, bool all)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct slot *slot = &delivery->slots[i];
		int state = atomic_load(&slot->state);
		if (state == SLOT_FREE || (state == SLOT_BUSY && !all))
			continue;
		ensure(pthread_join(slot->thread, NULL) == 0);
		int64_t now_ms = clock_mono_ms();
		if (now_ms - slot->began_ms > SLOW_MS)
			slow_clients_add(&delivery->slow, &slot->job.client, now_ms);
		free_slot(slot);
	}
}

static struct slot *find_free(struct logout_delivery *delivery)
{
	for (size_t i = 0; i < SLOTS; i++) {
		if (atomic_load(&delivery->slots[i].state) == SLOT_FREE)
			return &delivery->slots[i];
	}
	return NULL;
}

static void fill_slots(struct logout_delivery *delivery)
{
	struct slot *slot;
	while (!atomic_load(&delivery->stop) && (slot = find_free(delivery)) != NULL) {
		if (!fill_slot(delivery, slot))
			return;
	}
}

static void *run(void *arg)
{
	struct logout_delivery *delivery = arg;
	while (!atomic_load(&delivery->stop)) {
		reap(delivery, false);
		fill_slots(delivery);
		wait_for_bell(delivery);
	}
	reap(delivery, true);
	return NULL;
}

enum err logout_delivery_start(const struct flow *flow, struct logout_delivery **out)
{
	*out = NULL;
	if (!flow->fetch)
		return ERR_OK;
	struct logout_delivery *delivery = xcalloc(1, sizeof(*delivery));
	delivery->flow = flow;
	delivery->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	for (size_t i = 0; i < SLOTS; i++)
		delivery->slots[i].owner = delivery;
	int rc = delivery->bell < 0 ? errno : thread_start(&delivery->thread, 0, run, delivery);
	if (rc != 0) {
		log_error("logout tokens cannot be delivered", LOG_NUMBER("errno", rc));
		fd_fini(&delivery->bell);
		free(delivery);
		return ERR_IO;
	}
	*out = delivery;
	return ERR_OK;
}

void logout_delivery_wake(struct logout_delivery *delivery)
{
	if (delivery)
		ring(delivery);
}

void logout_delivery_stop(struct logout_delivery **delivery)
{
	if (!*delivery)
		return;
	atomic_store(&(*delivery)->stop, true);
	ring(*delivery);
	ensure(pthread_join((*delivery)->thread, NULL) == 0);
	fd_fini(&(*delivery)->bell);
	free(*delivery);
	*delivery = NULL;
}
