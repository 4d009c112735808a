/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC6749#10.15, RFC9700#4.11: `next` goes nowhere but this site. */
#include "web/sign_in_page.h"

#include "base/encode.h"
#include "web/reply.h"
#include "web/security_headers.h"

static bool is_path_byte(unsigned char byte)
{
	return byte > 0x20 && byte < 0x7f && byte != '\\' && byte != '"' && byte != '<' &&
	       byte != '>';
}

struct slice sign_in_next(struct slice next)
{
	if (next.len == 0 || next.len > SIGN_IN_NEXT_MAX || next.ptr[0] != '/' ||
	    (next.len > 1 && next.ptr[1] == '/'))
		return SLICE("/");
	for (size_t i = 0; i < next.len; i++)
		if (!is_path_byte((unsigned char)next.ptr[i]))
			return SLICE("/");
	return next;
}

void sign_in_leads_to(struct web_context *context, struct slice next)
{
	if (slice_has_prefix(next, SLICE("/o/authorize")))
		web_csp_allow_leaving(context, SLICE_EMPTY);
}

void sign_in_page(struct web_context *context, int status, const struct login_values *values)
{
	const struct page page = reply_page_values(context, true);
	sign_in_leads_to(context, values->next);
	reply_page(context, status, page_login(&page, values));
	if (values->retry_after > 0)
		reply_retry_after(context, values->retry_after);
}

void sign_in_ask(struct web_context *context)
{
	struct buf location;
	struct slice next = sign_in_next(context->request->target);
	const struct login_values values = { .next = next };
	/* what a form posted is gone anyway: after signing in its page is shown afresh */
	if (!slice_is_empty(context->request->query)) {
		sign_in_page(context, 200, &values);
		return;
	}
	buf_init_arena(&location, context->arena, 3 * SIGN_IN_NEXT_MAX + 64);
	buf_add_str(&location, "/accounts/login/?next=");
	encode_percent(&location, next);
	reply_redirect(context, buf_slice(&location));
}
