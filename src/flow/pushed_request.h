/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushed authorization requests: RFC 9126. Judged when they come as they would be at the
 * authorization endpoint, and once more when they are used there. */
#ifndef FLOW_PUSHED_REQUEST_H
#define FLOW_PUSHED_REQUEST_H

#include "domain/binding.h"
#include "flow/authorize_asked.h"
#include "flow/client_auth.h"
#include "flow/flow.h"

struct pushed_request {
	const struct client_authenticated *client;
	struct slice body;   /* the form, raw */
	struct asked *asked; /* room for what becomes of it */
};
struct pushed {
	/* OAUTH_OK; OAUTH_TEMPORARILY_UNAVAILABLE: `retry_after`, and whether it is the caller's
	 * doing */
	struct authorization_refusal refusal;
	struct slice request_uri;
	int64_t expires_in;
	int64_t retry_after;
	bool over_budget;
};
/* First whether it is fine; nothing is written. */
void pushed_request_judge(const struct flow *flow, const struct call *call,
			  const struct pushed_request *request, struct pushed *out);
/* Then, when it is, keeps it; `binding` is of the DPoP proof that came with it, if any:
 * RFC9449#10.1 */
void pushed_request_keep(const struct flow *flow, const struct call *call,
			 const struct pushed_request *request, const struct binding *binding,
			 struct pushed *out);

#endif
