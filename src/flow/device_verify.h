/* SPDX-License-Identifier: Apache-2.0
 *
 * The person's side of the device grant: entering the code, seeing what is asked for, deciding, and
 * looking at the outcome: RFC8628#3.3. Entering binds nothing: it gives this session a handle. The
 * first decision wins and is final. */
#ifndef FLOW_DEVICE_VERIFY_H
#define FLOW_DEVICE_VERIFY_H

#include "domain/resource.h"
#include "flow/flow.h"

enum enter_outcome {
	ENTER_OK = 0,
	ENTER_WRONG,         /* unknown, expired, decided, or nonsense: one answer for all */
	ENTER_OVER_BUDGET,   /* `retry_after` */
	ENTER_STALE_SIGN_IN, /* codes are being guessed: sign in again first */
	ENTER_UNAVAILABLE
};
struct entered {
	struct slice handle; /* for the URL */
	int64_t retry_after;
};
enum enter_outcome device_enter(const struct flow *flow, const struct call *call,
				const struct session *session, struct slice typed,
				struct entered *out);

/* What a handle shows. ABSENT: unknown, another session's, or past its ten minutes. */
struct device_shown {
	struct device_grant *grant;
	struct client *client;
	struct slice user_code;   /* as shown on the device; "" when it cannot be opened any more */
	struct scope_list scopes; /* what was asked for, in words */
	struct resource_list resources; /* and where: RFC8707#2 */
};
enum find device_show(const struct flow *flow, const struct call *call,
		      const struct session *session, struct slice handle, struct device_shown *out);

/* ERR_OK decided; ERR_UNCHANGED: it was decided or expired before, or something it relied on is
 * gone. */
MUST_USE enum err device_decide(const struct flow *flow, const struct call *call,
				const struct session *session, const struct device_shown *shown,
				bool accept);

#endif
