/* SPDX-License-Identifier: Apache-2.0
 *
 * A presented access token, opaque or JWT, and whether it is good: for UserInfo, introspection and
 * an exchange. Says nothing about who presents it. */
#ifndef FLOW_ACCESS_TOKEN_H
#define FLOW_ACCESS_TOKEN_H

#include "base/attr.h"
#include "flow/flow.h"

struct access_token {
	struct token_row row;
	struct authorization *authorization;
	struct client *client;
	struct user *user; /* NULL: none */
	struct slice jti;  /* of a JWT; "" */
	size_t chain; /* authorizations from its own up to the first; AUTHORIZATION_CHAIN_MAX */
};
/* FOUND: ours, not expired, the authorization and all that it was exchanged from not revoked,
 * client and person enabled. */
enum find access_token_find(const struct flow *flow, const struct call *call, struct slice text,
			    struct access_token *out);
/* What finds its row, of whatever form it is; `jti` of a JWT, "" otherwise. ERR_INVALID: it is none
 * of ours. Says nothing about whether it is good. */
MUST_USE enum err access_token_key(const struct flow *flow, const struct call *call,
				   struct slice text, struct token_key *key, struct slice *jti);

#endif
