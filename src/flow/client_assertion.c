/* SPDX-License-Identifier: Apache-2.0
 *
 * The audience is our issuer, always; the URL of the endpoint only for clients that were told so:
 * with it, an assertion that was made for another server which named our endpoint as its own would
 * be good here. */
#include "flow/client_assertion.h"

#include "domain/client_setting.h"
#include "flow/alias.h"
#include "flow/replay.h"
#include "json/json.h"

enum { AUDIENCES_MAX = 5, BYTES_MAX = 8192 };

static bool read_audience(struct arena *arena, const struct json *payload,
			  struct assertion_claims *out)
{
	if (!json_has(payload, "aud"))
		return true;
	if (!json_get_texts(payload, "aud", out->aud, ASSERTION_AUDIENCES_MAX, &out->aud_count))
		return false;
	arena_slices(arena, out->aud, out->aud_count);
	return true;
}

static enum err read_claims(struct arena *arena, struct slice payload, struct assertion_claims *out)
{
	AUTO(json) struct json *json = NULL;
	if (json_parse(payload, &json) != ERR_OK || !json_has_members(json))
		return ERR_INVALID;
	out->iss = json_copy_text(json, "iss", arena);
	out->sub = json_copy_text(json, "sub", arena);
	out->jti = json_copy_text(json, "jti", arena);
	bool fine = read_audience(arena, json, out) &&
		    json_get_optional_number(json, "exp", &out->has_exp, &out->exp) &&
		    json_get_optional_number(json, "nbf", &out->has_nbf, &out->nbf) &&
		    json_get_optional_number(json, "iat", &out->has_iat, &out->iat);
	return fine ? ERR_OK : ERR_INVALID;
}

enum err client_assertion_read(struct arena *arena, struct slice text, struct client_assertion *out)
{
	*out = (struct client_assertion){ .claims = { .aud_count = 0 } };
	if (text.len > BYTES_MAX ||
	    jws_parse(arena, text, ALGS_ASYMMETRIC | ALGS_SECRET, &out->jws) != ERR_OK)
		return ERR_INVALID;
	if (!assertion_type_is_fine(out->jws.typ))
		return ERR_INVALID;
	return read_claims(arena, out->jws.payload, &out->claims);
}

/* RFC7523#3: the issuer; and, where the client is set so, its token endpoint (OIDC#9) or the
 * endpoint that it called (RFC9126#2), by whichever name of ours. */
static size_t audiences(const struct flow *flow, const struct call *call,
			const struct assertion_question *question, struct slice out[AUDIENCES_MAX])
{
	struct slice token = arena_printf(call->arena, "%.*s/o/token/",
					  SLICE_ARG(flow->settings.base_url));
	out[0] = flow->settings.issuer;
	if (!client_setting_equals(question->client->settings, SETTING_ASSERTION_AUDIENCE,
				   "token_endpoint"))
		return 1;
	out[1] = token;
	out[2] = alias_of(flow, call->arena, token);
	if (slice_is_empty(question->endpoint))
		return 3;
	out[3] = question->endpoint;
	out[4] = alias_of(flow, call->arena, question->endpoint);
	return AUDIENCES_MAX;
}

static enum err take(const struct flow *flow, const struct call *call,
		     const struct assertion_question *question, const char **why)
{
	const struct assertion_claims *claims = &question->assertion->claims;
	const struct replay replay = {
		.kind = REPLAY_CLIENT_ASSERTION,
		.issuer = id_slice(&question->client->id),
		.jti = claims->jti,
		.expires = claims->exp + ASSERTION_LEEWAY_S,
	};
	/* RFC7523#3, OIDC#9: an assertion is used once */
	enum err err = replay_take(flow, call, &replay);
	*why = err == ERR_CONFLICT ? "client assertion came twice" : "";
	if (err == ERR_CONFLICT)
		return ERR_INVALID;
	return err == ERR_OK ? ERR_OK : ERR_DATABASE;
}

enum err client_assertion_judge(const struct flow *flow, const struct call *call,
				const struct assertion_question *question, const char **why)
{
	struct slice names[AUDIENCES_MAX];
	const struct assertion_expected expected = {
		.client_id = question->client->client_id,
		.audiences = names,
		.audience_count = audiences(flow, call, question, names),
		.now = call->now,
	};
	enum assertion_fault fault = assertion_claims_check(&question->assertion->claims,
							    &expected);
	*why = assertion_fault_words(fault);
	return fault == ASSERTION_FINE ? take(flow, call, question, why) : ERR_INVALID;
}
