/* SPDX-License-Identifier: Apache-2.0
 *
 * Assertions by which clients authenticate: RFC7521#4.2, RFC7523#2.2, OIDC#9. Reading one believes
 * nothing of it; client_assertion_judge() is asked once its signature has been found right. */
#ifndef FLOW_CLIENT_ASSERTION_H
#define FLOW_CLIENT_ASSERTION_H

#include "crypto/jws.h"
#include "domain/client.h"
#include "domain/client_assertion.h"
#include "flow/flow.h"

struct client_assertion {
	struct jws jws;
	struct assertion_claims claims;
};
/* ERR_INVALID: not a signed JWT of this kind. Texts live in the arena. */
MUST_USE enum err client_assertion_read(struct arena *arena, struct slice text,
					struct client_assertion *out);

struct assertion_question {
	const struct client *client;
	const struct client_assertion *assertion;
	struct slice endpoint; /* that was called */
};
/* Asks the claims, and takes the jti. ERR_INVALID with `*why`; ERR_DATABASE. On a worker. */
MUST_USE enum err client_assertion_judge(const struct flow *flow, const struct call *call,
					 const struct assertion_question *question,
					 const char **why);

#endif
