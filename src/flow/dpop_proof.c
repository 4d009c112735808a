/* SPDX-License-Identifier: Apache-2.0
 *
 * The first half of the checks of RFC9449#4.3: those that need nothing but the proof. The signature
 * is verified before a claim is read. */
#include "flow/dpop.h"
#include "json/json.h"

enum { PROOF_BYTES_MAX = 8192 };

/* A claim of another type is as if it were not there. */
enum err dpop_claims_read(struct arena *arena, struct slice payload, struct dpop_claims *out)
{
	AUTO(json) struct json *json = NULL;
	*out = (struct dpop_claims){ .has_iat = false };
	if (json_parse(payload, &json) != ERR_OK || !json_has_members(json))
		return ERR_INVALID;
	out->jti = json_copy_text(json, "jti", arena);
	out->htm = json_copy_text(json, "htm", arena);
	out->htu = json_copy_text(json, "htu", arena);
	out->ath = json_copy_text(json, "ath", arena);
	out->nonce = json_copy_text(json, "nonce", arena);
	out->has_iat = json_get_number(json, "iat", &out->iat);
	return ERR_OK;
}

enum err dpop_proof_read(struct arena *arena, struct slice text, struct dpop_proof *out)
{
	AUTO(jwk) struct jwk *key = NULL;
	struct jws jws;
	*out = (struct dpop_proof){ .claims = { .has_iat = false } };
	/* RFC9449#4.3: one well-formed JWT, with an asymmetric algorithm of our list */
	if (text.len > PROOF_BYTES_MAX || jws_parse(arena, text, ALGS_ASYMMETRIC, &jws) != ERR_OK)
		return ERR_INVALID;
	/* RFC9449#4.3: typ is dpop+jwt */
	if (!slice_equal(jws.typ, SLICE("dpop+jwt")))
		return ERR_INVALID;
	/* RFC9449#4.3: jwk is a public key without a private half, and the signature verifies with
	 * it */
	if (jwk_parse_public(jws.jwk, &key) != ERR_OK || jws_verify(&jws, key) != ERR_OK)
		return ERR_INVALID;
	jwk_thumbprint(key, &out->key);
	return dpop_claims_read(arena, jws.payload, &out->claims);
}
