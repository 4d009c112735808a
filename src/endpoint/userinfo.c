/* SPDX-License-Identifier: Apache-2.0
 *
 * The UserInfo endpoint: OIDC#5.3. JSON, or a signed JWT for a client that asked for that; such an
 * answer has no typ, so that nobody takes it for an ID token. */
#include "domain/client_setting.h"
#include "domain/names.h"
#include "endpoint/bearer.h"
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "flow/signing.h"
#include "flow/subject.h"
#include "flow/user_claims.h"
#include "web/reply.h"
#include "json/json.h"

static enum err make_claims(struct web_context *context, const struct access_token *token,
			    struct json *claims)
{
	const struct flow *flow = context->web->flow;
	const struct user_claims_request request = {
		.user = &token->user->id,
		.scope = token->row.scope,
		.requested = token->authorization->claims,
		.place = CLAIMS_IN_USERINFO,
	};
	/* OIDC#5.3.2: always, and the same as in the ID token */
	json_set_text(claims, NAME_SUB,
		      subject_of(flow, context->arena, token->client, &token->user->id));
	return user_claims_add(flow, &context->call, &request, claims);
}

/* OIDC#5.3.2: with iss and aud */
static enum err sign(struct web_context *context, const struct access_token *token, enum alg alg,
		     struct json *claims, struct slice *out)
{
	const struct signing_request request = { .alg = alg, .claims = claims };
	json_set_text(claims, NAME_ISS, context->web->flow->settings.issuer);
	json_set_text(claims, "aud", token->client->client_id);
	return signing_sign(context->web->flow, &context->call, &request, out);
}

static enum err answer(struct web_context *context, const struct access_token *token,
		       struct json *claims)
{
	struct slice text;
	enum alg alg = alg_from_name(
		client_setting_get(token->client->settings, SETTING_USERINFO_SIGNED_ALG));
	if (alg == ALG_COUNT) {
		reply_json(context, 200, json_write(claims, context->arena));
		return ERR_OK;
	}
	enum err err = sign(context, token, alg, claims, &text);
	if (err == ERR_OK)
		reply_body(context, 200, SLICE("application/jwt"), text);
	return err;
}

void userinfo_get(struct web_context *context)
{
	/* OIDC#5.3: about a person, which a client's own token is not */
	static const struct bearer_rule rule = { .scope = "openid",
						 .by_form = true,
						 .of_person = true };
	struct access_token token;
	AUTO(json) struct json *claims = json_object_new();
	if (!bearer_check(context, &rule, &token))
		return;
	enum err err = make_claims(context, &token, claims);
	if (err == ERR_OK)
		err = answer(context, &token, claims);
	if (err != ERR_OK)
		oauth_reply_error(context, OAUTH_TEMPORARILY_UNAVAILABLE);
}
