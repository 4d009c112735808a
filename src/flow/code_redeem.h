/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization code grant at the token endpoint: RFC6749#4.1.3, RFC6749#4.1.4, RFC7636#4.6,
 * RFC8707#2.2, RFC9449#10. A code is good once, for its client, and for whoever began the request.
 */
#ifndef FLOW_CODE_REDEEM_H
#define FLOW_CODE_REDEEM_H

#include "crypto/token.h"
#include "domain/binding.h"
#include "flow/answer.h"
#include "flow/client_auth.h"
#include "flow/flow.h"

struct code_request {
	const struct client_authenticated *client;
	const struct token *code;
	struct slice redirect_uri; /* "" where it was not sent, as all here */
	struct slice verifier;
	const struct slice *resources;
	size_t resource_count;
	struct binding binding;       /* of the access token */
	struct slice refresh_binding; /* of the refresh token */
};
struct code_redeemed {
	enum oauth_error error; /* OAUTH_OK: `answer`; OAUTH_TEMPORARILY_UNAVAILABLE: the database
				 */
	struct slice text;      /* for error_description; "": as the error's row has it */
	struct token_answer answer;
};
/* On a worker. */
void code_redeem(const struct flow *flow, const struct call *call,
		 const struct code_request *request, struct code_redeemed *out);

#endif
