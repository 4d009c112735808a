/* SPDX-License-Identifier: Apache-2.0
 *
 * The DPoP header of a request and the DPoP-Nonce header of its answer (RFC 9449); and what the
 * tokens of a token request will be bound to: the key of that proof, or the certificate of the
 * client (RFC 8705). */
#ifndef ENDPOINT_DPOP_HEADER_H
#define ENDPOINT_DPOP_HEADER_H

#include "domain/binding.h"
#include "flow/client_auth.h"
#include "web/web.h"

/* The proof of this request, if there is one; `access_token` is the one that is presented with it,
 * "" for none. Sets DPoP-Nonce. On a worker. BINDING_NONE in `out`: none was sent. */
enum oauth_error dpop_header_check(struct web_context *context, struct slice access_token,
				   struct binding *out);

/* At the token endpoint, after the client has authenticated, and not before something is about to
 * be redeemed: the jti of the proof is written. On a worker. False when it has answered: a proof
 * that is no good, or none (or no certificate) where the client's settings demand one. */
bool token_binding_check(struct web_context *context, const struct client_authenticated *client,
			 struct binding *out);

#endif
