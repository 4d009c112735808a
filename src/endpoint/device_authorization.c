/* SPDX-License-Identifier: Apache-2.0
 *
 * The device authorization endpoint: RFC8628#3.1, #3.2. */
#include "domain/names.h"
#include "endpoint/client_credentials.h"
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/resource_parameter.h"
#include "flow/device_start.h"
#include "web/reply.h"
#include "json/json.h"

static void answer(struct web_context *context, const struct device_started *started)
{
	/* RFC8628#3.2: the members of the answer; JSON, 200, not to be kept */
	struct slice uri = context->web->flow->settings.verification_uri;
	struct slice code = slice_str(started->user_code);
	const char *joint = slice_has_byte(uri, '?') ? "&" : "?";
	AUTO(json) struct json *json = json_object_new();
	json_set_text(json, NAME_VERIFICATION_URI, uri);
	json_set_number(json, NAME_EXPIRES_IN, started->expires_in);
	json_set_text(json, NAME_USER_CODE, code);
	json_set_text(json, NAME_DEVICE_CODE, token_text(&started->code));
	json_set_number(json, NAME_INTERVAL, started->interval);
	/* RFC8628#3.3.1, RFC8628#6.2: a link may carry the code; the code to type is told all the
	 * same */
	json_set_text(json, NAME_VERIFICATION_URI_COMPLETE,
		      arena_printf(context->arena, "%.*s%s" NAME_USER_CODE "=%.*s", SLICE_ARG(uri),
				   joint, SLICE_ARG(code)));
	reply_json(context, 200, json_write(json, context->arena));
}

void device_authorization_post(struct web_context *context)
{
	struct client_authenticated client = { 0 };
	struct device_started started;
	struct resource_parameter resources;
	if (!client_credentials_check(context, &client))
		return;
	resource_parameter_read(&context->form, &resources);
	const struct device_start_request request = {
		.client = client.entry.client,
		.scope = form_value(&context->form, NAME_SCOPE),
		.resources = resources.values,
		.resource_count = resources.count,
	};
	enum oauth_error error = device_start(context->web->flow, &context->call, &request,
					      &started);
	if (error == OAUTH_OK)
		answer(context, &started);
	else if (error == OAUTH_TEMPORARILY_UNAVAILABLE)
		oauth_reply_wait(context, started.over_budget, started.retry_after);
	else
		oauth_reply_error(context, error);
	token_fini(&started.code);
}
