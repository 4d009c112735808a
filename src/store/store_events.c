/* SPDX-License-Identifier: Apache-2.0
 *
 * The front of the store (store.c): hands the calls about failures and events to the engine. */
#include "store/store_events.h"

#include "store/store_ops.h"

enum err store_failure_take(struct store *store, const struct failure_counter *counters,
			    size_t count, int64_t now, struct failure_taken *taken)
{
	return store->ops->failure->take(store, counters, count, now, taken);
}

enum err store_failure_give_back(struct store *store, const struct failure_counter *counters,
				 size_t count, int64_t now)
{
	return store->ops->failure->give_back(store, counters, count, now);
}

enum err store_failure_count(struct store *store, const struct failure_counter *counter,
			     int64_t now, uint32_t *count)
{
	return store->ops->failure->count(store, counter, now, count);
}

void store_event_post(struct store *store, const struct event *event)
{
	store->ops->event->post(store, event);
}

enum err store_event_list(struct store *store, struct arena *arena,
			  const struct event_filter *filter, struct event_list *out)
{
	return store->ops->event->list(store, arena, filter, out);
}
