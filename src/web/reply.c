/* SPDX-License-Identifier: Apache-2.0
 *
 * Everything that depends on who asks is no-store; only static files and metadata may be kept
 * (their endpoints say so). */
#include "web/reply.h"

#include "base/ensure.h"
#include "web/csrf.h"

enum { UNAVAILABLE_RETRY_S = 5 };

struct page reply_page_values(struct web_context *context, bool with_form)
{
	const struct session *session = context->session;
	bool is_everyone = context->web->config->applications == APPLICATIONS_EVERYONE;
	return (struct page){
		.view = context->web->view,
		.arena = context->arena,
		/* the sign-out button in the header is a form too */
		.csrf_token = with_form || session ? csrf_token(context) : SLICE_EMPTY,
		.user_name = session ? session->user.name : SLICE_EMPTY,
		.may_sign_up = context->web->flow->settings.sign_up != SIGN_UP_OFF,
		.others = session ? session->others : 0,
		.user_is_admin = session && session->user.admin,
		.may_register = session && (session->user.admin || is_everyone),
	};
}

void reply_body(struct web_context *context, int status, struct slice type, struct slice body)
{
	struct http_response *response = context->response;
	response->status = status;
	response->body = body;
	http_response_header(response, "Content-Type", type);
	http_response_header(response, "Cache-Control", SLICE("no-store"));
}

void reply_page(struct web_context *context, int status, struct slice html)
{
	reply_body(context, status, SLICE("text/html; charset=utf-8"), html);
}

void reply_json(struct web_context *context, int status, struct slice json)
{
	reply_body(context, status, SLICE("application/json"), json);
	/* RFC6749#5.1: for caches of the last century */
	http_response_header(context->response, "Pragma", SLICE("no-cache"));
}

void reply_text(struct web_context *context, int status, struct slice text)
{
	reply_body(context, status, SLICE("text/plain; charset=utf-8"), text);
}

void reply_leave(struct web_context *context, struct slice uri)
{
	reply_body(context, 303, SLICE("text/plain; charset=utf-8"), SLICE("See other.\n"));
	http_response_header(context->response, "Location", uri);
}

void reply_redirect(struct web_context *context, struct slice path)
{
	ensure(slice_has_prefix(path, SLICE("/")) && !slice_has_prefix(path, SLICE("//")));
	reply_leave(context, path);
}

/* RFC9110#13.1.2: a list, or *; a weak one is as good here */
static bool is_known(struct slice list, struct slice etag)
{
	struct slice each;
	while (slice_split(&list, ',', &each)) {
		each = slice_trim(each);
		if (slice_has_prefix(each, SLICE("W/")))
			each = slice_sub(each, 2, each.len);
		if (slice_equal(each, etag) || slice_equal(each, SLICE("*")))
			return true;
	}
	return false;
}

void reply_kept(struct web_context *context, const struct kept_reply *reply)
{
	struct http_response *response = context->response;
	struct slice known = http_request_header(context->request, "If-None-Match");
	bool is_same = known.ptr && is_known(known, reply->etag);
	response->status = is_same ? 304 : 200;
	response->body = is_same ? SLICE_EMPTY : reply->body;
	http_response_header(response, "Content-Type", reply->type);
	http_response_header(response, "Cache-Control",
			     arena_printf(context->arena, "public, max-age=%d", reply->max_age));
	http_response_header(response, "ETag", reply->etag);
}

void reply_retry_after(struct web_context *context, int64_t seconds)
{
	http_response_header(context->response, "Retry-After",
			     arena_printf(context->arena, "%lld", (long long)seconds));
}

static const struct refused page_words[] = {
	{ .status = 400,
	  .title = SLICE("This request makes no sense"),
	  .text = SLICE("Something in it was malformed.") },
	{ .status = 403, .title = SLICE("Not allowed"), .text = SLICE("You may not do this.") },
	{ .status = 404,
	  .title = SLICE("Not found"),
	  .text = SLICE("There is nothing here, or it is not yours.") },
	{ .status = 405,
	  .title = SLICE("Not like this"),
	  .text = SLICE("This address does not take such a request.") },
	{ .status = 408,
	  .title = SLICE("Too slow"),
	  .text = SLICE("The request did not arrive in time.") },
	{ .status = 413,
	  .title = SLICE("Too much"),
	  .text = SLICE("What was sent is larger than is accepted here.") },
	{ .status = 415,
	  .title = SLICE("Wrong form"),
	  .text = SLICE("This address takes HTML forms.") },
	{ .status = 429,
	  .title = SLICE("Too many attempts"),
	  .text = SLICE("Please wait before you try again.") },
	{ .status = 503,
	  .title = SLICE("Busy"),
	  .text = SLICE("The server cannot answer now. Please try again.") },
};

static struct refused words_for(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(page_words); i++)
		if (page_words[i].status == status)
			return page_words[i];
	struct refused words = page_words[0];
	words.status = status;
	return words;
}

static void refuse_with_page(struct web_context *context, const struct refused *refused)
{
	struct refused words = words_for(refused->status);
	const struct page page = reply_page_values(context, false);
	const struct error_values values = {
		.status = refused->status,
		.title = slice_is_empty(refused->title) ? words.title : refused->title,
		.text = slice_is_empty(refused->text) ? words.text : refused->text,
		.request_id = context->request->id,
		.retry_after = refused->retry_after,
	};
	reply_page(context, refused->status, page_error(&page, &values));
	if (refused->retry_after > 0)
		reply_retry_after(context, refused->retry_after);
}

const struct face face_page = { refuse_with_page };

/* RFC9110#15.6.4: whoever is told that it cannot be done now is told when to come back */
void reply_error_page(struct web_context *context, int status)
{
	const struct refused refused = {
		.status = status,
		.retry_after = status == 503 ? UNAVAILABLE_RETRY_S : 0,
	};
	refuse_with_page(context, &refused);
}
