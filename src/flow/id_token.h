/* SPDX-License-Identifier: Apache-2.0
 *
 * ID tokens: OIDC Core section 2. Signed as the client wants (RS256 unless it chose), encrypted to
 * it where it asks for that. */
#ifndef FLOW_ID_TOKEN_H
#define FLOW_ID_TOKEN_H

#include "base/attr.h"
#include "flow/flow.h"
#include "json/json.h"

struct id_token_request {
	const struct authorization *authorization;
	const struct client *client;
	struct slice scope; /* of this token: which claims, where no access token goes along */
	struct slice nonce; /* "": none */
	struct slice access_token; /* for at_hash; "": none */
	struct slice code;         /* for c_hash; "": none */
	bool with_claims;          /* by scope as well, since nothing opens UserInfo: OIDC#5.4 */
};
/* ERR_ABSENT: the person is gone, or there is no key to sign with. ERR_CRYPTO: it cannot be
 * encrypted as the client asks. ERR_DATABASE. */
MUST_USE enum err id_token_make(const struct flow *flow, const struct call *call,
				const struct id_token_request *request, struct slice *out);

/* auth_time, acr and amr, as ID tokens and access tokens say them. OIDC#2, RFC9068#2.2.1 */
void id_token_set_authentication(struct json *claims, const struct authorization *authorization);

/* An id_token_hint: ours, whatever its age. ERR_INVALID. OIDC#3.1.2.1, RP-Initiated Logout */
struct id_token_hint {
	struct slice client_id; /* its audience */
	struct slice subject;   /* as it stands there: perhaps pairwise */
	struct slice sid;       /* "" when it has none */
};
MUST_USE enum err id_token_hint_read(const struct flow *flow, const struct call *call,
				     struct slice text, struct id_token_hint *out);

#endif
