/* SPDX-License-Identifier: Apache-2.0
 *
 * What can be judged from memory comes first; the jti is written last, so that a proof which was
 * refused for its nonce may be no use to anybody, but costs no row. */
#include "flow/dpop.h"

#include "base/buf.h"
#include "base/encode.h"
#include "flow/alias.h"
#include "flow/dpop_nonce.h"
#include "flow/replay.h"

enum { ALGS_TEXT_MAX = 128 };

struct slice dpop_algs(struct arena *arena)
{
	struct buf text;
	buf_init_arena(&text, arena, ALGS_TEXT_MAX);
	for (unsigned alg = 0; alg < ALG_COUNT; alg++) {
		if (!(ALGS_ASYMMETRIC & ALG_BIT(alg)))
			continue;
		buf_addf(&text, "%s%s", text.len > 0 ? " " : "", alg_row((enum alg)alg)->name);
	}
	return buf_slice(&text);
}

/* RFC9449#4.2: SHA-256 of the token's ASCII, in base64url */
static struct slice ath_of(struct arena *arena, struct slice token)
{
	struct hash hash;
	if (slice_is_empty(token))
		return SLICE_EMPTY;
	hash_sha256(token, &hash);
	return encode_base64url(arena, hash_slice(&hash));
}

static enum oauth_error refuse(const struct flow *flow, const struct call *call, const char *why)
{
	const struct refusal refusal = { .kind = EVENT_PROOF_REFUSED, .detail = slice_str(why) };
	flow_refused(flow, call, &refusal);
	return OAUTH_INVALID_DPOP_PROOF;
}

static enum oauth_error check_claims(const struct flow *flow, const struct call *call,
				     const struct dpop_request *request,
				     const struct dpop_claims *claims)
{
	const struct dpop_expected expected = {
		.method = request->method,
		.urls = { request->url, alias_of(flow, call->arena, request->url) },
		.url_count = 2,
		.ath = ath_of(call->arena, request->access_token),
		.now = call->now,
	};
	enum dpop_fault fault = dpop_claims_check(claims, &expected);
	return fault == DPOP_FINE ? OAUTH_OK : refuse(flow, call, dpop_fault_words(fault));
}

/* RFC9449#8: where nonces are demanded, one of ours, and not an old one */
static enum oauth_error check_nonce(const struct flow *flow, const struct call *call,
				    struct slice nonce, struct slice *fresh)
{
	if (!flow->settings.dpop_nonce)
		return OAUTH_OK;
	enum dpop_nonce state = dpop_nonce_check(flow->ring, nonce, call->now);
	if (state != DPOP_NONCE_GOOD)
		*fresh = dpop_nonce_make(flow->ring, call->arena, call->now);
	return state == DPOP_NONCE_BAD ? OAUTH_USE_DPOP_NONCE : OAUTH_OK;
}

/* RFC9449#11.1: the same proof is not taken twice, at any spelling of an address: D21 */
static enum oauth_error take(const struct flow *flow, const struct call *call,
			     const struct dpop_proof *proof)
{
	const struct replay replay = {
		.kind = REPLAY_DPOP,
		.issuer = hash_slice(&proof->key),
		.jti = proof->claims.jti,
		.expires = proof->claims.iat + DPOP_LATE_S + 1,
	};
	switch (replay_take(flow, call, &replay)) {
	case ERR_OK:
		return OAUTH_OK;
	case ERR_CONFLICT:
		return refuse(flow, call, "DPoP proof came twice");
	default:
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	}
}

enum oauth_error dpop_check(const struct flow *flow, const struct call *call,
			    const struct dpop_request *request, struct dpop_checked *out)
{
	struct dpop_proof proof;
	*out = (struct dpop_checked){ .nonce = SLICE_EMPTY };
	if (slice_is_empty(request->proof))
		return OAUTH_OK;
	if (dpop_proof_read(call->arena, request->proof, &proof) != ERR_OK)
		return refuse(flow, call, "DPoP proof is malformed or not signed by its key");
	enum oauth_error error = check_claims(flow, call, request, &proof.claims);
	if (error == OAUTH_OK)
		error = check_nonce(flow, call, proof.claims.nonce, &out->nonce);
	if (error == OAUTH_OK)
		error = take(flow, call, &proof);
	if (error == OAUTH_OK)
		out->binding = (struct binding){ BINDING_DPOP, proof.key };
	return error;
}
