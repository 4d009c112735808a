/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread, one round a second. A round asks the clock anew, and works up whatever time has
 * passed since the last one: a machine that slept, or a clock that was set, gets all that is due at
 * once. */
#include "flow/housekeeping.h"

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
#include "domain/throttle.h"
#include "flow/alarm.h"
#include "flow/budget.h"
#include "flow/census.h"
#include "flow/common_clock.h"
#include "flow/issue_meter.h"
#include "flow/poll_table.h"
#include "flow/signing.h"

enum {
	ROUND_MS = 1000,
	REREAD_S = 10, /* decisions this old are read again: another node's clock, and its commit,
			  may be late */
	POLL_KEEP_S = 600, /* an expired code is answered from memory for so long */
	BEAT_EVERY_S = 5,
	SWEEP_EVERY_S = 30,
	SWEEP_LEASE_S = 60, /* a node that died is stood in for after so long */
	SWEEP_BATCH = 500,
	SWEEP_BATCHES = 20, /* in one round */
	SWEEP_PAUSE_MS = 5, /* between batches: others write too */
};

struct housekeeping {
	struct housekeeping_options options;
	pthread_t thread;
	int stop; /* an eventfd: readable means stop */
	atomic_bool warm;
	/* of the thread alone */
	int64_t last_round;    /* 0: none yet, as below */
	int64_t decided_until; /* every decision until then is known here */
	int64_t last_beat;
	int64_t last_sweep;
	int64_t last_keys;
};

/* False when it is time to stop. */
static bool wait_ms(const struct housekeeping *keeper, int ms)
{
	struct pollfd fd = { .fd = keeper->stop, .events = POLLIN };
	int ready = poll(&fd, 1, ms);
	ensure(ready >= 0 || errno == EINTR);
	return ready <= 0;
}

/* --- the poll table
 * --------------------------------------------------------------------------------------------------
 */

static void warm_one(void *arg, const struct device_brief *brief)
{
	const struct flow *flow = arg;
	struct address address = { .family = ADDRESS_LOCAL };
	if (address_parse(brief->address, &address) != ERR_OK)
		address = (struct address){ .family = ADDRESS_LOCAL };
	const struct poll_entry entry = {
		.code_hash = &brief->code_hash,
		.client = &brief->client,
		.expires = brief->expires,
		.source = issue_meter_source(flow->meter, &address),
	};
	/* Counted first: as soon as it stands in the table, another thread may let go of it. */
	issue_meter_add_live(flow->meter, entry.source);
	if (!poll_table_add(flow->polls, &entry))
		issue_meter_release(flow->meter, entry.source);
	poll_table_set_status(flow->polls, &brief->code_hash, brief->status);
}

static void warm_up(struct housekeeping *keeper)
{
	struct flow flow = *keeper->options.flow;
	int64_t now = clock_now();
	keeper->decided_until = now;
	if (store_device_grant_each_live(flow.store, now, warm_one, &flow) != ERR_OK)
		log_plain(LOG_WARN,
			  "pending device codes were not read at start: they are read one by one");
	atomic_store(&keeper->warm, true);
}

static void set_decided(void *arg, const struct device_brief *brief)
{
	const struct flow *flow = arg;
	poll_table_set_status(flow->polls, &brief->code_hash, brief->status);
}

/* What failed is read by the next round. */
static void reread_decided(struct housekeeping *keeper, int64_t now)
{
	struct flow flow = *keeper->options.flow;
	int64_t since = (keeper->decided_until < now ? keeper->decided_until : now) - REREAD_S;
	if (store_device_grant_each_decided(flow.store, since, set_decided, &flow) == ERR_OK)
		keeper->decided_until = now;
}

static void sweep_polls(struct housekeeping *keeper, int64_t now)
{
	int64_t passed = now - keeper->last_round;
	int shards = passed > 0 && passed < POLL_TABLE_SHARDS ? (int)passed : 1;
	if (passed >= POLL_TABLE_SHARDS)
		shards = POLL_TABLE_SHARDS;
	for (int i = 0; i < shards; i++)
		poll_table_sweep(keeper->options.flow->polls, now, POLL_KEEP_S);
}

/* --- guessing
 * -------------------------------------------------------------------------------------- */

static void watch_codes(const struct flow *flow, int64_t now)
{
	uint32_t count;
	/* RFC8628#5.1: guesses from everywhere at once make codes longer for everybody */
	if (budget_server_count(flow, now, &count) == ERR_OK)
		alarm_set_code_attack(flow->alarm, throttle_server_is_attacked(count));
}

/* --- among the other nodes
 * ------------------------------------------------------------------------------------------- */

static bool is_due(int64_t now, int64_t last, int64_t every)
{
	int64_t passed = now - last;
	return passed < 0 || passed >= every;
}

static void beat_when_due(struct housekeeping *keeper, int64_t now)
{
	if (is_due(now, keeper->last_beat, BEAT_EVERY_S) &&
	    census_beat(keeper->options.flow) == ERR_OK)
		keeper->last_beat = now;
}

static struct lease sweep_lease(const struct housekeeping *keeper)
{
	return (struct lease){ SLICE("sweep"), *census_self(keeper->options.flow->census),
			       SWEEP_LEASE_S };
}

/* True when nothing past use is left, or another node looks after it. */
static bool sweep_store(const struct housekeeping *keeper, int64_t now)
{
	const struct lease lease = sweep_lease(keeper);
	uint64_t fence;
	if (store_lease_take(keeper->options.flow->store, &lease, now, &fence) != ERR_OK)
		return true;
	const struct sweep sweep = {
		.now = now,
		.session_idle = keeper->options.flow->settings.session.idle,
		.keep_dead = keeper->options.keep_dead,
		.keep_events = keeper->options.keep_events,
		.limit = SWEEP_BATCH,
		.fence = fence,
	};
	for (int i = 0; i < SWEEP_BATCHES; i++) {
		size_t deleted = 0;
		enum err err = store_sweep(keeper->options.flow->store, &sweep, &deleted);
		if (err != ERR_OK || deleted < SWEEP_BATCH)
			return true;
		if (!wait_ms(keeper, SWEEP_PAUSE_MS))
			return true;
	}
	return false;
}

/* As long as rows are left over, each round sweeps. */
static void sweep_when_due(struct housekeeping *keeper, int64_t now)
{
	if (is_due(now, keeper->last_sweep, SWEEP_EVERY_S) && sweep_store(keeper, now))
		keeper->last_sweep = now;
}

/* Signing keys: of the first start in each round until they are there. */
static void keep_keys_when_due(struct housekeeping *keeper, int64_t now)
{
	const struct flow *flow = keeper->options.flow;
	if (!flow->signing ||
	    (signing_is_ready(flow->signing) && !is_due(now, keeper->last_keys, SIGNING_REREAD_S)))
		return;
	AUTO(arena) struct arena *arena = arena_new();
	const struct call call = {
		.arena = arena,
		.now = now,
		.now_ms = clock_mono_ms(),
		.actor = SLICE("housekeeper"),
	};
	signing_keep(flow, &call);
	keeper->last_keys = now;
}

/* --- the thread
 * ------------------------------------------------------------------------------------------------------
 */

static void run_round(struct housekeeping *keeper)
{
	/* What the database said last holds until it says something new. */
	if (common_clock_follow(keeper->options.flow->store) != ERR_OK)
		log_plain(LOG_WARN, "the database does not say what time it is");
	int64_t now = clock_now();
	reread_decided(keeper, now);
	sweep_polls(keeper, now);
	watch_codes(keeper->options.flow, now);
	beat_when_due(keeper, now);
	sweep_when_due(keeper, now);
	keep_keys_when_due(keeper, now);
	keeper->last_round = now;
}

static void leave(struct housekeeping *keeper)
{
	const struct lease lease = sweep_lease(keeper);
	if (store_lease_release(keeper->options.flow->store, &lease) != ERR_OK)
		log_plain(LOG_WARN, "another node will sweep only when the lease has run out");
	census_leave(keeper->options.flow);
}

static void *run(void *arg)
{
	struct housekeeping *keeper = arg;
	struct flow flow = *keeper->options.flow;
	store_device_grant_watch(flow.store, set_decided, &flow);
	warm_up(keeper);
	do {
		run_round(keeper);
	} while (wait_ms(keeper, ROUND_MS));
	store_device_grant_watch(flow.store, NULL, NULL);
	leave(keeper);
	return NULL;
}

enum err housekeeping_start(const struct housekeeping_options *options, struct housekeeping **out)
{
	*out = NULL;
	struct housekeeping *keeper = xcalloc(1, sizeof(*keeper));
	keeper->options = *options;
	if (options->flow->signing && !signing_is_ready(options->flow->signing))
		signing_expect(options->flow->signing);
	keeper->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int rc = keeper->stop < 0 ? errno : thread_start(&keeper->thread, 0, run, keeper);
	if (rc != 0) {
		log_error("housekeeping cannot start", LOG_NUMBER("errno", rc));
		fd_fini(&keeper->stop);
		free(keeper);
		return ERR_IO;
	}
	*out = keeper;
	return ERR_OK;
}

bool housekeeping_is_warm(const struct housekeeping *housekeeping)
{
	return atomic_load(&housekeeping->warm);
}

void housekeeping_stop(struct housekeeping **housekeeping)
{
	if (!*housekeeping)
		return;
	if ((*housekeeping)->options.flow->signing)
		signing_give_up((*housekeeping)->options.flow->signing);
	ensure(eventfd_write((*housekeeping)->stop, 1) == 0);
	ensure(pthread_join((*housekeeping)->thread, NULL) == 0);
	fd_fini(&(*housekeeping)->stop);
	free(*housekeeping);
	*housekeeping = NULL;
}
