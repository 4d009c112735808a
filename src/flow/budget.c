/* SPDX-License-Identifier: Apache-2.0
 *
 * Counters are named by a keyed hash of the kind and its parts, so that the failure table tells
 * nobody who tried what. */
#include "flow/budget.h"

#include <string.h>

#include <assert.h>

#include "base/ensure.h"
#include "base/log.h"
#include "crypto/mac.h"

static_assert((int)THROTTLE_COUNTERS_MAX == (int)FAILURE_COUNTERS_MAX,
	      "a plan fits into one call of the store");

static void make_counter(const struct flow *flow, const struct throttle_counter *planned,
			 struct failure_counter *out)
{
	const struct throttle_row *row = throttle_row(planned->kind);
	const struct secret *key = keyring_subkey(flow->ring, keyring_current(flow->ring),
						  KEY_THROTTLE);
	ensure(key != NULL);
	mac_compute(key, MAC_PARTS(slice_str(row->name), planned->parts[0], planned->parts[1]),
		    &out->key);
	out->limit = row->limit;
	out->window = row->window;
	out->refuses = row->refuses;
}

void budget_make(const struct flow *flow, const struct throttle_plan *plan, struct budget *out)
{
	*out = (struct budget){ .count = plan->count };
	for (size_t i = 0; i < plan->count; i++) {
		out->kinds[i] = plan->counters[i].kind;
		make_counter(flow, &plan->counters[i], &out->counters[i]);
	}
}

/* The first counter that is full: its name stands in the event. */
static enum throttle_kind full_kind(const struct budget *budget)
{
	for (size_t i = 0; i < budget->count; i++)
		if (budget->counters[i].refuses && budget->counts[i] >= budget->counters[i].limit)
			return budget->kinds[i];
	return budget->kinds[0];
}

enum err budget_take(const struct flow *flow, const struct call *call, struct budget *budget,
		     int64_t *retry_after)
{
	struct failure_taken taken = { 0 };
	enum err err = store_failure_take(flow->store, budget->counters, budget->count, call->now,
					  &taken);
	memcpy(budget->counts, taken.counts, sizeof(taken.counts));
	*retry_after = err == ERR_FULL && taken.retry_after < 1 ? 1 : taken.retry_after;
	if (err != ERR_FULL)
		return err;
	const struct refusal refusal = {
		.kind = EVENT_THROTTLED,
		.detail = slice_str(throttle_row(full_kind(budget))->name),
	};
	flow_refused(flow, call, &refusal);
	return ERR_FULL;
}

void budget_give_back(const struct flow *flow, const struct call *call, const struct budget *budget)
{
	enum err err = store_failure_give_back(flow->store, budget->counters, budget->count,
					       call->now);
	if (err != ERR_OK)
		log_warn("a budget was not given back",
			 LOG_TEXT("error", slice_str(err_name(err))));
}

enum err budget_server_count(const struct flow *flow, int64_t now, uint32_t *count)
{
	const struct throttle_counter server = { .kind = THROTTLE_CODE_SERVER };
	struct failure_counter counter = { .limit = 0 };
	*count = 0;
	make_counter(flow, &server, &counter);
	return store_failure_count(flow->store, &counter, now, count);
}
