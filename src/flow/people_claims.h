/* SPDX-License-Identifier: Apache-2.0
 *
 * Setting what is known about a person: the standard claims of OIDC#5.1. */
#ifndef FLOW_PEOPLE_CLAIMS_H
#define FLOW_PEOPLE_CLAIMS_H

#include "base/attr.h"
#include "flow/flow.h"

enum { PEOPLE_CLAIMS_MAX = CLAIM_MAX };

/* All or none; a value of "" takes one away. ERR_INVALID with a sentence in `*why`: there is no
 * such claim, or the value is none of it. ERR_ABSENT. */
struct claim_change {
	const struct user *user;
	const struct claim *claims;
	size_t count; /* at most PEOPLE_CLAIMS_MAX */
};
MUST_USE enum err people_set_claims(const struct flow *flow, const struct call *call,
				    const struct claim_change *change, struct slice *why);

#endif
