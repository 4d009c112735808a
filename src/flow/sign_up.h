/* SPDX-License-Identifier: Apache-2.0
 *
 * Making an account in the browser, as far as the settings allow it: not at all, with an invitation
 * (flow/tickets.h), or anybody. Attempts are counted per address before anything is hashed, and
 * count whatever becomes of them: they ask whether a name is taken. ASVS 6.3.8 */
#ifndef FLOW_SIGN_UP_H
#define FLOW_SIGN_UP_H

#include "base/attr.h"
#include "flow/flow.h"
#include "flow/people.h"

enum sign_up_outcome {
	SIGN_UP_DONE = 0,
	SIGN_UP_REFUSED,     /* `faults`, `invitation` */
	SIGN_UP_OVER_BUDGET, /* `retry_after` */
	SIGN_UP_UNAVAILABLE
};

struct sign_up_request {
	struct slice name;
	struct slice password;
	struct slice invitation;     /* as shown by its holder; looked at when one is needed */
	const struct hash *replaces; /* the session that this browser has now; NULL */
	bool keeps_others;
};
struct sign_up_result {
	struct person_faults faults;
	struct slice invitation; /* what is wrong with it; "" */
	int64_t retry_after;
	struct slice session; /* cookies to set, as in sign_in_result */
	struct slice device;
};
/* Not to be called with SIGN_UP_OFF. Signed in afterwards. */
enum sign_up_outcome sign_up(const struct flow *flow, const struct call *call,
			     const struct sign_up_request *request, struct sign_up_result *out);

#endif
