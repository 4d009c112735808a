/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims of RFC9068#2.2, and the confirmation of what the token is bound to. */
#include "flow/access_jwt.h"

#include "base/random_text.h"
#include "crypto/jws.h"
#include "domain/names.h"
#include "flow/id_token.h"
#include "flow/signing.h"
#include "flow/subject.h"
#include "json/json.h"

enum { JTI_RANDOM_BYTES = 16 };

/* RFC9068#3: the resources, or else this server: RFC7519#4.1.3 */
static void set_audience(struct json *claims, struct slice resource, struct slice issuer)
{
	AUTO(json) struct json *list = json_array_new();
	struct slice word;
	struct slice last = issuer;
	while (slice_word(&resource, &word)) {
		json_append_text(list, word);
		last = word;
	}
	if (json_count(list) > 1)
		json_set_json(claims, "aud", &list);
	else
		json_set_text(claims, "aud", last);
}

static void set_jti(struct arena *arena, struct json *claims, const struct id *authorization)
{
	char id[ID_TEXT_LEN + 1];
	struct slice first = id_text(authorization, id);
	struct slice prefix = arena_printf(arena, "%.*s.", SLICE_ARG(first));
	json_set_text(claims, "jti", random_text(arena, prefix, JTI_RANDOM_BYTES));
}

/* RFC9449#6.1, RFC8705#3.1 */
static void set_confirmation(struct arena *arena, struct json *claims,
			     const struct binding *binding)
{
	if (binding->kind == BINDING_NONE)
		return;
	struct json *cnf = json_object_new();
	json_set_text(cnf, binding_member(binding->kind), binding_thumbprint(binding, arena));
	json_set_json(claims, "cnf", &cnf);
}

/* RFC9068#2.2 */
static void set_claims(const struct flow *flow, const struct call *call,
		       const struct access_jwt *jwt, struct json *claims)
{
	const struct authorization *authorization = jwt->authorization;
	json_set_text(claims, NAME_ISS, flow->settings.issuer);
	json_set_text(claims, NAME_SUB,
		      subject_of(flow, call->arena, jwt->client, &authorization->user));
	set_audience(claims, jwt->row->resource, flow->settings.issuer);
	json_set_text(claims, NAME_CLIENT_ID, jwt->client->client_id);
	json_set_number(claims, "iat", jwt->row->created);
	json_set_number(claims, "exp", jwt->row->expires);
	set_jti(call->arena, claims, &authorization->id);
	/* RFC9068#2.2.3 */
	if (!slice_is_empty(jwt->row->scope))
		json_set_text(claims, NAME_SCOPE, jwt->row->scope);
	/* RFC9068#2.2.1: of the person's sign-in, also after a refresh */
	if (!id_is_zero(&authorization->user))
		id_token_set_authentication(claims, authorization);
	set_confirmation(call->arena, claims, jwt->binding);
}

enum err access_jwt_make(const struct flow *flow, const struct call *call,
			 const struct access_jwt *jwt, struct slice *out)
{
	AUTO(json) struct json *claims = json_object_new();
	set_claims(flow, call, jwt, claims);
	const struct signing_request request = {
		.alg = signing_alg_of(jwt->client, flow->settings.recommended),
		.typ = ACCESS_JWT_TYP, /* RFC9068#2.1 */
		.claims = claims,
	};
	return signing_sign(flow, call, &request, out);
}

enum err access_jwt_read(struct arena *arena, struct slice text, struct id *authorization,
			 struct slice *jti)
{
	AUTO(json) struct json *claims = NULL;
	struct jws jws;
	struct slice rest;
	struct slice id;
	/* RFC9068#4: an ID token is no access token */
	if (jws_parse(arena, text, ALGS_OURS, &jws) != ERR_OK ||
	    !slice_equal(jws.typ, SLICE(ACCESS_JWT_TYP)) ||
	    json_parse(jws.payload, &claims) != ERR_OK || !json_get_text(claims, "jti", &rest))
		return ERR_INVALID;
	*jti = arena_slice(arena, rest);
	rest = *jti;
	if (!slice_split(&rest, '.', &id) || !rest.ptr)
		return ERR_INVALID;
	return id_parse(id, authorization);
}
