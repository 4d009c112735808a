/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tokens of a request will be bound to: the key of the proof in its DPoP header (RFC
 * 9449), or the certificate of the client (RFC 8705); and the DPoP-Nonce header of its answer. */
#ifndef ENDPOINT_DPOP_HEADER_H
#define ENDPOINT_DPOP_HEADER_H

#include "domain/binding.h"
#include "flow/client_auth.h"
#include "web/web.h"

/* At the token endpoint, after the client has authenticated, and not before something is about to
 * be redeemed: the jti of the proof is written. On a worker. False when it has answered: a proof
 * that is no good, or none (or no certificate) where the client's settings demand one. */
bool token_binding_check(struct web_context *context, const struct client_authenticated *client,
			 struct binding *out);
/* RFC9449#5, RFC8705#7.1: what the refresh token of this client is bound to, as answer_request has
 * it:
 * "" for a client that proves itself otherwise. */
struct slice token_binding_of_refresh(struct web_context *context,
				      const struct client_authenticated *client,
				      const struct binding *binding);

#endif
