/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps in a fixed order; the first that has something against the request ends it. */
#include "flow/authorize_asked.h"

#include "domain/client_setting.h"
#include "domain/names.h"
#include "flow/authorize.h"
#include "flow/client_cache.h"
#include "flow/kept_request.h"
#include "flow/metadata_document.h"
#include "flow/request_object.h"
#include "flow/resource_cache.h"
#include "flow/scope_cache.h"

struct asking {
	const struct flow *flow;
	const struct call *call;
	const struct session *session;
	bool is_pushing; /* this is the push itself */
	struct asked *out;
};

/* Each step says whether to go on. */
static bool end(const struct asking *a, enum asked_state state, enum oauth_error error,
		struct slice text)
{
	a->out->state = state;
	a->out->refusal = (struct authorization_refusal){ error, text };
	return false;
}

static bool unsafe(const struct asking *a, struct slice text)
{
	return end(a, ASKED_UNSAFE, OAUTH_INVALID_REQUEST, text);
}

static bool unavailable(const struct asking *a)
{
	return end(a, ASKED_UNAVAILABLE, OAUTH_TEMPORARILY_UNAVAILABLE, SLICE_EMPTY);
}

static struct slice get(const struct asking *a, enum authorization_parameter parameter)
{
	return a->out->parameters.of[parameter];
}

/* --- the address */

/* A handle stands for the whole request, a pushed one with its client; what stands beside them is
 * nothing. */
static struct slice base_of(const struct asking *a, struct slice query)
{
	struct authorization_parameters only = { .resource_count = 0 };
	struct slice kept = get(a, PARAMETER_KEPT);
	if (!slice_is_empty(kept))
		return arena_printf(a->call->arena, NAME_KEPT "=%.*s", SLICE_ARG(kept));
	only.of[PARAMETER_CLIENT_ID] = get(a, PARAMETER_CLIENT_ID);
	only.of[PARAMETER_REQUEST_URI] = get(a, PARAMETER_REQUEST_URI);
	if (slice_has_prefix(only.of[PARAMETER_REQUEST_URI], SLICE(NAME_REQUEST_URI_PREFIX)) &&
	    a->out->parameters.repeated == 0)
		return authorization_parameters_write(&only, a->call->arena);
	return authorization_text(a->call->arena, query);
}

static bool read_query(const struct asking *a, struct slice query)
{
	struct asked *out = a->out;
	if (authorization_parameters_parse(a->call->arena, query, &out->parameters) != ERR_OK)
		return unsafe(a, SLICE("The address is malformed or too long."));
	out->base = base_of(a, query);
	if (authorize_mark_read(a->flow, a->call, get(a, PARAMETER_MARK), out->base, &out->mark) !=
	    ERR_OK)
		out->mark = authorize_mark_new(a->call, a->session);
	return true;
}

/* --- what was kept */

/* The request began in time: what the person needs to sign in and to decide does not count.
 * RFC9126#4, D48 */
static bool began_in_time(const struct asking *a, const struct kept_request *kept, int64_t lifetime)
{
	return kept->used == 0 && a->call->now < kept->expires &&
	       a->out->mark.began < kept->created + lifetime;
}

static bool open_kept(const struct asking *a, const struct kept_request *kept)
{
	struct asked *out = a->out;
	out->kept[out->kept_count++] = kept->hash;
	if (authorization_parameters_parse(a->call->arena, kept->parameters, &out->parameters) !=
	    ERR_OK)
		return unsafe(a, SLICE("The request is malformed."));
	return true;
}

static bool read_posted(const struct asking *a)
{
	struct slice handle = get(a, PARAMETER_KEPT);
	struct kept_request *kept = NULL;
	if (slice_is_empty(handle))
		return true;
	enum find found = kept_request_find(a->flow, a->call, KEPT_AUTHORIZE, handle, &kept);
	if (found == FIND_FAILED)
		return unavailable(a);
	if (found == ABSENT || !began_in_time(a, kept, AUTHORIZE_KEPT_S))
		return unsafe(a,
			      SLICE("This request has been answered, or has waited for too long. "
				    "Go back to the application and start again."));
	return open_kept(a, kept);
}

static bool refuse_pushed(const struct asking *a)
{
	return end(a, ASKED_UNSAFE, OAUTH_INVALID_REQUEST_URI,
		   SLICE("This request is not known, was answered, or has waited for too long. Go "
			 "back to the application and start again."));
}

/* RFC9126#2.2, RFC9126#4, RFC9126#7.3: of this client, once, for a short time */
static bool read_pushed(const struct asking *a, struct slice uri)
{
	struct kept_request *kept = NULL;
	enum find found = kept_request_find(a->flow, a->call, KEPT_PUSHED, uri, &kept);
	if (found == FIND_FAILED)
		return unavailable(a);
	if (found == ABSENT || !id_equal(&kept->client, &a->out->client->id) ||
	    !began_in_time(a, kept, a->flow->settings.pushed_lifetime))
		return refuse_pushed(a);
	a->out->is_pushed = true;
	return open_kept(a, kept);
}

/* --- the client */

static bool find_client(const struct asking *a)
{
	static const uint32_t bit = PARAMETER_BIT(PARAMETER_CLIENT_ID);
	const struct authorization_parameters *parameters = &a->out->parameters;
	struct slice client_id = get(a, PARAMETER_CLIENT_ID);
	struct client_entry entry = { .client = NULL };
	if (parameters->repeated & bit)
		return unsafe(a, authorization_target_text(TARGET_TWICE));
	if (slice_is_empty(client_id))
		return unsafe(a, SLICE("The request does not say which application it is for "
				       "(client_id)."));
	enum find found = metadata_document_find(a->flow, a->call, client_id, &entry);
	if (found == FIND_FAILED)
		return unavailable(a);
	/* RFC6749#4.1.2.1: unknown and disabled look alike */
	if (found == ABSENT || !entry.client->enabled)
		return unsafe(a, SLICE("The application that asks is not known here."));
	a->out->client = entry.client;
	return true;
}

/* --- the redirect URI */

/* What the address names beside an object that cannot be read is good enough to tell the client of
 * it, if it is registered. */
static bool find_target(const struct asking *a)
{
	struct asked *out = a->out;
	enum authorization_target target = authorization_target(&out->parameters, out->client,
								&out->uri);
	return target == TARGET_FINE || unsafe(a, authorization_target_text(target));
}

static bool refuse(const struct asking *a, enum oauth_error error, struct slice text)
{
	bool is_safe = !slice_is_empty(a->out->uri) || find_target(a);
	return end(a, is_safe ? ASKED_REFUSED : ASKED_UNSAFE, error, text);
}

/* RFC6749#3.1: which of the two is meant nobody knows */
static bool comes_once(const struct asking *a, enum authorization_parameter parameter)
{
	return !(a->out->parameters.repeated & PARAMETER_BIT(parameter)) ||
	       refuse(a, OAUTH_INVALID_REQUEST, SLICE("A parameter comes more than once."));
}

/* --- request and request_uri */

static bool follow_request_uri(const struct asking *a)
{
	struct slice uri = get(a, PARAMETER_REQUEST_URI);
	if (slice_is_empty(uri))
		return true;
	if (!comes_once(a, PARAMETER_REQUEST_URI))
		return false;
	/* RFC9101#5 */
	if (!slice_is_empty(get(a, PARAMETER_REQUEST)))
		return refuse(a, OAUTH_INVALID_REQUEST,
			      SLICE("request and request_uri do not go together."));
	/* OIDC#6.2, OIDC#3.1.2.6: we fetch nothing on behalf of a stranger. D47 */
	if (!slice_has_prefix(uri, SLICE(NAME_REQUEST_URI_PREFIX)))
		return refuse(a, OAUTH_REQUEST_URI_NOT_SUPPORTED, SLICE_EMPTY);
	return read_pushed(a, uri);
}

/* RFC9126#5, RFC9126#6, RFC9101#10.5, ASVS#10.4.13 */
static bool check_demands(const struct asking *a, bool is_signed)
{
	struct slice settings = a->out->client->settings;
	bool pushes = a->flow->settings.require_pushed ||
		      client_setting_is(settings, SETTING_REQUIRE_PAR);
	if (pushes && !a->out->is_pushed && !a->is_pushing)
		return refuse(a, OAUTH_INVALID_REQUEST,
			      SLICE("This client must push its authorization requests."));
	/* one that was pushed was seen to be signed when it came */
	if (client_setting_is(settings, SETTING_REQUIRE_SIGNED_REQUEST) && !is_signed &&
	    !a->out->is_pushed)
		return refuse(a, OAUTH_INVALID_REQUEST,
			      SLICE("This client must sign its authorization requests."));
	return true;
}

static bool open_object(const struct asking *a, bool *is_signed)
{
	struct asked *out = a->out;
	struct slice text = get(a, PARAMETER_REQUEST);
	struct authorization_parameters inner;
	*is_signed = !slice_is_empty(text);
	if (!*is_signed)
		return true;
	if (!comes_once(a, PARAMETER_REQUEST))
		return false;
	const struct request_object_question question = {
		.client = out->client,
		.text = text,
		/* what the person needs to sign in and to decide does not count, as with a pushed
		 * request: libraries sign for a minute */
		.began = a->is_pushing ? a->call->now : out->mark.began,
	};
	struct authorization_refusal refusal = request_object_read(a->flow, a->call, &question,
								   &inner);
	if (refusal.error != OAUTH_OK)
		return refuse(a, refusal.error, refusal.text);
	/* RFC9101#6.3: what stands beside it is not looked at */
	out->parameters = inner;
	return true;
}

/* --- the rules */

static bool read_claims(const struct asking *a, const struct scope_list *known)
{
	struct asked *out = a->out;
	const struct claims_rules rules = {
		.granted = out->request.scope,
		.allowed = out->client->allowed_scopes,
		.known = known,
	};
	/* OIDC#5.5 is about requests with openid */
	if (!slice_has_word(out->request.scope, SLICE("openid")))
		return true;
	if (claims_parameter_read(a->call->arena, get(a, PARAMETER_CLAIMS), &rules, &out->claims) !=
	    ERR_OK)
		return refuse(
			a, OAUTH_INVALID_REQUEST,
			SLICE("The claims parameter is no JSON object of the form it must have."));
	return true;
}

/* What the person is shown: OIDC#3.1.2.4, and claims by name stand for their scopes. */
static struct slice shown_scope(const struct asking *a)
{
	const struct asked *out = a->out;
	if (slice_is_empty(out->claims.scope))
		return out->request.scope;
	return arena_printf(a->call->arena, "%.*s %.*s", SLICE_ARG(out->request.scope),
			    SLICE_ARG(out->claims.scope));
}

static bool ask_rules(const struct asking *a)
{
	struct asked *out = a->out;
	struct scope_list scopes;
	struct resource_list resources;
	if (scope_cache_list(a->flow, a->call, &scopes) != ERR_OK ||
	    resource_cache_list(a->flow, a->call, &resources) != ERR_OK)
		return unavailable(a);
	const struct authorization_rules rules = {
		.client = out->client,
		.hybrid = a->flow->settings.hybrid,
		.require_pkce = a->flow->settings.require_pkce,
		.sign_up = a->flow->settings.sign_up != SIGN_UP_OFF,
		.scopes = &scopes,
		.resources = &resources,
	};
	struct authorization_refusal refusal;
	if (!authorization_request_check(&rules, &out->parameters, a->call->arena, &out->request,
					 &refusal))
		return refuse(a, refusal.error, refusal.text);
	if (!read_claims(a, &scopes))
		return false;
	out->shown_scope = shown_scope(a);
	return true;
}

static void judge(const struct asking *a)
{
	bool is_signed = false;
	if (!open_object(a, &is_signed) || !find_target(a) || !check_demands(a, is_signed) ||
	    !ask_rules(a))
		return;
	a->out->state = ASKED_FINE;
}

void asked_judge(const struct flow *flow, const struct call *call, struct asked *out)
{
	const struct asking a = { flow, call, NULL, true, out };
	judge(&a);
}

void asked_read(const struct flow *flow, const struct call *call, struct slice query,
		const struct session *session, struct asked *out)
{
	const struct asking a = { flow, call, session, false, out };
	*out = (struct asked){ .state = ASKED_UNSAFE };
	if (read_query(&a, query) && read_posted(&a) && find_client(&a) && follow_request_uri(&a))
		judge(&a);
}
