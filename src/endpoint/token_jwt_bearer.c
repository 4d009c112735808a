/* SPDX-License-Identifier: Apache-2.0
 *
 * The JWT bearer grant at the token endpoint: RFC7523#2.1, RFC7521#4.1. */
#include "domain/names.h"
#include "endpoint/dpop_header.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "endpoint/token_grants.h"
#include "flow/jwt_bearer.h"

static void grant(struct web_context *context, const struct jwt_bearer_request *request)
{
	struct token_answer answer;
	struct slice why;
	enum oauth_error error = jwt_bearer_grant(context->web->flow, &context->call, request,
						  &answer, &why);
	/* RFC7523#3.1 */
	oauth_reply_granted(context, error, why, &answer);
}

static void run(struct web_context *context, const struct client_authenticated *client)
{
	struct resource_parameter resource;
	struct jwt_bearer_request request = {
		.client = client,
		.assertion = form_value(&context->form, NAME_ASSERTION),
		.scope = form_value(&context->form, NAME_SCOPE),
	};
	if (slice_is_empty(request.assertion)) {
		oauth_reply_error_text(context, OAUTH_INVALID_REQUEST,
				       SLICE("The assertion parameter is missing."));
		return;
	}
	resource_parameter_read(&context->form, &resource);
	request.resources = (struct resources_named){ resource.values, resource.count };
	if (token_binding_check(context, client, &request.binding))
		grant(context, &request);
}

const struct token_grant token_grant_jwt_bearer = { GRANT_JWT_BEARER, NULL, run };
