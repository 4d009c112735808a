/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims about a person that a client may see: by the scopes of a token, and by name in the
 * claims parameter. OIDC#5.4, #5.5. What the account does not hold is left out. */
#ifndef FLOW_USER_CLAIMS_H
#define FLOW_USER_CLAIMS_H

#include "base/attr.h"
#include "flow/flow.h"
#include "json/json.h"

enum user_claims_place { CLAIMS_IN_USERINFO = 0, CLAIMS_IN_ID_TOKEN };
struct user_claims_request {
	const struct id *user;
	struct slice scope;     /* "": none by scope */
	struct slice requested; /* the claims parameter, JSON; "" */
	enum user_claims_place place;
};
/* Adds them to `out`. ERR_ABSENT: no such person any more. ERR_DATABASE. */
MUST_USE enum err user_claims_add(const struct flow *flow, const struct call *call,
				  const struct user_claims_request *request, struct json *out);

#endif
