/* SPDX-License-Identifier: Apache-2.0
 *
 * The client credentials grant: RFC6749#4.4. A client acts for itself, and no person is involved:
 * scopes that are about one are refused when they are asked for, and left out of defaults. */
#ifndef FLOW_CLIENT_CREDENTIALS_GRANT_H
#define FLOW_CLIENT_CREDENTIALS_GRANT_H

#include "domain/binding.h"
#include "domain/oauth_error.h"
#include "flow/answer.h"
#include "flow/client_auth.h"
#include "flow/resources.h"

struct client_credentials_request {
	const struct client_authenticated *client;
	struct slice scope; /* "": the client's or the server's defaults */
	struct resources_named resources;
	struct binding binding;
};
/* OAUTH_OK; OAUTH_UNAUTHORIZED_CLIENT for a client that proves nothing; OAUTH_INVALID_SCOPE,
 * OAUTH_INVALID_TARGET, OAUTH_INVALID_CLIENT, OAUTH_TEMPORARILY_UNAVAILABLE. */
enum oauth_error client_credentials_grant(const struct flow *flow, const struct call *call,
					  const struct client_credentials_request *request,
					  struct token_answer *out);

#endif
