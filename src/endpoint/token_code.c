/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization code grant at the token endpoint: RFC6749#4.1.3. */
#include "domain/names.h"
#include "endpoint/dpop_header.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "endpoint/token_grants.h"
#include "flow/code_redeem.h"

/* False when it has answered. */
static bool read_code(struct web_context *context, struct token *code)
{
	struct slice text = form_value(&context->form, NAME_CODE);
	if (slice_is_empty(text)) {
		oauth_reply_error_text(context, OAUTH_INVALID_REQUEST,
				       SLICE("The code parameter is missing."));
		return false;
	}
	/* invented values end here, without a look-up */
	if (token_parse(context->web->flow->ring, TOKEN_CODE, text, code) == ERR_OK)
		return true;
	oauth_reply_error(context, OAUTH_INVALID_GRANT);
	return false;
}

static void run(struct web_context *context, const struct client_authenticated *client)
{
	AUTO_FINI(token) struct token code = { 0 };
	struct resource_parameter resources;
	struct code_request request = {
		.client = client,
		.code = &code,
		.redirect_uri = form_value(&context->form, NAME_REDIRECT_URI),
		.verifier = form_value(&context->form, NAME_CODE_VERIFIER),
	};
	struct code_redeemed redeemed;
	if (!read_code(context, &code) || !token_binding_check(context, client, &request.binding))
		return;
	request.refresh_binding = answer_refresh_binding(context->arena, &request.binding,
							 client->proved);
	resource_parameter_read(&context->form, &resources);
	request.resources = resources.values;
	request.resource_count = resources.count;
	code_redeem(context->web->flow, &context->call, &request, &redeemed);
	oauth_reply_granted(context, redeemed.error, redeemed.text, &redeemed.answer);
}

const struct token_grant token_grant_code = { GRANT_AUTHORIZATION_CODE, NULL, run };
