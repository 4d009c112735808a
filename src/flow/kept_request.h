/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that wait in the store until the browser comes back for them: a form that another site
 * posted, which came without the cookie of the session. Its handle is a fresh secret in the address
 * that the browser is sent to. What a client pushes waits there too (pushed_request.h). */
#ifndef FLOW_KEPT_REQUEST_H
#define FLOW_KEPT_REQUEST_H

#include "flow/flow.h"

struct kept_request_new {
	enum kept_kind kind;
	struct slice parameters;
	int64_t lifetime; /* seconds */
};
/* ERR_FULL: too many from there, `*retry_after` in seconds. ERR_DATABASE. */
MUST_USE enum err kept_request_keep(const struct flow *flow, const struct call *call,
				    const struct kept_request_new *new, struct slice *handle,
				    int64_t *retry_after);
/* Of this kind. Whether it was used, or waited for too long, the caller judges. */
enum find kept_request_find(const struct flow *flow, const struct call *call, enum kept_kind kind,
			    struct slice handle, struct kept_request **out);

#endif
