/* SPDX-License-Identifier: Apache-2.0
 *
 * RFC6749#10.15, RFC9700#4.11: `next` goes nowhere but this site. */
#include "web/sign_in_page.h"

#include "base/buf.h"
#include "base/encode.h"
#include "domain/names.h"
#include "flow/accounts.h"
#include "flow/authorize.h"
#include "web/cookie.h"
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

/* Where the form of a page goes on to the authorization endpoint the browser may be sent on from
 * there to a client, and the policy of the page must not stand in the way. Whoever serves a page in
 * place of that endpoint has said where it leads, and who waits; another asks. What cannot be
 * looked up now must not stand in the way either. */
static struct slice lead_to(struct web_context *context, struct slice next)
{
	struct authorize_waiting waiting;
	if (context->csp_more.leaves)
		return SLICE_EMPTY;
	switch (authorize_waiting(context->web->flow, &context->call, next, &waiting)) {
	case FOUND:
		web_csp_allow_leaving(context, waiting.redirect_uri);
		return waiting.client->name;
	case FIND_FAILED:
		web_csp_allow_leaving(context, SLICE_EMPTY);
		return SLICE_EMPTY;
	case ABSENT:
	default:
		return SLICE_EMPTY;
	}
}

void sign_in_page(struct web_context *context, int status, const struct login_values *values)
{
	const struct page page = reply_page_values(context, true);
	struct login_values all = *values;
	struct slice waiting = lead_to(context, values->next);
	if (slice_is_empty(all.client_name))
		all.client_name = waiting;
	reply_page(context, status, page_login(&page, &all));
	if (values->retry_after > 0)
		reply_retry_after(context, values->retry_after);
}

void sign_up_page(struct web_context *context, int status, const struct sign_up_values *values)
{
	const struct flow_settings *settings = &context->web->flow->settings;
	const struct page page = reply_page_values(context, true);
	struct sign_up_values all = *values;
	all.needs_invitation = settings->sign_up == SIGN_UP_INVITE;
	all.password_min = settings->password_min_length;
	(void)lead_to(context, values->next);
	reply_page(context, status, page_sign_up(&page, &all));
	if (values->retry_after > 0)
		reply_retry_after(context, values->retry_after);
}

static struct person_row *make_people(struct arena *arena, const struct session_list *people)
{
	struct person_row *rows = arena_calloc(arena, people->count + 1, sizeof(*rows));
	for (size_t i = 0; i < people->count; i++) {
		char id[ID_TEXT_LEN + 1];
		const struct user *user = &people->items[i].user;
		rows[i] = (struct person_row){ arena_slice(arena, id_text(&user->id, id)),
					       user->name };
	}
	return rows;
}

void choose_page(struct web_context *context, struct slice next, struct slice client_name)
{
	struct session_list people;
	if (account_people(context->web->flow, &context->call, context->session, &people) !=
	    ERR_OK) {
		reply_error_page(context, 503);
		return;
	}
	const struct page page = reply_page_values(context, true);
	const struct chooser_values values = {
		.people = make_people(context->arena, &people),
		.count = people.count,
		.next = next,
		.client_name = client_name,
	};
	(void)lead_to(context, next);
	reply_page(context, 200, page_chooser(&page, &values));
}

void sign_in_go(struct web_context *context, enum login_mode mode, struct slice next)
{
	struct buf location;
	buf_init_arena(&location, context->arena, 3 * SIGN_IN_NEXT_MAX + 64);
	buf_add_str(&location, "/accounts/login/?");
	if (mode != LOGIN_PLAIN)
		buf_addf(&location, "mode=%s&", login_mode_name(mode));
	buf_add_str(&location, "next=");
	encode_percent(&location, next);
	reply_redirect(context, buf_slice(&location));
}

void sign_in_done(struct web_context *context, struct slice session, struct slice device)
{
	cookie_set(context, COOKIE_SESSION, session);
	cookie_set(context, COOKIE_DEVICE, device);
	cookie_clear(context, COOKIE_ANONYMOUS);
	/* RFC9700#4.12: 303 */
	reply_redirect(context, sign_in_next(form_value(&context->form, NAME_NEXT)));
}

void sign_in_ask(struct web_context *context)
{
	struct slice next = sign_in_next(context->request->target);
	const struct login_values values = { .next = next };
	/* what a form posted is gone anyway: after signing in its page is shown afresh */
	if (!slice_is_empty(context->request->query)) {
		sign_in_page(context, 200, &values);
		return;
	}
	sign_in_go(context, LOGIN_PLAIN, next);
}
