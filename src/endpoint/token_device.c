/* SPDX-License-Identifier: Apache-2.0
 *
 * The device grant at the token endpoint: RFC8628#3.4, #3.5. */
#include "domain/names.h"
#include "endpoint/dpop_header.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "endpoint/token_grants.h"
#include "flow/device_redeem.h"

static void answer(struct web_context *context, const struct device_polled *polled)
{
	if (polled->error == OAUTH_SLOW_DOWN)
		oauth_reply_slow_down(context, polled->interval);
	else
		oauth_reply_granted(context, polled->error, SLICE_EMPTY, &polled->answer);
}

/* False when it has answered. */
static bool read_code(struct web_context *context, struct token *code)
{
	struct slice text = form_value(&context->form, NAME_DEVICE_CODE);
	if (slice_is_empty(text)) {
		oauth_reply_error_text(context, OAUTH_INVALID_REQUEST,
				       SLICE("The device_code parameter is missing."));
		return false;
	}
	/* invented values end here, without a look-up */
	if (token_parse(context->web->flow->ring, TOKEN_DEVICE_CODE, text, code) == ERR_OK)
		return true;
	oauth_reply_error(context, OAUTH_INVALID_GRANT);
	return false;
}

static bool quick(struct web_context *context, const struct client_authenticated *client)
{
	AUTO_FINI(token) struct token code = { 0 };
	struct device_polled polled = { 0 };
	if (!read_code(context, &code))
		return true;
	if (!device_poll_quick(context->web->flow, &context->call, &client->entry.client->id, &code,
			       &polled))
		return false;
	answer(context, &polled);
	return true;
}

/* A proof is looked at when something may be redeemed, not at each poll. RFC9449#5,
 * RFC10027#6.1.12 */
static bool redeem(struct web_context *context, const struct client_authenticated *client,
		   const struct token *code, struct device_polled *polled)
{
	struct resource_parameter resources;
	struct device_redeem_request request = { .client = client, .code = code };
	if (!token_binding_check(context, client, &request.binding))
		return false;
	resource_parameter_read(&context->form, &resources);
	request.resources = resources.values;
	request.resource_count = resources.count;
	device_redeem(context->web->flow, &context->call, &request, polled);
	return true;
}

static void run(struct web_context *context, const struct client_authenticated *client)
{
	AUTO_FINI(token) struct token code = { 0 };
	struct device_polled polled = { 0 };
	if (!read_code(context, &code))
		return;
	if (device_poll_quick(context->web->flow, &context->call, &client->entry.client->id, &code,
			      &polled) ||
	    redeem(context, client, &code, &polled))
		answer(context, &polled);
}

const struct token_grant token_grant_device = { GRANT_DEVICE_CODE, quick, run };
