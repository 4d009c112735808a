/* SPDX-License-Identifier: Apache-2.0
 *
 * Token exchange at the token endpoint: RFC 8693. */
#include "flow/token_exchange.h"

#include "domain/names.h"
#include "endpoint/dpop_header.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "endpoint/token_grants.h"

/* An audience is a resource by the same URI here: logical names we have none of. RFC8693#2.1 */
enum { TARGETS_MAX = 2 * RESOURCES_MAX + 2 };

static struct resources_named read_targets(struct web_context *context,
					   struct slice room[TARGETS_MAX])
{
	struct resource_parameter resource;
	struct resource_parameter audience;
	size_t count = 0;
	resource_parameter_read(&context->form, &resource);
	resource_parameter_read_as(&context->form, NAME_AUDIENCE, &audience);
	for (size_t i = 0; i < resource.count; i++)
		room[count++] = resource.values[i];
	for (size_t i = 0; i < audience.count; i++)
		room[count++] = audience.values[i];
	return (struct resources_named){ room, count };
}

static void run(struct web_context *context, const struct client_authenticated *client)
{
	struct slice room[TARGETS_MAX];
	const struct form *form = &context->form;
	struct token_answer answer;
	struct slice why;
	struct token_exchange_request request = {
		.client = client,
		.subject_token = form_value(form, NAME_SUBJECT_TOKEN),
		.subject_token_type = form_value(form, NAME_SUBJECT_TOKEN_TYPE),
		.requested_token_type = form_value(form, NAME_REQUESTED_TOKEN_TYPE),
		.actor_token = form_value(form, NAME_ACTOR_TOKEN),
		.actor_token_type = form_value(form, NAME_ACTOR_TOKEN_TYPE),
		.scope = form_value(form, NAME_SCOPE),
		.resources = read_targets(context, room),
	};
	if (!token_binding_check(context, client, &request.binding))
		return;
	enum oauth_error error = token_exchange(context->web->flow, &context->call, &request,
						&answer, &why);
	oauth_reply_granted(context, error, why, &answer);
}

const struct token_grant token_grant_exchange = { GRANT_TOKEN_EXCHANGE, NULL, run };
