/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the token, finds it, and asks for what it is bound to. A refusal says why in a challenge of
 * the scheme that was used, and in JSON as well; who sent nothing is told both schemes and no error
 * (RFC6750#3.1). */
#include "endpoint/bearer.h"

#include "base/buf.h"
#include "domain/names.h"
#include "endpoint/dpop_header.h"
#include "endpoint/oauth_reply.h"
#include "flow/dpop.h"
#include "flow/held_certificate.h"
#include "flow/server_metadata.h"
#include "web/client_certificate.h"
#include "web/cors.h"
#include "web/reply.h"
#include "json/json.h"

enum { CHALLENGE_MAX = 1024 };

enum scheme { SCHEME_BEARER = 0, SCHEME_DPOP };

struct presented {
	struct slice text; /* "": none was */
	enum scheme scheme;
};

/* --- refusals */

struct bearer_refusal {
	enum oauth_error error; /* OAUTH_OK: nothing was sent */
	enum scheme scheme;
	const char *why;   /* NULL: as the error has it; fixed words */
	const char *scope; /* that is needed; NULL */
};

/* RFC6750#3: each attribute once, in the characters that it may have; RFC9449#7.1: algs */
static void challenge(struct web_context *context, const struct bearer_refusal *refusal)
{
	const struct oauth_error_row *row = oauth_error_row(refusal->error);
	struct buf buf;
	buf_init_arena(&buf, context->arena, CHALLENGE_MAX);
	buf_addf(&buf, "%s realm=\"doorcode\"",
		 refusal->scheme == SCHEME_DPOP ? NAME_DPOP : NAME_BEARER);
	if (refusal->error != OAUTH_OK)
		buf_addf(&buf, ", error=\"%s\", error_description=\"%s\"", row->name,
			 refusal->why ? refusal->why : row->description);
	if (refusal->scope)
		buf_addf(&buf, ", scope=\"%s\"", refusal->scope);
	/* RFC9728#5.1: where who does not know this server finds out how to get a token */
	buf_addf(&buf, ", resource_metadata=\"%.*s\"",
		 SLICE_ARG(server_metadata_userinfo_url(context->web->flow, context->arena)));
	if (refusal->scheme == SCHEME_DPOP)
		buf_addf(&buf, ", algs=\"%.*s\"", SLICE_ARG(dpop_algs(context->arena)));
	http_response_header(context->response, "WWW-Authenticate", buf_slice(&buf));
}

static void reply_refusal(struct web_context *context, int status,
			  const struct bearer_refusal *refusal)
{
	const struct oauth_error_row *row = oauth_error_row(refusal->error);
	const char *why = refusal->why ? refusal->why : row->description;
	AUTO(json) struct json *json = json_object_new();
	if (refusal->error != OAUTH_OK) {
		json_set_text(json, NAME_ERROR, slice_str(row->name));
		json_set_text(json, NAME_ERROR_DESCRIPTION, slice_str(why));
	}
	reply_json(context, status, json_write(json, context->arena));
	challenge(context, refusal);
}

static void record(struct web_context *context, const struct bearer_refusal *refusal,
		   const struct client *client)
{
	const struct refusal event = {
		.kind = EVENT_RESOURCE_REFUSED,
		.client = client ? &client->id : NULL,
		.detail = slice_str(oauth_error_row(refusal->error)->name),
	};
	flow_refused(context->web->flow, &context->call, &event);
}

/* RFC6750#3.1: 400, 401, 403; RFC9449#7.1: a proof that is no good is 401 as well */
static bool refuse(struct web_context *context, const struct bearer_refusal *refusal,
		   const struct client *client)
{
	int status = 401;
	if (refusal->error == OAUTH_TEMPORARILY_UNAVAILABLE) {
		oauth_reply_error(context, refusal->error);
		return false;
	}
	if (refusal->error == OAUTH_INVALID_REQUEST)
		status = 400;
	else if (refusal->error == OAUTH_INSUFFICIENT_SCOPE)
		status = 403;
	record(context, refusal, client);
	reply_refusal(context, status, refusal);
	return false;
}

static bool refuse_request(struct web_context *context, const char *why)
{
	const struct bearer_refusal refusal = { .error = OAUTH_INVALID_REQUEST, .why = why };
	return refuse(context, &refusal, NULL);
}

/* RFC6750#3: no error code; RFC9449#7.1: both schemes are offered */
static bool ask(struct web_context *context, const struct bearer_rule *rule)
{
	const struct bearer_refusal bearer = { .scope = rule->scope };
	const struct bearer_refusal dpop = { .scheme = SCHEME_DPOP, .scope = rule->scope };
	reply_refusal(context, 401, &bearer);
	challenge(context, &dpop);
	return false;
}

/* --- reading */

/* False when it has answered. Another scheme than ours is as good as nothing. */
static bool read_header(struct web_context *context, struct presented *out)
{
	struct slice header = http_request_header(context->request, "Authorization");
	struct slice scheme;
	struct slice more;
	if (!header.ptr || !slice_word(&header, &scheme))
		return true;
	/* RFC9110#11.1: in any case of letters */
	if (slice_equal_nocase(scheme, SLICE(NAME_DPOP)))
		out->scheme = SCHEME_DPOP;
	else if (!slice_equal_nocase(scheme, SLICE(NAME_BEARER)))
		return true;
	if (!slice_word(&header, &out->text) || slice_word(&header, &more))
		return refuse_request(context, "The Authorization header holds no token.");
	return true;
}

static bool query_has_token(const struct web_context *context)
{
	struct slice query = context->request->query;
	struct slice part;
	while (slice_split(&query, '&', &part))
		if (slice_has_prefix(part, SLICE(NAME_ACCESS_TOKEN "=")))
			return true;
	return false;
}

static bool read_token(struct web_context *context, const struct bearer_rule *rule,
		       struct presented *out)
{
	*out = (struct presented){ .text = SLICE_EMPTY };
	/* RFC6750#2.3, RFC9700#4.3.2: addresses are logged and handed on */
	if (query_has_token(context))
		return refuse_request(context, "The token must not be in the address.");
	if (!read_header(context, out))
		return false;
	struct slice posted = form_value(&context->form, NAME_ACCESS_TOKEN);
	if (!rule->by_form || slice_is_empty(posted))
		return true;
	/* RFC6750#2: one way in a request */
	if (!slice_is_empty(out->text))
		return refuse_request(context, "The token was sent in two ways.");
	out->text = posted;
	return true;
}

/* --- what it is bound to */

/* RFC9449#7.1, RFC9449#7.2: with its scheme and a proof for this very token */
static bool check_proof(struct web_context *context, const struct presented *presented,
			const struct access_token *token, const struct binding *bound)
{
	struct bearer_refusal refusal = { .error = OAUTH_INVALID_TOKEN, .scheme = SCHEME_DPOP };
	struct binding held;
	if (presented->scheme != SCHEME_DPOP || bound->kind != BINDING_DPOP) {
		refusal.why = "The token and the scheme do not go together.";
		return refuse(context, &refusal, token->client);
	}
	enum oauth_error error = dpop_header_check(context, presented->text, &held);
	if (error != OAUTH_OK || held.kind == BINDING_NONE) {
		refusal.error = error == OAUTH_OK ? OAUTH_INVALID_DPOP_PROOF : error;
		return refuse(context, &refusal, token->client);
	}
	refusal.why = "The proof is not by the key that the token is bound to.";
	return binding_equal(bound, &held) || refuse(context, &refusal, token->client);
}

/* RFC8705#3 */
static bool check_certificate(struct web_context *context, const struct access_token *token,
			      const struct binding *bound)
{
	const struct bearer_refusal refusal = {
		.error = OAUTH_INVALID_TOKEN,
		.why = "The token is bound to a certificate that does not come with it.",
	};
	struct client_certificate shown;
	if (!client_certificate_find(context, &shown))
		return refuse_request(context, "The header of the certificate is repeated.");
	struct binding held = held_certificate(context->arena, shown.der, shown.text);
	return binding_equal(bound, &held) || refuse(context, &refusal, token->client);
}

/* ASVS#10.3.5: a token that is bound is no bearer token */
static bool check_binding(struct web_context *context, const struct presented *presented,
			  const struct access_token *token)
{
	const struct bearer_refusal broken = { .error = OAUTH_INVALID_TOKEN };
	struct binding bound;
	if (binding_parse(token->row.binding, &bound) != ERR_OK)
		return refuse(context, &broken, token->client);
	if (presented->scheme == SCHEME_DPOP || bound.kind == BINDING_DPOP)
		return check_proof(context, presented, token, &bound);
	return bound.kind == BINDING_NONE || check_certificate(context, token, &bound);
}

/* --- whether it will do */

/* RFC9068#4, ASVS#10.3.1: what was made for another resource is not for this server */
static bool is_for_us(const struct web_context *context, const struct access_token *token)
{
	return slice_is_empty(token->row.resource) ||
	       slice_has_word(token->row.resource, context->web->flow->settings.issuer);
}

static bool check_use(struct web_context *context, const struct bearer_rule *rule,
		      const struct presented *presented, const struct access_token *token)
{
	struct bearer_refusal refusal = { .error = OAUTH_INVALID_TOKEN,
					  .scheme = presented->scheme };
	if (!rule->any_audience && !is_for_us(context, token)) {
		refusal.why = "The token is for another resource.";
		return refuse(context, &refusal, token->client);
	}
	/* ASVS#10.3.2 */
	bool has_scope = !rule->scope || slice_has_word(token->row.scope, slice_str(rule->scope));
	if (has_scope && (token->user || !rule->of_person))
		return true;
	refusal.error = OAUTH_INSUFFICIENT_SCOPE;
	refusal.scope = rule->scope;
	return refuse(context, &refusal, token->client);
}

bool bearer_check(struct web_context *context, const struct bearer_rule *rule,
		  struct access_token *out)
{
	struct presented presented;
	if (!read_token(context, rule, &presented))
		return false;
	if (slice_is_empty(presented.text))
		return ask(context, rule);
	struct bearer_refusal refusal = { .error = OAUTH_INVALID_TOKEN,
					  .scheme = presented.scheme };
	switch (access_token_find(context->web->flow, &context->call, presented.text, out)) {
	case FOUND:
		break;
	case ABSENT:
		return refuse(context, &refusal, NULL);
	case FIND_FAILED:
	default:
		refusal.error = OAUTH_TEMPORARILY_UNAVAILABLE;
		return refuse(context, &refusal, NULL);
	}
	cors_share(context, out->client);
	return check_binding(context, &presented, out) && check_use(context, rule, &presented, out);
}
