/* SPDX-License-Identifier: Apache-2.0
 *
 * Logout tokens (BCLOGOUT#2.4): a person has signed out of a session, said to one client. */
#ifndef FLOW_LOGOUT_TOKEN_H
#define FLOW_LOGOUT_TOKEN_H

#include "base/attr.h"
#include "flow/flow.h"

struct logout_token_request {
	const struct client *client;
	const struct id *user;
	struct slice sid;
};
/* Signed as the client's ID tokens are. */
MUST_USE enum err logout_token_make(const struct flow *flow, const struct call *call,
				    const struct logout_token_request *request, struct slice *out);

#endif
