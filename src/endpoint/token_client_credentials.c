/* SPDX-License-Identifier: Apache-2.0
 *
 * The client credentials grant at the token endpoint: RFC6749#4.4. */
#include "domain/names.h"
#include "endpoint/dpop_header.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "endpoint/token_grants.h"
#include "flow/client_credentials_grant.h"

static void run(struct web_context *context, const struct client_authenticated *client)
{
	struct resource_parameter resource;
	struct token_answer answer;
	resource_parameter_read(&context->form, &resource);
	struct client_credentials_request request = {
		.client = client,
		.scope = form_value(&context->form, NAME_SCOPE),
		.resources = { resource.values, resource.count },
	};
	if (!token_binding_check(context, client, &request.binding))
		return;
	enum oauth_error error = client_credentials_grant(context->web->flow, &context->call,
							  &request, &answer);
	oauth_reply_granted(context, error, SLICE_EMPTY, &answer);
}

const struct token_grant token_grant_client_credentials = { GRANT_CLIENT_CREDENTIALS, NULL, run };
