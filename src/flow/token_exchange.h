/* SPDX-License-Identifier: Apache-2.0
 *
 * Token exchange (RFC 8693), of access tokens of ours for access tokens of ours: narrower, for
 * another resource, in another form; never for longer, and never for somebody who is neither the
 * token's client nor a resource that it is for. */
#ifndef FLOW_TOKEN_EXCHANGE_H
#define FLOW_TOKEN_EXCHANGE_H

#include "domain/binding.h"
#include "domain/oauth_error.h"
#include "flow/answer.h"
#include "flow/client_auth.h"
#include "flow/resources.h"

struct token_exchange_request {
	const struct client_authenticated *client;
	struct slice subject_token;
	struct slice subject_token_type;
	struct slice requested_token_type; /* "": an access token */
	struct slice actor_token;
	struct slice actor_token_type;
	struct slice scope;
	struct resources_named resources; /* of resource and of audience */
	struct binding binding;
};
/* OAUTH_INVALID_REQUEST comes with `why`, fixed words; else as client_credentials_grant(). */
enum oauth_error token_exchange(const struct flow *flow, const struct call *call,
				const struct token_exchange_request *request,
				struct token_answer *out, struct slice *why);

#endif
