/* SPDX-License-Identifier: Apache-2.0
 *
 * The refresh grant with rotation: RFC6749#6, RFC9700#4.14. Each refresh token is good once; a
 * spent one that comes again revokes the authorization, since one of its two holders is a thief. */
#ifndef FLOW_REFRESH_H
#define FLOW_REFRESH_H

#include "flow/answer.h"
#include "flow/client_auth.h"
#include "flow/flow.h"

struct refreshed {
	enum oauth_error error; /* OAUTH_OK: `answer`; OAUTH_TEMPORARILY_UNAVAILABLE: the database
				 */
	struct token_answer answer;
};

struct refresh_request {
	const struct client_authenticated *client;
	struct slice refresh_token;
	struct slice scope;     /* the parameter; "" when not sent */
	struct binding binding; /* of the access token; a bound refresh token asks for the same */
	/* RFC8707#2.2: a part of what was granted */
	const struct slice *resources;
	size_t resource_count;
};
void refresh(const struct flow *flow, const struct call *call,
	     const struct refresh_request *request, struct refreshed *out);

#endif
