/* SPDX-License-Identifier: Apache-2.0
 *
 * The device's side of the device grant: polling and redeeming. RFC8628#3.4, #3.5 */
#ifndef FLOW_DEVICE_REDEEM_H
#define FLOW_DEVICE_REDEEM_H

#include "crypto/token.h"
#include "flow/answer.h"
#include "flow/client_auth.h"
#include "flow/flow.h"

struct device_polled {
	enum oauth_error error; /* OAUTH_OK: `answer` */
	int64_t interval;       /* in force, with slow_down */
	struct token_answer answer;
};

/* On an event loop, from memory alone. False when a worker must look. */
bool device_poll_quick(const struct flow *flow, const struct call *call, const struct id *client,
		       const struct token *code, struct device_polled *out);
/* On a worker. A database that does not answer gives authorization_pending: real clients give up at
 * anything else. */
struct device_redeem_request {
	const struct client_authenticated *client;
	const struct token *code;
	struct binding binding; /* of the tokens: RFC9449#5 */
	/* RFC8707#2.2: a part of what was granted */
	const struct slice *resources;
	size_t resource_count;
};
void device_redeem(const struct flow *flow, const struct call *call,
		   const struct device_redeem_request *request, struct device_polled *out);

#endif
