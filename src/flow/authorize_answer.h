/* SPDX-License-Identifier: Apache-2.0
 *
 * What goes back to the client by way of the browser: a code, an ID token, or an error; always with
 * state and iss (RFC6749#4.1.2, RFC9207#2). A kept request is spent by it. */
#ifndef FLOW_AUTHORIZE_ANSWER_H
#define FLOW_AUTHORIZE_ANSWER_H

#include "base/attr.h"
#include "flow/authorize.h"
#include "flow/authorize_asked.h"

struct authorize_grant {
	const struct asked *asked;
	const struct session *person;
	bool remember; /* the consent */
};
/* ERR_UNCHANGED: what it relied on no longer stands: session, person, client, or a request that has
 * been answered already. ERR_DATABASE. */
MUST_USE enum err authorize_grant(const struct flow *flow, const struct call *call,
				  const struct authorize_grant *grant,
				  struct authorize_response *out);
/* An error. `text`: "" for the words of the error's row. */
MUST_USE enum err authorize_refuse(const struct flow *flow, const struct call *call,
				   const struct asked *asked,
				   const struct authorization_refusal *refusal,
				   struct authorize_response *out);

#endif
