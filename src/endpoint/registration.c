/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors of RFC7591#3.2.2, in the form of all errors here; a token that is missing or no good is
 * challenged for with Bearer: RFC6750#3. */
#include "endpoint/registration.h"

#include "domain/names.h"
#include "endpoint/oauth_reply.h"
#include "web/cors.h"
#include "web/reply.h"

enum { DATABASE_RETRY_S = 2 };

struct slice registration_token(const struct web_context *context)
{
	struct slice header = http_request_header(context->request, "Authorization");
	struct slice scheme;
	struct slice token;
	struct slice more;
	if (!header.ptr || !slice_word(&header, &scheme) ||
	    !slice_equal_nocase(scheme, SLICE(NAME_BEARER)) || !slice_word(&header, &token) ||
	    slice_word(&header, &more))
		return SLICE_EMPTY;
	return token;
}

bool registration_body(struct web_context *context, struct json **out)
{
	*out = NULL;
	if (json_parse(context->request->body, out) == ERR_OK && json_has_members(*out))
		return true;
	oauth_reply_error_text(context, OAUTH_INVALID_CLIENT_METADATA,
			       SLICE("The body is not a JSON object."));
	return false;
}

/* RFC6750#3.1: no error where nothing was sent */
static void challenge(struct web_context *context)
{
	bool was_sent = !slice_is_empty(registration_token(context));
	const struct oauth_error_row *row = oauth_error_row(OAUTH_INVALID_TOKEN);
	AUTO(json) struct json *json = json_object_new();
	json_set_text(json, NAME_ERROR, slice_str(row->name));
	json_set_text(json, NAME_ERROR_DESCRIPTION,
		      was_sent ? SLICE("The token is not one for this.")
			       : SLICE("A token is needed for this."));
	reply_json(context, 401, json_write(json, context->arena));
	http_response_header(context->response, "WWW-Authenticate",
			     was_sent ? SLICE("Bearer realm=\"doorcode\", error=\"invalid_token\"")
				      : SLICE("Bearer realm=\"doorcode\""));
}

void registration_reply_error(struct web_context *context, enum oauth_error error,
			      const struct registration_outcome *outcome)
{
	int64_t retry_after = outcome->over_budget ? outcome->retry_after : DATABASE_RETRY_S;
	if (error == OAUTH_INVALID_TOKEN)
		challenge(context);
	else if (error == OAUTH_TEMPORARILY_UNAVAILABLE)
		oauth_reply_wait(context, outcome->over_budget, retry_after);
	else
		oauth_reply_error_text(context, error, outcome->why);
}

void registration_reply(struct web_context *context, int status, enum oauth_error error,
			const struct registration_outcome *outcome)
{
	if (error != OAUTH_OK) {
		registration_reply_error(context, error, outcome);
		return;
	}
	cors_share(context, outcome->client);
	reply_json(context, status,
		   registration_document(context->web->flow, context->arena, outcome));
}
