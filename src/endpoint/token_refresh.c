/* SPDX-License-Identifier: Apache-2.0
 *
 * The refresh grant at the token endpoint: RFC6749#6. */
#include "domain/names.h"
#include "endpoint/dpop_header.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "endpoint/token_grants.h"
#include "flow/refresh.h"

/* A proof is remembered for minutes: not for a stranger who invents what it goes with. */
static bool may_be_ours(const struct web_context *context, struct slice text)
{
	AUTO_FINI(token) struct token token = { 0 };
	return token_parse(context->web->flow->ring, TOKEN_REFRESH, text, &token) == ERR_OK;
}

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
	if (may_be_ours(context, request.refresh_token) &&
	    !token_binding_check(context, client, &request.binding))
		return;
	resource_parameter_read(&context->form, &resources);
	request.resources = resources.values;
	request.resource_count = resources.count;
	refresh(context->web->flow, &context->call, &request, &refreshed);
	oauth_reply_granted(context, refreshed.error, SLICE_EMPTY, &refreshed.answer);
}

const struct token_grant token_grant_refresh = { GRANT_REFRESH_TOKEN, NULL, run };
