/* SPDX-License-Identifier: Apache-2.0
 *
 * Code entry: RFC8628#3.3. A link may bring the code (verification_uri_complete): it is only filled
 * in; a person sends it. */
#include "domain/names.h"
#include "endpoint/endpoints.h"
#include "flow/device_verify.h"
#include "web/reply.h"
#include "web/sign_in_page.h"

enum { TYPED_SHOWN_MAX = 40 };

static struct slice example_code(struct web_context *context)
{
	char shown[USER_CODE_SHOWN_MAX];
	const struct user_code_form *form = &context->web->flow->settings.user_code;
	struct user_code code = { .len = form->length };
	for (size_t i = 0; i < code.len; i++)
		code.letters[i] = form->alphabet.ptr[(i * 7 + 14) % form->alphabet.len];
	return arena_slice(context->arena, user_code_shown(form, &code, shown));
}

static void show(struct web_context *context, int status, struct device_values *values)
{
	const struct page page = reply_page_values(context, true);
	values->code_max = USER_CODE_SHOWN_MAX;
	values->example = example_code(context);
	reply_page(context, status, page_device(&page, values));
	if (values->retry_after > 0)
		reply_retry_after(context, values->retry_after);
}

/* As codes are shown; nonsense as it came, cut. */
static struct slice tidy(struct web_context *context, struct slice typed)
{
	AUTO_FINI(user_code) struct user_code code;
	char shown[USER_CODE_SHOWN_MAX];
	const struct user_code_form *form = &context->web->flow->settings.user_code;
	if (user_code_parse(form, typed, &code) != ERR_OK)
		return slice_is_text(typed, false) ? slice_sub(typed, 0, TYPED_SHOWN_MAX)
						   : SLICE_EMPTY;
	return arena_slice(context->arena, user_code_shown(form, &code, shown));
}

/* RFC8628#5.4: changes nothing, however often it is fetched */
void device_get(struct web_context *context)
{
	struct form query;
	struct device_values values = { 0 };
	if (form_parse(context->arena, context->request->query, NULL, &query) == FORM_FINE)
		values.user_code = tidy(context, form_value(&query, NAME_USER_CODE));
	values.is_prefilled = !slice_is_empty(values.user_code);
	show(context, 200, &values);
}

static void refuse(struct web_context *context, struct slice typed, struct slice error)
{
	struct device_values values = { .user_code = tidy(context, typed), .error = error };
	show(context, 400, &values);
}

static void refuse_over_budget(struct web_context *context, int64_t retry_after)
{
	struct device_values values = {
		.error = SLICE("Too many wrong codes. Please wait before you try again."),
		.retry_after = retry_after,
	};
	show(context, 429, &values);
}

static void ask_to_sign_in_again(struct web_context *context)
{
	const struct login_values values = {
		.next = SLICE("/o/device"),
		.username = context->session->user.name,
		.error = SLICE("Please sign in again before you enter a code."),
	};
	sign_in_page(context, 200, &values);
}

void device_post(struct web_context *context)
{
	struct slice typed = form_value(&context->form, NAME_USER_CODE);
	struct entered entered;
	if (slice_is_empty(slice_trim(typed))) {
		refuse(context, typed, SLICE("Enter the code that your device shows."));
		return;
	}
	switch (device_enter(context->web->flow, &context->call, context->session, typed,
			     &entered)) {
	case ENTER_OK:
		reply_redirect(context, arena_printf(context->arena, "/o/device-confirm/%.*s",
						     SLICE_ARG(entered.handle)));
		return;
	case ENTER_WRONG:
		refuse(context, typed,
		       SLICE("This code is not valid. Compare it with your device; it may have shown a new one."));
		return;
	case ENTER_OVER_BUDGET:
		refuse_over_budget(context, entered.retry_after);
		return;
	case ENTER_STALE_SIGN_IN:
		ask_to_sign_in_again(context);
		return;
	case ENTER_UNAVAILABLE:
	default:
		reply_error_page(context, 503);
	}
}
