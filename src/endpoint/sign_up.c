/* SPDX-License-Identifier: Apache-2.0
 *
 * Making an account. Where nobody may, there is nothing here. */
#include "flow/sign_up.h"

#include "domain/names.h"
#include "endpoint/endpoints.h"
#include "web/reply.h"
#include "web/sign_in_page.h"

enum { INVITATION_SHOWN_MAX = 128 };

static bool is_closed(struct web_context *context)
{
	if (context->web->flow->settings.sign_up != SIGN_UP_OFF)
		return false;
	reply_error_page(context, 404);
	return true;
}

static struct slice shown(struct slice text, size_t max)
{
	return slice_is_text(text, false) ? slice_sub(text, 0, max) : SLICE_EMPTY;
}

/* The invitation may come with the link that somebody was sent. */
void sign_up_get(struct web_context *context)
{
	struct form query = { 0 };
	struct sign_up_values values = { .next = SLICE("/") };
	if (is_closed(context))
		return;
	if (form_parse(context->arena, context->request->query, NULL, &query) == FORM_FINE) {
		values.next = sign_in_next(form_value(&query, NAME_NEXT));
		values.invitation = shown(form_value(&query, NAME_INVITATION),
					  INVITATION_SHOWN_MAX);
	}
	sign_up_page(context, 200, &values);
}

static void refuse(struct web_context *context, int status, const struct sign_up_result *result)
{
	const struct form *form = &context->form;
	const struct sign_up_values values = {
		.next = sign_in_next(form_value(form, NAME_NEXT)),
		.username = shown(form_value(form, NAME_USERNAME), USER_NAME_MAX),
		.invitation = shown(form_value(form, NAME_INVITATION), INVITATION_SHOWN_MAX),
		.error_username = result->faults.name,
		.error_password = result->faults.password,
		.error_invitation = result->invitation,
		.retry_after = result->retry_after,
	};
	sign_up_page(context, status, &values);
}

void sign_up_post(struct web_context *context)
{
	const struct form *form = &context->form;
	const struct sign_up_request request = {
		.name = form_value(form, NAME_USERNAME),
		.password = form_value(form, NAME_PASSWORD),
		.invitation = form_value(form, NAME_INVITATION),
		.replaces = context->session ? &context->session->hash : NULL,
		.keeps_others = context->session != NULL,
	};
	struct sign_up_result result;
	if (is_closed(context))
		return;
	switch (sign_up(context->web->flow, &context->call, &request, &result)) {
	case SIGN_UP_DONE:
		sign_in_done(context, result.session, result.device);
		return;
	case SIGN_UP_REFUSED:
		refuse(context, 400, &result);
		return;
	case SIGN_UP_OVER_BUDGET:
		refuse(context, 429, &result);
		return;
	case SIGN_UP_UNAVAILABLE:
	default:
		reply_error_page(context, 503);
	}
}
