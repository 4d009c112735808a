/* SPDX-License-Identifier: Apache-2.0
 *
 * Each rule is a function in a list; the first that refuses has the word. */
#include "domain/authorization_request.h"

#include <assert.h>

#include "base/ensure.h"
#include "domain/binding.h"
#include "domain/client_setting.h"
#include "domain/pkce.h"
#include "domain/prompt.h"
#include "domain/redirect_uri.h"

/* --- where */

static bool asks_for_openid(const struct authorization_parameters *parameters)
{
	struct scope_set set;
	return scope_set_parse(parameters->of[PARAMETER_SCOPE], &set) == ERR_OK &&
	       scope_set_has(&set, SLICE("openid"));
}

enum authorization_target authorization_target(const struct authorization_parameters *parameters,
					       const struct client *client, struct slice *uri)
{
	static const uint32_t both = PARAMETER_BIT(PARAMETER_CLIENT_ID) |
				     PARAMETER_BIT(PARAMETER_REDIRECT_URI);
	struct slice named = parameters->of[PARAMETER_REDIRECT_URI];
	*uri = SLICE_EMPTY;
	if (parameters->repeated & both)
		return TARGET_TWICE;
	if (parameters->unfit & PARAMETER_BIT(PARAMETER_REDIRECT_URI))
		return TARGET_UNREGISTERED;
	if (slice_is_empty(named)) {
		/* RFC6749#3.1.2.3: may be left out where there is only one; OIDC#3.1.2.1: never
		 * there */
		struct slice only = redirect_uri_only(client->redirect_uris);
		if (slice_is_empty(only) || asks_for_openid(parameters))
			return TARGET_MISSING;
		*uri = only;
		return TARGET_FINE;
	}
	/* RFC6749#3.1.2.4, RFC9700#4.1.3 */
	if (!redirect_uri_matches(client->redirect_uris, named))
		return TARGET_UNREGISTERED;
	*uri = named;
	return TARGET_FINE;
}

static const char *const target_texts[] = {
	[TARGET_FINE] = "",
	[TARGET_TWICE] = "The request names its client or its redirect URI more than once.",
	[TARGET_MISSING] =
		"The request does not say where the answer is to be sent (redirect_uri).",
	[TARGET_UNREGISTERED] =
		("The address that the answer is to be sent to (redirect_uri) is not registered for "
		 "this application."),
};
static_assert(ARRAY_LEN(target_texts) == TARGET_COUNT, "words for each fault");

struct slice authorization_target_text(enum authorization_target target)
{
	ensure((unsigned)target < TARGET_COUNT);
	return slice_str(target_texts[target]);
}

/* --- how */

/* What a type asks for by itself (RFC6749#4.2.2.1); OAuth 2.0 Multiple Response Types section 2.1
 */
static enum response_mode usual_mode(enum response_type type)
{
	return type == RESPONSE_TYPE_COUNT ? RESPONSE_MODE_QUERY : response_type_row(type)->mode;
}

/* A token never travels in a query; a fragment is for them alone; a form needs somebody who takes
 * it. D44, ASVS#10.4.12 */
static bool mode_fits(enum response_mode mode, enum response_type type, struct slice uri)
{
	if (mode == RESPONSE_MODE_FORM_POST)
		return redirect_uri_takes_forms(uri);
	return mode == usual_mode(type);
}

static enum response_type type_of(const struct authorization_parameters *parameters)
{
	return response_type_parse(parameters->of[PARAMETER_RESPONSE_TYPE]);
}

enum response_mode authorization_response_mode(const struct authorization_parameters *parameters,
					       struct slice uri)
{
	enum response_type type = type_of(parameters);
	enum response_mode mode = response_mode_from_name(parameters->of[PARAMETER_RESPONSE_MODE]);
	if (mode == RESPONSE_MODE_COUNT || !mode_fits(mode, type, uri))
		return usual_mode(type);
	return mode;
}

struct slice authorization_state(const struct authorization_parameters *parameters)
{
	bool twice = parameters->repeated & PARAMETER_BIT(PARAMETER_STATE);
	return twice ? SLICE_EMPTY : parameters->of[PARAMETER_STATE];
}

bool authorization_is_silent(const struct authorization_parameters *parameters)
{
	unsigned prompts;
	return prompt_parse(parameters->of[PARAMETER_PROMPT], true, &prompts) == PROMPT_FINE &&
	       (prompts & PROMPT_NONE);
}

/* --- what */

struct checking {
	const struct authorization_rules *rules;
	const struct authorization_parameters *parameters;
	struct arena *arena;
	struct authorization_request *out;
};

static struct authorization_refusal fine(void)
{
	return (struct authorization_refusal){ OAUTH_OK, SLICE_EMPTY };
}

static struct authorization_refusal refuse(enum oauth_error error, const char *text)
{
	return (struct authorization_refusal){ error, slice_str(text) };
}

static struct slice get(const struct checking *c, enum authorization_parameter parameter)
{
	return c->parameters->of[parameter];
}

static struct authorization_refusal check_form(const struct checking *c)
{
	/* RFC6749#3.1, RFC8707#2 */
	if (c->parameters->repeated || c->parameters->other_repeated)
		return refuse(OAUTH_INVALID_REQUEST, "A parameter comes more than once.");
	if (c->parameters->unfit)
		return refuse(OAUTH_INVALID_REQUEST,
			      "A parameter is too long, or holds characters that it cannot hold.");
	if (c->parameters->too_many_resources)
		return refuse(OAUTH_INVALID_TARGET, "Too many resources in one request.");
	/* OIDC#7.2.1, OIDC#3.1.2.6 */
	if (!slice_is_empty(get(c, PARAMETER_REGISTRATION)))
		return refuse(OAUTH_REGISTRATION_NOT_SUPPORTED, "");
	return fine();
}

static struct authorization_refusal check_type(const struct checking *c)
{
	const struct client *client = c->rules->client;
	enum response_type type = type_of(c->parameters);
	/* RFC6749#3.1.1, RFC6749#4.1.2.1 */
	if (slice_is_empty(get(c, PARAMETER_RESPONSE_TYPE)))
		return refuse(OAUTH_INVALID_REQUEST, "The response_type parameter is missing.");
	if (type == RESPONSE_TYPE_COUNT)
		return refuse(OAUTH_UNSUPPORTED_RESPONSE_TYPE, "");
	const struct response_type_row *row = response_type_row(type);
	/* RFC9700#2.1.2 */
	if (!row->is_offered)
		return refuse(OAUTH_UNSUPPORTED_RESPONSE_TYPE,
			      "No access token is given here: use response_type=code with PKCE.");
	if (row->is_hybrid && !c->rules->hybrid)
		return refuse(OAUTH_UNSUPPORTED_RESPONSE_TYPE,
			      "Response types with an ID token are not offered: use "
			      "response_type=code.");
	/* RFC6749#4.1.2.1: known, but not for this client */
	if (!grants_have(client->grants, GRANT_AUTHORIZATION_CODE))
		return refuse(OAUTH_UNAUTHORIZED_CLIENT,
			      "This client is not registered for the authorization code grant.");
	if (!response_type_listed(client_setting_get(client->settings, SETTING_RESPONSE_TYPES),
				  type))
		return refuse(OAUTH_UNAUTHORIZED_CLIENT,
			      "This client is not registered for this response type.");
	c->out->type = type;
	return fine();
}

static struct authorization_refusal check_mode(const struct checking *c)
{
	struct slice name = get(c, PARAMETER_RESPONSE_MODE);
	enum response_mode mode = response_mode_from_name(name);
	if (slice_is_empty(name))
		return fine();
	if (mode == RESPONSE_MODE_COUNT)
		return refuse(OAUTH_INVALID_REQUEST, "This response_mode is not supported.");
	struct slice uri = get(c, PARAMETER_REDIRECT_URI);
	if (slice_is_empty(uri))
		uri = redirect_uri_only(c->rules->client->redirect_uris);
	if (!mode_fits(mode, c->out->type, uri))
		return refuse(OAUTH_INVALID_REQUEST,
			      "This response_mode does not go with the response type, or with the "
			      "redirect URI.");
	return fine();
}

/* Whether the server asks it of everybody, or the client has nothing else that shows at the token
 * endpoint who it is. ASVS#10.4.6 */
static bool needs_pkce(const struct authorization_rules *rules)
{
	const struct client *client = rules->client;
	return rules->require_pkce || client->type == CLIENT_PUBLIC ||
	       client_setting_equals(client->settings, SETTING_AUTH_METHOD, "none");
}

static struct authorization_refusal check_pkce(const struct checking *c)
{
	const struct pkce_request request = {
		.challenge = get(c, PARAMETER_CODE_CHALLENGE),
		.method = get(c, PARAMETER_CODE_CHALLENGE_METHOD),
		.demanded = response_type_row(c->out->type)->gives_code &&
			    needs_pkce(c->rules), /* RFC9700#2.1.1 */
	};
	enum pkce_fault fault = pkce_check(&request);
	if (fault != PKCE_FINE) /* RFC7636#4.4.1 */
		return (struct authorization_refusal){ OAUTH_INVALID_REQUEST,
						       pkce_fault_text(fault) };
	c->out->code_challenge = request.challenge;
	return fine();
}

/* OIDC#11: without a code there is no refresh token, and nothing to be offline with */
static void drop_offline_access(struct scope_set *set)
{
	size_t kept = 0;
	for (size_t i = 0; i < set->count; i++)
		if (!slice_equal(set->names[i], SLICE("offline_access")))
			set->names[kept++] = set->names[i];
	set->count = kept;
}

static struct authorization_refusal check_scope(const struct checking *c)
{
	const struct client *client = c->rules->client;
	const struct response_type_row *type = response_type_row(c->out->type);
	const struct scope_request request = {
		.requested = get(c, PARAMETER_SCOPE),
		.allowed = client->allowed_scopes,
		.defaults = client->default_scopes,
		.known = c->rules->scopes,
	};
	struct scope_set set;
	enum oauth_error error = scope_grant(&request, &set);
	if (error != OAUTH_OK)
		return refuse(error, "");
	/* OIDC#3.1.2.1, OIDC#3.3.2.1 */
	if (type->gives_id_token && !scope_set_has(&set, SLICE("openid")))
		return refuse(OAUTH_INVALID_SCOPE, "An ID token needs the scope openid.");
	if (!type->gives_code)
		drop_offline_access(&set);
	c->out->scope = scope_set_text(&set, c->arena);
	return fine();
}

static struct authorization_refusal check_nonce(const struct checking *c)
{
	c->out->nonce = get(c, PARAMETER_NONCE);
	/* OIDC#3.2.2.1, OIDC#3.3.2.11: without it an ID token out of an address could be anybody's
	 */
	if (response_type_row(c->out->type)->gives_id_token && slice_is_empty(c->out->nonce))
		return refuse(OAUTH_INVALID_REQUEST, "This response type needs a nonce.");
	return fine();
}

static struct authorization_refusal check_prompt(const struct checking *c)
{
	enum prompt_fault fault = prompt_parse(get(c, PARAMETER_PROMPT), c->rules->sign_up,
					       &c->out->prompts);
	if (fault == PROMPT_FINE)
		return fine();
	return (struct authorization_refusal){ OAUTH_INVALID_REQUEST, prompt_fault_text(fault) };
}

static struct authorization_refusal check_max_age(const struct checking *c)
{
	struct slice text = get(c, PARAMETER_MAX_AGE);
	struct slice usual = client_setting_get(c->rules->client->settings,
						SETTING_DEFAULT_MAX_AGE);
	c->out->max_age = -1;
	/* what the request says comes before what the client registered: OpenID Connect Dynamic
	 * Client Registration section 2, default_max_age */
	if (slice_is_empty(text) &&
	    (slice_is_empty(usual) || slice_parse_int64(usual, &c->out->max_age) != ERR_OK))
		return fine();
	if (!slice_is_empty(text) &&
	    (slice_parse_int64(text, &c->out->max_age) != ERR_OK || c->out->max_age < 0))
		return refuse(OAUTH_INVALID_REQUEST, "max_age is no number of seconds.");
	return fine();
}

static struct authorization_refusal check_resource(const struct checking *c)
{
	const struct resource_request request = {
		.named = c->parameters->resources,
		.count = c->parameters->resource_count,
		.allowed = client_setting_get(c->rules->client->settings, SETTING_RESOURCES),
		.known = c->rules->resources,
	};
	/* RFC8707#2.1 */
	return refuse(resource_grant(&request, c->arena, &c->out->resource), "");
}

static struct authorization_refusal check_dpop(const struct checking *c)
{
	struct slice text = get(c, PARAMETER_DPOP_JKT);
	struct binding binding = { .kind = BINDING_DPOP };
	c->out->binding = SLICE_EMPTY;
	if (slice_is_empty(text))
		return fine();
	/* RFC9449#10: the thumbprint of a key, SHA-256 */
	if (binding_thumbprint_parse(text, &binding.thumbprint) != ERR_OK)
		return refuse(OAUTH_INVALID_REQUEST, "dpop_jkt is no thumbprint of a key.");
	c->out->binding = binding_text(&binding, c->arena);
	return fine();
}

typedef struct authorization_refusal check_fn(const struct checking *c);
static check_fn *const checks[] = {
	check_form,  check_type,   check_mode,    check_pkce,     check_scope,
	check_nonce, check_prompt, check_max_age, check_resource, check_dpop,
};

bool authorization_request_check(const struct authorization_rules *rules,
				 const struct authorization_parameters *parameters,
				 struct arena *arena, struct authorization_request *out,
				 struct authorization_refusal *refusal)
{
	const struct checking c = { rules, parameters, arena, out };
	*out = (struct authorization_request){ .max_age = -1 };
	*refusal = fine();
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		*refusal = checks[i](&c);
		if (refusal->error != OAUTH_OK)
			return false;
	}
	return true;
}
