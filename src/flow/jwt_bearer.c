/* SPDX-License-Identifier: Apache-2.0
 *
 * The order matters: the issuer is one of the list before its keys are asked for, the signature is
 * right before the claims mean anything, and only what is good is remembered as seen. */
#include "flow/jwt_bearer.h"

#include "crypto/jws.h"
#include "domain/grant_assertion.h"
#include "domain/names.h"
#include "flow/client_keys.h"
#include "flow/direct_grant.h"
#include "flow/people.h"
#include "flow/replay.h"
#include "flow/scope_cache.h"
#include "json/json.h"

struct bearer {
	const struct jwt_bearer_request *request;
	struct jws jws;
	struct grant_assertion claims;
	const struct trusted_issuer *issuer; /* after verify() */
	struct slice jti;
	struct user *user;
	struct slice scope;
	struct slice resource;
};

static enum oauth_error wrong(struct slice *why, const char *words)
{
	*why = slice_str(words);
	return OAUTH_INVALID_GRANT;
}

/* The texts live in the arena: the JSON goes. */
static bool read_claims(struct arena *arena, struct bearer *bearer)
{
	AUTO(json) struct json *json = NULL;
	struct grant_assertion *claims = &bearer->claims;
	if (json_parse(bearer->jws.payload, &json) != ERR_OK)
		return false;
	*claims = (struct grant_assertion){
		.typ = bearer->jws.typ,
		.iss = json_copy_text(json, NAME_ISS, arena),
		.sub = json_copy_text(json, NAME_SUB, arena),
	};
	/* RFC7519#4.1.5: a time that is none must not count as one that is not there */
	bool fine = json_get_optional_number(json, "exp", &claims->has_exp, &claims->exp) &&
		    json_get_optional_number(json, "nbf", &claims->has_nbf, &claims->nbf) &&
		    json_get_optional_number(json, "iat", &claims->has_iat, &claims->iat);
	bearer->jti = json_copy_text(json, "jti", arena);
	if (!json_get_texts(json, "aud", claims->aud, GRANT_ASSERTION_AUDIENCES_MAX,
			    &claims->aud_count))
		claims->aud_count = 0;
	arena_slices(arena, claims->aud, claims->aud_count);
	return fine;
}

static const struct trusted_issuer *find_issuer(const struct flow *flow, struct slice iss)
{
	for (size_t i = 0; i < flow->settings.issuer_count; i++)
		if (slice_equal(flow->settings.issuers[i].issuer, iss))
			return &flow->settings.issuers[i];
	return NULL;
}

/* RFC7523#3: signed by the issuer. Somebody else's words and a forged signature get one answer. */
static enum oauth_error verify(const struct flow *flow, const struct call *call,
			       struct bearer *bearer, struct slice *why)
{
	if (jws_parse(call->arena, bearer->request->assertion, ALGS_ASYMMETRIC, &bearer->jws) !=
		    ERR_OK ||
	    !read_claims(call->arena, bearer))
		return wrong(why, "The assertion is not a signed JWT.");
	bearer->issuer = find_issuer(flow, bearer->claims.iss);
	if (!bearer->issuer)
		return wrong(why, "The assertion is not by an issuer that is trusted here.");
	const struct key_source source = { .jwks = SLICE_EMPTY, .uri = bearer->issuer->jwks_uri };
	switch (client_keys_verify(flow, call, &source, &bearer->jws)) {
	case ERR_OK:
		return OAUTH_OK;
	case ERR_INVALID:
		return wrong(why, "The assertion is not by an issuer that is trusted here.");
	default: /* its keys cannot be had now */
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	}
}

static enum oauth_error check(const struct flow *flow, const struct call *call,
			      const struct bearer *bearer, struct slice *why)
{
	const struct grant_assertion_rules rules = {
		.issuer = flow->settings.issuer,
		.token_endpoint = arena_printf(call->arena, "%.*s/token/",
					       SLICE_ARG(flow->settings.issuer)),
		.now = call->now,
	};
	enum grant_assertion_fault fault = grant_assertion_check(&bearer->claims, &rules);
	*why = grant_assertion_fault_text(fault);
	return fault == GRANT_ASSERTION_FINE ? OAUTH_OK : OAUTH_INVALID_GRANT;
}

/* RFC7523#3, D68: what comes twice is refused. One without a jti is known by its hash. */
static enum oauth_error remember(const struct flow *flow, const struct call *call,
				 const struct bearer *bearer, struct slice *why)
{
	struct hash hash;
	jws_identify(&bearer->jws, &hash);
	const struct replay replay = {
		.kind = REPLAY_GRANT_ASSERTION,
		.issuer = bearer->claims.iss,
		.jti = slice_is_empty(bearer->jti) ? hash_slice(&hash) : bearer->jti,
		.expires = bearer->claims.exp + GRANT_ASSERTION_SKEW_S + 1,
	};
	enum err err = replay_take(flow, call, &replay);
	if (err == ERR_CONFLICT)
		return wrong(why, "The assertion has been used.");
	return err == ERR_OK ? OAUTH_OK : OAUTH_TEMPORARILY_UNAVAILABLE;
}

static enum find find_by_id(const struct flow *flow, const struct call *call, struct slice text,
			    struct user **out)
{
	struct id id;
	if (id_parse(text, &id) != ERR_OK)
		return ABSENT;
	return store_user_find(flow->store, call->arena, &id, out);
}

/* RFC7523#3: the account that is meant. An id is given to one account for ever; by a name only
 * where the operator says that this issuer's names are ours: D77 */
static enum oauth_error find_person(const struct flow *flow, const struct call *call,
				    struct bearer *bearer, struct slice *why)
{
	struct slice sub = bearer->claims.sub;
	enum find find = bearer->issuer->by_name ? people_find(flow, call, sub, &bearer->user)
						 : find_by_id(flow, call, sub, &bearer->user);
	if (find == FIND_FAILED)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	return find == FOUND && bearer->user->enabled
		       ? OAUTH_OK
		       : wrong(why, "There is no account for the subject of the assertion.");
}

/* No refresh token comes of it, so offline_access says nothing: RFC7521#4.1 */
static enum oauth_error choose_scope(const struct flow *flow, const struct call *call,
				     struct bearer *bearer)
{
	struct scope_list known;
	struct scope_set set;
	struct scope_set kept = { .count = 0 };
	const struct client *client = bearer->request->client->entry.client;
	if (scope_cache_list(flow, call, &known) != ERR_OK)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	const struct scope_request wanted = {
		.requested = bearer->request->scope,
		.allowed = client->allowed_scopes,
		.defaults = client->default_scopes,
		.known = &known,
	};
	enum oauth_error error = scope_grant(&wanted, &set);
	for (size_t i = 0; error == OAUTH_OK && i < set.count; i++)
		if (!slice_equal(set.names[i], SLICE("offline_access")))
			kept.names[kept.count++] = set.names[i];
	bearer->scope = scope_set_text(&kept, call->arena);
	return error;
}

static enum oauth_error issue(const struct flow *flow, const struct call *call,
			      const struct bearer *bearer, struct token_answer *out)
{
	const struct direct_grant grant = {
		.grant = GRANT_JWT_BEARER,
		.client = bearer->request->client,
		.user = &bearer->user->id,
		.scope = bearer->scope,
		.resource = bearer->resource,
		.binding = bearer->request->binding,
		.unchanged = OAUTH_INVALID_GRANT,
	};
	return direct_grant_issue(flow, call, &grant, out);
}

/* What would be refused anyway does not use the assertion up. */
static enum oauth_error run(const struct flow *flow, const struct call *call, struct bearer *bearer,
			    struct token_answer *out, struct slice *why)
{
	const struct jwt_bearer_request *request = bearer->request;
	enum oauth_error error = verify(flow, call, bearer, why);
	if (error == OAUTH_OK)
		error = check(flow, call, bearer, why);
	if (error == OAUTH_OK)
		error = find_person(flow, call, bearer, why);
	if (error == OAUTH_OK)
		error = choose_scope(flow, call, bearer);
	if (error == OAUTH_OK)
		error = resources_grant(flow, call, request->client->entry.client,
					&request->resources, &bearer->resource);
	if (error == OAUTH_OK)
		error = remember(flow, call, bearer, why);
	return error == OAUTH_OK ? issue(flow, call, bearer, out) : error;
}

enum oauth_error jwt_bearer_grant(const struct flow *flow, const struct call *call,
				  const struct jwt_bearer_request *request,
				  struct token_answer *out, struct slice *why)
{
	struct bearer bearer = { .request = request };
	*why = SLICE_EMPTY;
	if (flow->settings.issuer_count == 0)
		return OAUTH_UNSUPPORTED_GRANT_TYPE;
	enum oauth_error error = run(flow, call, &bearer, out, why);
	return direct_grant_refuse(flow, call, request->client->entry.client, error);
}
