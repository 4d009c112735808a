/* SPDX-License-Identifier: Apache-2.0
 *
 * What an ID token says, and reading one that comes back as a hint. Its type is "JWT", and nothing
 * else that we sign has that: an access token, a logout token or a signed UserInfo answer is no
 * hint. */
#include "flow/id_token.h"

#include "base/encode.h"
#include "base/ensure.h"
#include "base/random_text.h"
#include "domain/names.h"
#include "flow/signing.h"
#include "flow/subject.h"
#include "flow/token_encryption.h"
#include "flow/user_claims.h"

#define ID_TOKEN_TYP "JWT"

enum { JTI_BYTES = 16, HALF_HASH = HASH_BYTES / 2 };

/* OIDC#3.1.3.6, #3.3.2.11: the left half of the hash that the signature uses, which is SHA-256 with
 * all of ours */
static void set_half_hash(const struct call *call, struct json *claims, const char *name,
			  struct slice value)
{
	struct hash hash;
	if (slice_is_empty(value))
		return;
	hash_sha256(value, &hash);
	json_set_text(claims, name, encode_base64url(call->arena, slice_of(hash.bytes, HALF_HASH)));
}

void id_token_set_authentication(struct json *claims, const struct authorization *authorization)
{
	struct slice amr = authorization->amr;
	struct slice word;
	if (authorization->auth_time > 0)
		json_set_number(claims, "auth_time", authorization->auth_time);
	if (!slice_is_empty(authorization->acr))
		json_set_text(claims, "acr", authorization->acr);
	if (slice_is_empty(amr))
		return;
	AUTO(json) struct json *methods = json_array_new();
	while (slice_word(&amr, &word))
		json_append_text(methods, word);
	json_set_json(claims, "amr", &methods);
}

/* OIDC#2 */
static void set_identity(const struct flow *flow, const struct call *call,
			 const struct id_token_request *request, struct json *claims)
{
	const struct authorization *authorization = request->authorization;
	const struct client *client = request->client;
	char sid[ID_TEXT_LEN + 1];
	json_set_text(claims, NAME_ISS, flow->settings.issuer);
	json_set_text(claims, NAME_SUB,
		      subject_of(flow, call->arena, client, &authorization->user));
	json_set_text(claims, "aud", client->client_id);
	json_set_number(claims, "exp", call->now + flow->settings.id_token_lifetime);
	json_set_number(claims, "iat", call->now);
	json_set_text(claims, "jti", random_text(call->arena, SLICE_EMPTY, JTI_BYTES));
	id_token_set_authentication(claims, authorization);
	/* OIDC#3.1.2.1: as it was sent; OIDC#12.2: not in a refreshed one */
	if (!slice_is_empty(request->nonce))
		json_set_text(claims, NAME_NONCE, request->nonce);
	json_set_text(claims, "azp", client->client_id);
	/* BCLOGOUT#2.2, FCLOGOUT#3 */
	if (!id_is_zero(&authorization->sid))
		json_set_text(claims, NAME_SID, id_text(&authorization->sid, sid));
	set_half_hash(call, claims, "at_hash", request->access_token);
	set_half_hash(call, claims, "c_hash", request->code);
}

enum err id_token_make(const struct flow *flow, const struct call *call,
		       const struct id_token_request *request, struct slice *out)
{
	AUTO(json) struct json *claims = json_object_new();
	ensure(!id_is_zero(&request->authorization->user));
	set_identity(flow, call, request, claims);
	const struct user_claims_request wanted = {
		.user = &request->authorization->user,
		.scope = request->with_claims ? request->scope : SLICE_EMPTY,
		.requested = request->authorization->claims,
		.place = CLAIMS_IN_ID_TOKEN,
	};
	enum err err = user_claims_add(flow, call, &wanted, claims);
	if (err != ERR_OK)
		return err;
	const struct signing_request signing = {
		.alg = signing_alg_of(request->client, ALG_RS256), /* OIDC#15.1 */
		.typ = ID_TOKEN_TYP,
		.claims = claims,
	};
	struct slice signed_token;
	err = signing_sign(flow, call, &signing, &signed_token);
	if (err != ERR_OK)
		return err;
	return token_encrypt_for(flow, call, request->client, signed_token, out);
}

/* --- hints
 * ----------------------------------------------------------------------------------------------------------
 */

enum err id_token_hint_read(const struct flow *flow, const struct call *call, struct slice text,
			    struct id_token_hint *out)
{
	AUTO(json) struct json *claims = NULL;
	*out = (struct id_token_hint){ .sid = SLICE_EMPTY };
	/* RPLOGOUT#2, OIDC#3.1.2.1: its age does not matter, its signature does */
	enum err err = signing_verify(flow, call, text, ID_TOKEN_TYP, &claims);
	if (err != ERR_OK)
		return err;
	struct slice aud;
	struct slice sub;
	struct slice sid = SLICE_EMPTY;
	if (!json_get_text(claims, "aud", &aud) || !json_get_text(claims, NAME_SUB, &sub))
		return ERR_INVALID;
	(void)json_get_text(claims, NAME_SID, &sid);
	out->client_id = arena_slice(call->arena, aud);
	out->subject = arena_slice(call->arena, sub);
	out->sid = arena_slice(call->arena, sid);
	return ERR_OK;
}
