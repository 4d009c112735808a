/* SPDX-License-Identifier: Apache-2.0
 *
 * Failures that are counted, and the audit log. The rules of store.h hold. */
#ifndef STORE_STORE_EVENTS_H
#define STORE_STORE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/event.h"

struct store;

struct failure_counter {
	struct hash key; /* keyed: names and addresses are not readable */
	uint32_t limit;
	uint32_t window; /* seconds, from the first failure counted */
	bool refuses;    /* false: counts, and never refuses */
};
enum { FAILURE_COUNTERS_MAX = 4 };
struct failure_taken {
	int64_t retry_after; /* seconds until the last of the full ones opens again; 0 when none is
				full */
	uint32_t counts[FAILURE_COUNTERS_MAX]; /* what each counter holds afterwards */
};
/* Counts one against each, unless one that refuses is at its limit: then none is counted, and it is
 * ERR_FULL. */
MUST_USE enum err store_failure_take(struct store *store, const struct failure_counter *counters,
				     size_t count, int64_t now, struct failure_taken *taken);
/* Gives back what an attempt that succeeded had taken. */
MUST_USE enum err store_failure_give_back(struct store *store,
					  const struct failure_counter *counters, size_t count,
					  int64_t now);
/* What one counter holds now; 0 when there is none. */
MUST_USE enum err store_failure_count(struct store *store, const struct failure_counter *counter,
				      int64_t now, uint32_t *count);

/* Queues the event and returns at once: may be called on a loop. Too many waiting are dropped, and
 * their number is logged. */
void store_event_post(struct store *store, const struct event *event);
struct event_filter {
	int64_t since;
	size_t limit;
};
/* Newest first. */
MUST_USE enum err store_event_list(struct store *store, struct arena *arena,
				   const struct event_filter *filter, struct event_list *out);

#endif
