/* SPDX-License-Identifier: Apache-2.0
 *
 * The introspection endpoint: RFC 7662, RFC 9701. Who asks is known before the token is looked at,
 * by its client authentication, or by a token that it got for itself with the scope introspection.
 * It is answered on the loop where that needs no waiting: resource servers ask about every request
 * of theirs. */
#include "flow/introspect.h"
#include "domain/names.h"
#include "endpoint/bearer_plain.h"
#include "endpoint/client_credentials.h"
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "web/cors.h"
#include "web/reply.h"

/* False when it has answered. */
static bool has_token(struct web_context *context, struct slice *token)
{
	*token = form_value(&context->form, NAME_TOKEN);
	if (slice_is_empty(*token))
		oauth_reply_error_text(context, OAUTH_INVALID_REQUEST,
				       SLICE("The token parameter is missing."));
	return !slice_is_empty(*token);
}

static bool may_ask(struct web_context *context, const struct client_authenticated *client,
		    struct slice *token)
{
	/* RFC7662#2.1: some proof, so that nobody scans for tokens */
	if (!client->proved) {
		oauth_reply_error(context, OAUTH_INVALID_CLIENT);
		return false;
	}
	return has_token(context, token);
}

static bool wants_jwt(struct web_context *context, const struct client *caller)
{
	return introspect_wants_jwt(caller, http_request_header(context->request, "Accept"));
}

static enum err reply_jwt(struct web_context *context, const struct client *caller,
			  struct slice answer)
{
	struct slice jwt;
	enum err err = introspect_sign(context->web->flow, &context->call, caller, answer, &jwt);
	if (err != ERR_OK)
		return err;
	reply_body(context, 200, SLICE("application/token-introspection+jwt"), jwt);
	return ERR_OK;
}

static void answer(struct web_context *context, const struct client *caller, struct slice token)
{
	struct slice json;
	enum err err = introspect(context->web->flow, &context->call, caller, token, &json);
	if (err == ERR_OK && wants_jwt(context, caller))
		err = reply_jwt(context, caller, json);
	else if (err == ERR_OK)
		reply_json(context, 200, json);
	if (err != ERR_OK)
		oauth_reply_error(context, OAUTH_TEMPORARILY_UNAVAILABLE);
}

bool introspect_quick(struct web_context *context)
{
	struct client_credentials credentials;
	struct client_authenticated client = { 0 };
	struct slice token;
	if (!introspect_is_quick(context->web->flow) || bearer_plain_is_sent(context))
		return false;
	if (!client_credentials_read(context, &credentials))
		return true;
	if (client_auth_quick(context->web->flow, &context->call, &credentials, &client) !=
	    CLIENT_AUTH_OK)
		return false;
	cors_share(context, client.entry.client);
	if (!may_ask(context, &client, &token))
		return true;
	if (wants_jwt(context, client.entry.client))
		return false;
	answer(context, client.entry.client, token);
	return true;
}

static void answer_bearer(struct web_context *context)
{
	struct slice token;
	struct client *caller = NULL;
	switch (introspect_caller(context->web->flow, &context->call, bearer_plain_token(context),
				  &caller)) {
	case FOUND:
		break;
	case ABSENT:
		bearer_plain_refuse(context);
		return;
	default:
		oauth_reply_error(context, OAUTH_TEMPORARILY_UNAVAILABLE);
		return;
	}
	cors_share(context, caller);
	if (has_token(context, &token))
		answer(context, caller, token);
}

void introspect_post(struct web_context *context)
{
	struct client_authenticated client = { 0 };
	struct slice token;
	if (bearer_plain_is_sent(context))
		answer_bearer(context);
	else if (client_credentials_check(context, &client) && may_ask(context, &client, &token))
		answer(context, client.entry.client, token);
}
