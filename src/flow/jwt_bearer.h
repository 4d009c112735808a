/* SPDX-License-Identifier: Apache-2.0
 *
 * The JWT bearer grant: RFC7523#2.1. A trusted issuer (option assertion_issuers) says who somebody
 * is; a client that may use this grant gets a token for the account that is meant. */
#ifndef FLOW_JWT_BEARER_H
#define FLOW_JWT_BEARER_H

#include "domain/binding.h"
#include "domain/oauth_error.h"
#include "flow/answer.h"
#include "flow/client_auth.h"
#include "flow/resources.h"

struct jwt_bearer_request {
	const struct client_authenticated *client;
	struct slice assertion;
	struct slice scope;
	struct resources_named resources;
	struct binding binding;
};
/* OAUTH_INVALID_GRANT comes with `why`, fixed words; OAUTH_INVALID_SCOPE, OAUTH_INVALID_TARGET,
 * OAUTH_UNSUPPORTED_GRANT_TYPE where nobody is trusted, OAUTH_TEMPORARILY_UNAVAILABLE. */
enum oauth_error jwt_bearer_grant(const struct flow *flow, const struct call *call,
				  const struct jwt_bearer_request *request,
				  struct token_answer *out, struct slice *why);

#endif
