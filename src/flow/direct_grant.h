/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens that nothing is redeemed for: what client_credentials, an exchange and an assertion end
 * in, once each has decided who gets what. No refresh token comes of it (RFC6749#4.4.3,
 * RFC7521#4.1), and no lost answer is kept: the client asks again. */
#ifndef FLOW_DIRECT_GRANT_H
#define FLOW_DIRECT_GRANT_H

#include "base/attr.h"
#include "domain/binding.h"
#include "domain/oauth_error.h"
#include "flow/answer.h"
#include "flow/client_auth.h"

struct direct_grant {
	enum grant grant;
	const struct client_authenticated *client;
	const struct id *user; /* NULL: none */
	struct slice scope;
	struct slice resource;
	struct binding binding;
	const struct authorization *parent; /* whose token is exchanged; NULL: none */
	int64_t expires;                    /* not after; 0: as resource and server have it */
	enum token_format format;
	enum oauth_error unchanged; /* when client, person or parent is no longer good */
};
/* OAUTH_OK, `unchanged`, OAUTH_TEMPORARILY_UNAVAILABLE. */
MUST_USE enum oauth_error direct_grant_issue(const struct flow *flow, const struct call *call,
					     const struct direct_grant *grant,
					     struct token_answer *out);
/* Records a refusal of the token endpoint, and hands it back. */
enum oauth_error direct_grant_refuse(const struct flow *flow, const struct call *call,
				     const struct client *client, enum oauth_error error);

#endif
