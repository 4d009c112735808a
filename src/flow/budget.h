/* SPDX-License-Identifier: Apache-2.0
 *
 * Budgets of failures: turns a plan (domain/throttle.h) into counters of the store, keyed so that
 * names and addresses are not readable there, takes from them and gives back. */
#ifndef FLOW_BUDGET_H
#define FLOW_BUDGET_H

#include "base/attr.h"
#include "domain/throttle.h"
#include "flow/flow.h"

struct budget {
	struct failure_counter counters[THROTTLE_COUNTERS_MAX];
	enum throttle_kind kinds[THROTTLE_COUNTERS_MAX];
	uint32_t counts[THROTTLE_COUNTERS_MAX]; /* what each holds after budget_take() */
	size_t count;
};

void budget_make(const struct flow *flow, const struct throttle_plan *plan, struct budget *out);
/* ERR_FULL over budget (an EVENT_THROTTLED is posted), with the seconds to wait. */
MUST_USE enum err budget_take(const struct flow *flow, const struct call *call,
			      struct budget *budget, int64_t *retry_after);
/* After success. Failing to give back is logged and forgiven. */
void budget_give_back(const struct flow *flow, const struct call *call,
		      const struct budget *budget);
/* What the server-wide counter of wrong user codes holds now: the housekeeper asks once a second.
 */
MUST_USE enum err budget_server_count(const struct flow *flow, int64_t now, uint32_t *count);

#endif
