/* SPDX-License-Identifier: Apache-2.0
 *
 * DPoP proofs: RFC9449#4.3. Read and checked whole; the jti may come once. Nonces are a MAC over
 * the time, so that every node knows those of the others. */
#ifndef FLOW_DPOP_H
#define FLOW_DPOP_H

#include "crypto/jws.h"
#include "domain/binding.h"
#include "domain/dpop.h"
#include "domain/oauth_error.h"
#include "flow/flow.h"

struct dpop_request {
	struct slice proof;        /* the one DPoP header; "": none was sent */
	const char *method;        /* "POST" */
	struct slice url;          /* of the endpoint, below base_url, without query */
	struct slice access_token; /* at a resource: for ath; "": none */
};
struct dpop_checked {
	struct binding binding; /* BINDING_NONE: no proof was sent */
	struct slice nonce;     /* to be sent in DPoP-Nonce, whatever came of it; "": none */
};
/* OAUTH_OK, OAUTH_INVALID_DPOP_PROOF, OAUTH_USE_DPOP_NONCE, OAUTH_TEMPORARILY_UNAVAILABLE. On a
 * worker: the jti is written. A refusal is recorded. */
enum oauth_error dpop_check(const struct flow *flow, const struct call *call,
			    const struct dpop_request *request, struct dpop_checked *out);

/* What proofs may be signed with, space separated: for challenges (RFC9449#7.1). */
struct slice dpop_algs(struct arena *arena);

/* A proof that is well-formed, and signed by the key that it carries; nothing is asked of its
 * claims. ERR_INVALID. */
struct dpop_proof {
	struct dpop_claims claims;
	struct hash key; /* thumbprint */
};
MUST_USE enum err dpop_proof_read(struct arena *arena, struct slice text, struct dpop_proof *out);
/* Its payload alone. */
MUST_USE enum err dpop_claims_read(struct arena *arena, struct slice payload,
				   struct dpop_claims *out);

#endif
