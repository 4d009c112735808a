/* SPDX-License-Identifier: Apache-2.0
 *
 * Errors of RFC7591#3.2.2, in the form of all errors here; a token that is missing or no good is
 * challenged for with Bearer: RFC6750#3. */
#include "endpoint/registration.h"

#include "endpoint/bearer_plain.h"
#include "endpoint/oauth_reply.h"
#include "web/cors.h"
#include "web/reply.h"

bool registration_body(struct web_context *context, struct json **out)
{
	*out = NULL;
	if (json_parse(context->request->body, out) == ERR_OK && json_has_members(*out))
		return true;
	oauth_reply_error_text(context, OAUTH_INVALID_CLIENT_METADATA,
			       SLICE("The body is not a JSON object."));
	return false;
}

void registration_reply_error(struct web_context *context, enum oauth_error error,
			      const struct registration_outcome *outcome)
{
	if (error == OAUTH_INVALID_TOKEN)
		bearer_plain_refuse(context);
	else if (error == OAUTH_TEMPORARILY_UNAVAILABLE && outcome->over_budget)
		oauth_reply_wait(context, true, outcome->retry_after);
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
