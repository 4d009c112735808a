/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushed authorization requests: RFC9126#2. */
#include "domain/names.h"
#include "endpoint/client_credentials.h"
#include "endpoint/dpop_header.h"
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "flow/pushed_request.h"
#include "web/reply.h"
#include "json/json.h"

/* True when it went well so far. */
static bool check(struct web_context *context, const struct pushed *pushed)
{
	const struct authorization_refusal *refusal = &pushed->refusal;
	if (refusal->error == OAUTH_OK)
		return true;
	if (refusal->error == OAUTH_TEMPORARILY_UNAVAILABLE)
		oauth_reply_wait(context, pushed->over_budget, pushed->retry_after);
	else
		oauth_reply_error_text(context, refusal->error, refusal->text);
	return false;
}

/* RFC9449#10.1 */
static bool check_proof(struct web_context *context, struct binding *binding)
{
	enum oauth_error error = dpop_header_check(context, SLICE_EMPTY, binding);
	if (error != OAUTH_OK)
		oauth_reply_error(context, error);
	return error == OAUTH_OK;
}

/* RFC9126#2.2: 201, JSON, not to be kept */
static void answer(struct web_context *context, const struct pushed *pushed)
{
	AUTO(json) struct json *json = json_object_new();
	json_set_text(json, NAME_REQUEST_URI, pushed->request_uri);
	json_set_number(json, NAME_EXPIRES_IN, pushed->expires_in);
	reply_json(context, 201, json_write(json, context->arena));
}

void par_post(struct web_context *context)
{
	struct client_authenticated client = { 0 };
	const struct pushed_request request = {
		.client = &client,
		.body = context->request->body,
		.asked = ARENA_NEW(context->arena, struct asked),
	};
	struct binding binding;
	struct pushed pushed;
	/* RFC9126#2.1: as at the token endpoint */
	if (!client_credentials_check(context, &client))
		return;
	pushed_request_judge(context->web->flow, &context->call, &request, &pushed);
	if (!check(context, &pushed) || !check_proof(context, &binding))
		return;
	pushed_request_keep(context->web->flow, &context->call, &request, &binding, &pushed);
	if (check(context, &pushed))
		answer(context, &pushed);
}
