/* SPDX-License-Identifier: Apache-2.0
 *
 * The end_session_endpoint: RPLOGOUT#2, #2.1. A GET is a request; a POST comes from anywhere,
 * changes nothing, and goes on as a GET. When the person is asked, the answer comes to a form of
 * our own, which carries where to go afterwards with a MAC. */
#include "flow/end_session.h"

#include "domain/names.h"
#include "endpoint/endpoints.h"
#include "endpoint/logout_pages.h"
#include "web/csrf.h"
#include "web/reply.h"
#include "web/security_headers.h"

enum { DECIDE_S = 3600 };

/* --- where to go afterwards, in the form */

static struct slice after_text(struct web_context *context, const struct end_session_result *result)
{
	struct slice client = result->client ? result->client->client_id : SLICE_EMPTY;
	return arena_printf(context->arena, "logout %.*s %.*s", SLICE_ARG(client),
			    SLICE_ARG(result->uri));
}

static struct slice make_handle(struct web_context *context,
				const struct end_session_result *result)
{
	struct slice after = after_text(context, result);
	return arena_printf(context->arena, "%.*s %.*s", SLICE_ARG(csrf_sign(context, after)),
			    SLICE_ARG(after));
}

/* Blanks stand neither in a client_id nor in a URI. */
static bool read_handle(struct web_context *context, struct slice handle, struct slice *uri)
{
	struct slice proof;
	struct slice part;
	struct slice after = handle;
	if (!slice_split(&after, ' ', &proof) || !after.ptr ||
	    !csrf_signed_fits(context, after, proof, DECIDE_S))
		return false;
	*uri = after;
	return slice_split(uri, ' ', &part) && slice_equal(part, SLICE("logout")) &&
	       slice_split(uri, ' ', &part) && uri->ptr != NULL;
}

/* --- the request */

static void refuse(struct web_context *context, int status, struct slice text)
{
	const struct refused refused = {
		.status = status,
		.title = SLICE("This request to sign out cannot be answered"),
		.text = text,
	};
	face_page.refuse(context, &refused);
}

static void ask(struct web_context *context, const struct end_session_result *result)
{
	const struct page page = reply_page_values(context, true);
	const struct end_session_values values = {
		.handle = make_handle(context, result),
		.client_name = result->client ? result->client->name : SLICE_EMPTY,
	};
	if (!slice_is_empty(result->uri))
		web_csp_allow_leaving(context, result->uri);
	reply_page(context, 200, page_end_session(&page, &values));
}

static void go_on(struct web_context *context, const struct logout_frames *frames,
		  const struct end_session_result *result)
{
	const struct logout_then then = {
		.uri = result->uri,
		.client_name = result->client ? result->client->name : SLICE_EMPTY,
	};
	logout_pages_go_on(context, frames, &then);
}

/* Who only looks, or looks ahead, signs nobody out. */
static bool only_looks(const struct web_context *context)
{
	struct slice purpose = http_request_header(context->request, "Sec-Purpose");
	return context->request->method != HTTP_GET ||
	       (purpose.ptr && slice_has_prefix(purpose, SLICE("prefetch")));
}

/* `kept`: the handle of a request that was posted; "". It signs out once. */
static void sign_out(struct web_context *context, const struct end_session_result *result,
		     struct slice kept)
{
	struct logout_frames frames;
	if (only_looks(context) ||
	    (!slice_is_empty(kept) &&
	     end_session_use(context->web->flow, &context->call, kept) != ERR_OK)) {
		ask(context, result);
		return;
	}
	if (logout_pages_sign_out(context, &frames))
		go_on(context, &frames, result);
}

static void judge(struct web_context *context, const struct form *form, struct slice kept)
{
	static const struct logout_frames none = { NULL, 0 };
	const struct end_session_request request = {
		.id_token_hint = form_value(form, NAME_ID_TOKEN_HINT),
		.client_id = form_value(form, NAME_CLIENT_ID),
		.post_logout_redirect_uri = form_value(form, NAME_POST_LOGOUT_REDIRECT_URI),
		.state = form_value(form, NAME_STATE),
		.session = context->session,
	};
	struct end_session_result result;
	end_session(context->web->flow, &context->call, &request, &result);
	switch (result.outcome) {
	case END_SESSION_NOW:
		sign_out(context, &result, kept);
		return;
	case END_SESSION_ASK:
		ask(context, &result);
		return;
	case END_SESSION_NOBODY: /* D54 */
		go_on(context, &none, &result);
		return;
	case END_SESSION_REFUSED:
		refuse(context, 400, result.text);
		return;
	case END_SESSION_UNAVAILABLE:
	default:
		reply_error_page(context, 503);
	}
}

static void judge_kept(struct web_context *context, struct slice handle)
{
	struct slice parameters;
	struct form form;
	switch (end_session_kept(context->web->flow, &context->call, handle, &parameters)) {
	case FOUND:
		break;
	case ABSENT:
		refuse(context, 400, SLICE("It is too old, or it was answered before."));
		return;
	case FIND_FAILED:
	default:
		reply_error_page(context, 503);
		return;
	}
	if (form_parse(context->arena, parameters, NULL, &form) == FORM_FINE)
		judge(context, &form, handle);
	else
		reply_error_page(context, 400);
}

void end_session_get(struct web_context *context)
{
	struct form query = { 0 };
	if (form_parse(context->arena, context->request->query, NULL, &query) != FORM_FINE) {
		reply_error_page(context, 400);
		return;
	}
	struct slice kept = form_value(&query, NAME_KEPT);
	if (slice_is_empty(kept))
		judge(context, &query, SLICE_EMPTY);
	else
		judge_kept(context, kept);
}

void end_session_post(struct web_context *context)
{
	struct slice handle;
	int64_t retry_after = 0;
	struct refused full = { .status = 429 };
	switch (end_session_keep(context->web->flow, &context->call, context->request->body,
				 &handle, &retry_after)) {
	case ERR_OK:
		reply_redirect(context,
			       arena_printf(context->arena, "/o/logout/?" NAME_KEPT "=%.*s",
					    SLICE_ARG(handle)));
		return;
	case ERR_INVALID:
		reply_error_page(context, 413);
		return;
	case ERR_FULL:
		full.retry_after = retry_after;
		face_page.refuse(context, &full);
		return;
	default:
		reply_error_page(context, 503);
	}
}

/* --- the answer of the person */

void end_session_decide_post(struct web_context *context)
{
	struct logout_frames frames;
	struct logout_then then = { SLICE_EMPTY, SLICE_EMPTY };
	struct slice action = form_value(&context->form, NAME_ACTION);
	if (slice_equal(action, SLICE("stay"))) {
		reply_redirect(context, SLICE("/"));
		return;
	}
	if (!slice_equal(action, SLICE("leave")) ||
	    !read_handle(context, form_value(&context->form, NAME_HANDLE), &then.uri)) {
		refuse(context, 400, SLICE("It is too old, or it was made for somebody else."));
		return;
	}
	if (logout_pages_sign_out(context, &frames))
		logout_pages_go_on(context, &frames, &then);
}
