/* SPDX-License-Identifier: Apache-2.0
 *
 * Introspection answers that are signed for who asked: RFC 9701. */
#include "base/accept.h"
#include "domain/client_setting.h"
#include "domain/names.h"
#include "flow/introspect.h"
#include "flow/signing.h"
#include "json/json.h"

#define MEDIA_TYPE "application/token-introspection+jwt"

/* RFC9110#12.5.1: by its name, and not less than JSON; nothing is signed for "any" */
static bool accepts(struct slice accept)
{
	struct accept_weight jwt = accept_weight_of(accept, SLICE(MEDIA_TYPE));
	struct accept_weight json = accept_weight_of(accept, SLICE("application/json"));
	return jwt.is_named && jwt.weight > 0 && jwt.weight >= json.weight;
}

/* RFC9701#4, #6 */
bool introspect_wants_jwt(const struct client *caller, struct slice accept)
{
	struct slice alg = client_setting_get(caller->settings, SETTING_INTROSPECTION_SIGNED_ALG);
	return !slice_is_empty(alg) || accepts(accept);
}

static enum alg alg_of(const struct client *caller)
{
	struct slice name = client_setting_get(caller->settings, SETTING_INTROSPECTION_SIGNED_ALG);
	enum alg alg = alg_from_name(name);
	/* RFC9701#6: without a word of the client's */
	return alg == ALG_COUNT ? ALG_RS256 : alg;
}

enum err introspect_sign(const struct flow *flow, const struct call *call,
			 const struct client *caller, struct slice answer, struct slice *out)
{
	struct json *members = NULL;
	AUTO(json) struct json *claims = json_object_new();
	if (json_parse(answer, &members) != ERR_OK)
		return ERR_INVALID; /* of our own making: never */
	/* RFC9701#5: no sub and no exp of its own, so that it is no access token to anybody */
	json_set_text(claims, NAME_ISS, flow->settings.issuer);
	json_set_text(claims, "aud", caller->client_id);
	json_set_number(claims, "iat", call->now);
	json_set_json(claims, "token_introspection", &members);
	const struct signing_request request = {
		.alg = alg_of(caller),
		.typ = "token-introspection+jwt",
		.claims = claims,
	};
	return signing_sign(flow, call, &request, out);
}
