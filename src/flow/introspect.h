/* SPDX-License-Identifier: Apache-2.0
 *
 * What a resource server, or a client about its own tokens, learns of a token: RFC 7662. Nothing
 * about the tokens of others, and nothing of why one is not active. */
#ifndef FLOW_INTROSPECT_H
#define FLOW_INTROSPECT_H

#include "base/attr.h"
#include "flow/flow.h"

/* Whether it can be answered without waiting: a token is found by its hash, whatever its form. */
bool introspect_is_quick(const struct flow *flow);
/* RFC7662#2.1: who asks, by an access token that a client got for itself (client_credentials) with
 * the scope "introspection", bound to nothing, for this server. ABSENT: it is no such token. */
enum find introspect_caller(const struct flow *flow, const struct call *call, struct slice token,
			    struct client **out);

/* The answer, a JSON object. `caller` has proved who it is. ERR_DATABASE. */
MUST_USE enum err introspect(const struct flow *flow, const struct call *call,
			     const struct client *caller, struct slice token, struct slice *out);

/* RFC 9701: the same as a JWT for this caller. On a worker. */
bool introspect_wants_jwt(const struct client *caller, struct slice accept);
MUST_USE enum err introspect_sign(const struct flow *flow, const struct call *call,
				  const struct client *caller, struct slice answer,
				  struct slice *out);

#endif
