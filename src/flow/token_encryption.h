/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed tokens that a client wants encrypted to its key: nested JWTs (RFC7519#11.2, OIDC#10.2). */
#ifndef FLOW_TOKEN_ENCRYPTION_H
#define FLOW_TOKEN_ENCRYPTION_H

#include "base/attr.h"
#include "flow/flow.h"

/* `out` is `signed_token` itself where the client asks for no encryption of its ID tokens. On a
 * worker: keys may be fetched. ERR_CRYPTO, logged: no key of the client's will do. ERR_IO, logged:
 * its keys cannot be fetched now. */
MUST_USE enum err token_encrypt_for(const struct flow *flow, const struct call *call,
				    const struct client *client, struct slice signed_token,
				    struct slice *out);

#endif
