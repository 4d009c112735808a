/* SPDX-License-Identifier: Apache-2.0
 *
 * The refresh grant at the token endpoint: RFC6749#6. */
#include "domain/names.h"
#include "endpoint/dpop_header.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "endpoint/token_grants.h"
#include "flow/refresh.h"

enum { DATABASE_RETRY_S = 2 };

static void run(struct web_context *context, const struct client_authenticated *client)
{
	struct resource_parameter resources;
	struct refresh_request request = {
		.client = client,
		.refresh_token = form_value(&context->form, NAME_REFRESH_TOKEN),
		.scope = form_value(&context->form, NAME_SCOPE),
	};
	struct refreshed refreshed;
	if (slice_is_empty(request.refresh_token)) {
		oauth_reply_error_text(context, OAUTH_INVALID_REQUEST,
				       SLICE("The refresh_token parameter is missing."));
		return;
	}
	if (!token_binding_check(context, client, &request.binding))
		return;
	resource_parameter_read(&context->form, &resources);
	request.resources = resources.values;
	request.resource_count = resources.count;
	refresh(context->web->flow, &context->call, &request, &refreshed);
	if (refreshed.error == OAUTH_OK)
		oauth_reply_tokens(context, &refreshed.answer);
	else if (refreshed.error == OAUTH_TEMPORARILY_UNAVAILABLE)
		oauth_reply_wait(context, false, DATABASE_RETRY_S);
	else
		oauth_reply_error(context, refreshed.error);
}

const struct token_grant token_grant_refresh = { GRANT_REFRESH_TOKEN, NULL, run };
