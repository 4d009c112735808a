/* SPDX-License-Identifier: Apache-2.0
 *
 * The revocation endpoint: RFC 7009, for public clients too. */
#include "domain/names.h"
#include "endpoint/client_credentials.h"
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "flow/revoke.h"
#include "web/reply.h"

void revoke_token_post(struct web_context *context)
{
	struct client_authenticated client = { 0 };
	if (!client_credentials_check(context, &client))
		return;
	struct slice token = form_value(&context->form, NAME_TOKEN);
	if (slice_is_empty(token)) {
		oauth_reply_error_text(context, OAUTH_INVALID_REQUEST,
				       SLICE("The token parameter is missing."));
		return;
	}
	/* RFC7009#2.2: 200 whatever the token was; #2.2.1: 503 when it could not be done now */
	if (revoke_token(context->web->flow, &context->call, client.entry.client, token) != ERR_OK)
		oauth_reply_error(context, OAUTH_TEMPORARILY_UNAVAILABLE);
	else
		reply_json(context, 200, SLICE("{}"));
}
