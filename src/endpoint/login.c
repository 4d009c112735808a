/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-in. A wrong name and a wrong password look alike; an attempt over budget gets the same page
 * for any name. */
#include "domain/names.h"
#include "endpoint/endpoints.h"
#include "flow/sign_in.h"
#include "web/cookie.h"
#include "web/reply.h"
#include "web/sign_in_page.h"

void login_get(struct web_context *context)
{
	struct form query;
	struct login_values values = { .next = SLICE("/") };
	if (form_parse(context->arena, context->request->query, NULL, &query) == FORM_FINE)
		values.next = sign_in_next(form_value(&query, NAME_NEXT));
	if (context->session)
		reply_redirect(context, values.next);
	else
		sign_in_page(context, 200, &values);
}

static void refuse(struct web_context *context, int status, struct login_values *values)
{
	values->next = sign_in_next(form_value(&context->form, NAME_NEXT));
	struct slice name = form_value(&context->form, NAME_USERNAME);
	if (slice_is_text(name, false))
		values->username = slice_sub(name, 0, USER_NAME_MAX);
	sign_in_page(context, status, values);
}

static void welcome(struct web_context *context, const struct sign_in_result *result)
{
	cookie_set(context, COOKIE_SESSION, result->session);
	cookie_set(context, COOKIE_DEVICE, result->device);
	cookie_clear(context, COOKIE_ANONYMOUS);
	reply_redirect(context,
		       sign_in_next(form_value(&context->form, NAME_NEXT))); /* RFC9700#4.12:
										303 */
}

void login_post(struct web_context *context)
{
	const struct sign_in_request request = {
		.name = form_value(&context->form, NAME_USERNAME),
		.password = form_value(&context->form, NAME_PASSWORD),
		.device = cookie_get(context, COOKIE_DEVICE),
		.replaces = context->session ? &context->session->hash : NULL,
	};
	struct sign_in_result result = { 0 };
	struct login_values values = { 0 };
	if (slice_is_empty(request.name) || slice_is_empty(request.password)) {
		values.error = SLICE("Enter your name and your password.");
		refuse(context, 400, &values);
		return;
	}
	switch (sign_in(context->web->flow, &context->call, &request, &result)) {
	case SIGN_IN_OK:
		welcome(context, &result);
		return;
	case SIGN_IN_WRONG:
		values.error = SLICE("Name and password do not fit together.");
		refuse(context, 400, &values);
		return;
	case SIGN_IN_OVER_BUDGET:
		values.error = SLICE("Too many attempts. Please wait before you try again.");
		values.retry_after = result.retry_after;
		refuse(context, 429, &values);
		return;
	case SIGN_IN_UNAVAILABLE:
	default:
		reply_error_page(context, 503);
	}
}
