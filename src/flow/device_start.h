/* SPDX-License-Identifier: Apache-2.0
 *
 * The device authorization request: RFC8628#3.1, #3.2. */
#ifndef FLOW_DEVICE_START_H
#define FLOW_DEVICE_START_H

#include "crypto/token.h"
#include "flow/flow.h"

struct device_started {
	struct token code;
	char user_code[USER_CODE_SHOWN_MAX]; /* as shown */
	int64_t expires_in;
	int64_t interval;
	int64_t retry_after; /* after OAUTH_TEMPORARILY_UNAVAILABLE */
	bool over_budget;    /* the caller's own cap (429), not the server's state (503) */
};

/* Of a client that has authenticated (or is public). */
struct device_start_request {
	const struct client *client;
	struct slice scope;            /* the parameter; "" when not sent */
	const struct slice *resources; /* RFC8707#2 */
	size_t resource_count;
};
/* OAUTH_UNAUTHORIZED_CLIENT, OAUTH_INVALID_SCOPE, OAUTH_INVALID_TARGET, or
 * OAUTH_TEMPORARILY_UNAVAILABLE over a cap or without a database. */
enum oauth_error device_start(const struct flow *flow, const struct call *call,
			      const struct device_start_request *request,
			      struct device_started *out);

#endif
