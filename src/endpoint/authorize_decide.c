/* SPDX-License-Identifier: Apache-2.0
 *
 * Allow or deny, by the form of the consent page: OIDC#3.1.2.4. The form token has been checked;
 * what was shown is under a MAC in the handle. */
#include "domain/names.h"
#include "endpoint/authorize_reply.h"
#include "endpoint/endpoints.h"
#include "web/reply.h"

void authorize_decide_post(struct web_context *context)
{
	struct slice action = form_value(&context->form, NAME_ACTION);
	struct authorize_decision decision = {
		.handle = form_value(&context->form, NAME_HANDLE),
		.accept = slice_equal(action, SLICE("accept")),
		.session = context->session,
	};
	struct authorize_result result;
	if (!decision.accept && !slice_equal(action, SLICE("deny"))) {
		reply_error_page(context, 400);
		return;
	}
	authorize_decide(context->web->flow, &context->call, &decision, &result);
	authorize_reply(context, &result);
}
