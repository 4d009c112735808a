/* SPDX-License-Identifier: Apache-2.0
 *
 * The signature first, then what the object says of itself, then the parameters in it. */
#include "flow/request_object.h"

#include "crypto/jws.h"
#include "domain/client_setting.h"
#include "domain/names.h"
#include "domain/request_object.h"
#include "flow/client_keys.h"
#include "json/json.h"

static struct authorization_refusal refuse(struct slice text)
{
	return (struct authorization_refusal){ OAUTH_INVALID_REQUEST_OBJECT, text };
}

/* RFC9101#6.2, RFC9101#10.2: the algorithm that the client registered, or any with a key of its
 * own; `none` and the client's secret are in no set */
static uint32_t allowed_algs(const struct client *client)
{
	struct slice name = client_setting_get(client->settings, SETTING_REQUEST_OBJECT_ALG);
	enum alg alg = alg_from_name(name);
	if (slice_is_empty(name))
		return ALGS_ASYMMETRIC;
	return alg == ALG_COUNT ? 0 : ALG_BIT(alg) & ALGS_ASYMMETRIC;
}

static struct authorization_refusal check_signature(const struct flow *flow,
						    const struct call *call,
						    const struct request_object_question *question,
						    struct jws *jws)
{
	const struct client *client = question->client;
	if (jws_parse(call->arena, question->text, allowed_algs(client), jws) != ERR_OK)
		return refuse(
			SLICE("The request object is no signed JWT with an algorithm that this "
			      "client may use."));
	const struct key_source source = client_keys_source(client);
	switch (client_keys_verify(flow, call, &source, jws)) {
	case ERR_OK:
		return (struct authorization_refusal){ OAUTH_OK, SLICE_EMPTY };
	case ERR_INVALID:
		return refuse(SLICE("The request object is not signed by a key of the client."));
	default:
		return (struct authorization_refusal){
			OAUTH_TEMPORARILY_UNAVAILABLE,
			SLICE("The keys of the client cannot be had now.")
		};
	}
}

static struct slice text_of(const struct json *json, const char *name)
{
	struct slice text;
	return json_get_text(json, name, &text) ? text : SLICE_EMPTY;
}

static int64_t time_of(const struct json *json, const char *name, bool *has, int64_t otherwise)
{
	int64_t time;
	*has = json_has(json, name);
	return json_get_number(json, name, &time) ? time : otherwise;
}

static enum request_object_fault check_claims(const struct flow *flow,
					      const struct request_object_question *question,
					      const struct jws *jws, const struct json *json)
{
	const struct client *client = question->client;
	struct request_object object = {
		.typ = jws->typ,
		.iss = text_of(json, NAME_ISS),
		.sub = text_of(json, NAME_SUB),
		.client_id = text_of(json, NAME_CLIENT_ID),
		.nests = json_has(json, NAME_REQUEST) || json_has(json, NAME_REQUEST_URI),
	};
	const struct request_object_rules rules = {
		.client_id = client->client_id,
		.issuer = flow->settings.issuer,
		.now = question->began,
		.any_expiry = client_setting_equals(client->settings, SETTING_REQUEST_OBJECT_EXPIRY,
						    "any"),
	};
	if (!json_get_texts(json, "aud", object.aud, REQUEST_OBJECT_AUDIENCES_MAX,
			    &object.aud_count))
		object.aud_count = 0;
	/* there, but no number: as if it had passed long ago, or never came */
	object.exp = time_of(json, "exp", &object.has_exp, INT64_MIN);
	object.nbf = time_of(json, "nbf", &object.has_nbf, INT64_MAX);
	object.iat = time_of(json, "iat", &object.has_iat, INT64_MAX);
	return request_object_check(&object, &rules);
}

/* --- its parameters */

struct adding {
	const struct json *json;
	struct arena *arena;
	struct authorization_parameters *out;
};

/* RFC9101#4: text as JSON strings, numbers as numbers, and claims as the object that it is
 * (OIDC#6.1)
 */
static bool add_member(void *arg, struct slice member)
{
	struct adding *adding = arg;
	const char *name = arena_cstr(adding->arena, member);
	AUTO(json) struct json *inner = json_get(adding->json, name);
	struct slice text;
	int64_t number;
	if (json_get_text(adding->json, name, &text))
		authorization_parameters_add(adding->out, member, arena_slice(adding->arena, text));
	else if (json_get_number(adding->json, name, &number))
		authorization_parameters_add(
			adding->out, member,
			arena_printf(adding->arena, "%lld", (long long)number));
	else if (inner && json_has_members(inner))
		authorization_parameters_add(adding->out, member, json_write(inner, adding->arena));
	return true;
}

/* RFC8707#2: several of them are a list */
static void add_resources(const struct json *json, struct arena *arena,
			  struct authorization_parameters *out)
{
	AUTO(json) struct json *list = json_get(json, NAME_RESOURCE);
	struct slice text;
	for (size_t i = 0; list && !json_has_members(list) && i < json_count(list); i++)
		if (json_text_at(list, i, &text))
			authorization_parameters_add(out, SLICE(NAME_RESOURCE),
						     arena_slice(arena, text));
}

struct authorization_refusal request_object_read(const struct flow *flow, const struct call *call,
						 const struct request_object_question *question,
						 struct authorization_parameters *out)
{
	struct jws jws;
	AUTO(json) struct json *json = NULL;
	*out = (struct authorization_parameters){ .resource_count = 0 };
	struct authorization_refusal refusal = check_signature(flow, call, question, &jws);
	if (refusal.error != OAUTH_OK)
		return refusal;
	if (json_parse(jws.payload, &json) != ERR_OK || !json_has_members(json))
		return refuse(SLICE("The request object does not hold a JSON object."));
	enum request_object_fault fault = check_claims(flow, question, &jws, json);
	if (fault != REQUEST_OBJECT_FINE)
		return refuse(request_object_fault_text(fault));
	struct adding adding = { json, call->arena, out };
	json_each_name(json, add_member, &adding);
	add_resources(json, call->arena, out);
	/* ours mean something in our own addresses alone */
	out->of[PARAMETER_KEPT] = SLICE_EMPTY;
	out->of[PARAMETER_MARK] = SLICE_EMPTY;
	return refusal;
}
