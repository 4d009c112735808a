/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-in. A wrong name and a wrong password look alike; an attempt over budget gets the same page
 * for any name. Somebody may sign in beside those who are signed in here, or once more. */
#include "domain/names.h"
#include "endpoint/endpoints.h"
#include "flow/sign_in.h"
#include "web/cookie.h"
#include "web/reply.h"
#include "web/sign_in_page.h"

/* Where nobody is signed in there is nobody to stay, and nobody to come again. */
static enum login_mode mode_of(const struct web_context *context, const struct form *form)
{
	enum login_mode mode = login_mode_parse(form_value(form, NAME_MODE));
	return context->session ? mode : LOGIN_PLAIN;
}

void login_get(struct web_context *context)
{
	struct form query = { 0 };
	struct login_values values = { .next = SLICE("/") };
	if (form_parse(context->arena, context->request->query, NULL, &query) == FORM_FINE) {
		values.next = sign_in_next(form_value(&query, NAME_NEXT));
		values.mode = mode_of(context, &query);
	}
	if (values.mode == LOGIN_AGAIN)
		values.username = context->session->user.name;
	if (context->session && values.mode == LOGIN_PLAIN)
		reply_redirect(context, values.next);
	else
		sign_in_page(context, 200, &values);
}

static void refuse(struct web_context *context, int status, struct login_values *values)
{
	values->next = sign_in_next(form_value(&context->form, NAME_NEXT));
	values->mode = mode_of(context, &context->form);
	struct slice name = form_value(&context->form, NAME_USERNAME);
	if (slice_is_text(name, false))
		values->username = slice_sub(name, 0, USER_NAME_MAX);
	sign_in_page(context, status, values);
}

static void try(struct web_context *context, const struct sign_in_request *request)
{
	struct sign_in_result result = { 0 };
	struct login_values values = { 0 };
	switch (sign_in(context->web->flow, &context->call, request, &result)) {
	case SIGN_IN_OK:
		sign_in_done(context, result.session, result.device);
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

void login_post(struct web_context *context)
{
	const struct sign_in_request request = {
		.name = form_value(&context->form, NAME_USERNAME),
		.password = form_value(&context->form, NAME_PASSWORD),
		.device = cookie_get(context, COOKIE_DEVICE),
		.replaces = context->session ? &context->session->hash : NULL,
		.keeps_others = mode_of(context, &context->form) != LOGIN_PLAIN,
	};
	if (!slice_is_empty(request.name) && !slice_is_empty(request.password)) {
		try(context, &request);
		return;
	}
	struct login_values values = { .error = SLICE("Enter your name and your password.") };
	refuse(context, 400, &values);
}
