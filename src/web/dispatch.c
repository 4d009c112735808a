/* SPDX-License-Identifier: Apache-2.0
 *
 * The way of a request through the web layer: on the loop the route is found, the method and the
 * form are checked, and what needs no waiting is answered; the rest goes on to a worker, where the
 * session is loaded, the form token checked and the endpoint called. */
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "flow/sign_in.h"
#include "web/access_log.h"
#include "web/cookie.h"
#include "web/cors.h"
#include "web/csrf.h"
#include "web/reply.h"
#include "web/routing.h"
#include "web/security_headers.h"
#include "web/sign_in_page.h"
#include "web/web.h"

enum { OVERLOAD_RETRY_S = 2 };

static struct web_context *context_new(struct web *web, struct http_exchange *exchange)
{
	struct web_context *context = ARENA_NEW(exchange->arena, struct web_context);
	char address[ADDRESS_TEXT_MAX];
	context->web = web;
	context->exchange = exchange;
	context->request = &exchange->request;
	context->response = &exchange->response;
	context->arena = exchange->arena;
	struct call *call = &context->call;
	call->arena = exchange->arena;
	call->now = clock_now();
	call->now_ms = clock_mono_ms();
	call->address = exchange->request.client;
	call->address_text = arena_slice(exchange->arena, address_text(&call->address, address));
	call->user_agent = http_request_header(context->request, "User-Agent");
	call->request_id = exchange->request.id;
	exchange->state = context;
	return context;
}

/* Once, when the answer is there. */
static void add_headers(struct web_context *context)
{
	security_headers_add(context);
	cors_add(context);
}

static void refuse(struct web_context *context, int status)
{
	const struct face *face = context->route ? context->route->face : &face_page;
	const struct refused refused = {
		.status = status,
		.retry_after = status == 503 ? OVERLOAD_RETRY_S : 0,
	};
	face->refuse(context, &refused);
}

static void on_refused(void *app, struct http_exchange *exchange, int status, struct slice reason)
{
	struct web_context *context = context_new(app, exchange);
	const struct refused refused = { .status = status, .text = reason };
	context->route = routing_find(context->web->routes, context->request->path,
				      &context->path_part);
	const struct face *face = context->route ? context->route->face : &face_page;
	face->refuse(context, &refused);
	add_headers(context);
}

static void answer_options(struct web_context *context)
{
	context->response->status = 204;
	http_response_header(context->response, "Allow",
			     routing_allow(context->route, context->arena));
	cors_preflight(context);
}

typedef void handler_fn(struct web_context *context);

static handler_fn *handler_of(const struct web_context *context)
{
	const struct route *route = context->route;
	handler_fn *const handlers[HTTP_METHOD_COUNT] = {
		[HTTP_GET] = route->get, [HTTP_HEAD] = route->get,      [HTTP_POST] = route->post,
		[HTTP_PUT] = route->put, [HTTP_DELETE] = route->delete,
	};
	return handlers[context->request->method];
}

static const char *const form_faults[] = {
	[FORM_FINE] = "",
	[FORM_WRONG_TYPE] = "the content type must be application/x-www-form-urlencoded",
	[FORM_MALFORMED] = "the form is malformed",
	[FORM_TOO_MANY] = "the form has too many fields",
	[FORM_REPEATED] = "a parameter comes more than once",
};

static enum form_fault read_form(struct web_context *context)
{
	struct slice type = http_request_header(context->request, "Content-Type");
	/* no body is of no type: the token of RFC6750#2.1 comes by POST without any */
	if (!type.ptr && slice_is_empty(context->request->body))
		return FORM_FINE;
	if (!form_type_is_right(type))
		/* RFC6750#2.2: only such a body may hold a token */
		return context->route->body == BODY_IF_FORM ? FORM_FINE : FORM_WRONG_TYPE;
	return form_parse(context->arena, context->request->body, context->route->multiple,
			  &context->form);
}

static bool refuse_body(struct web_context *context, const char *text)
{
	const struct refused refused = {
		.status = 400,
		.error = OAUTH_INVALID_REQUEST,
		.text = slice_str(text),
	};
	context->route->face->refuse(context, &refused);
	return false;
}

/* Another site cannot make a browser send this type without asking us first. */
static bool type_is_json(struct slice content_type)
{
	struct slice type;
	return slice_split(&content_type, ';', &type) &&
	       slice_equal_nocase(slice_trim(type), SLICE("application/json"));
}

/* RFC6749#3.2, RFC8628#3.1: repeated parameters and other forms are refused */
static bool body_is_fine(struct web_context *context)
{
	enum http_method method = context->request->method;
	if (method != HTTP_POST && method != HTTP_PUT)
		return true;
	if (context->route->body == BODY_JSON)
		return type_is_json(http_request_header(context->request, "Content-Type")) ||
		       refuse_body(context, "the content type must be application/json");
	enum form_fault fault = read_form(context);
	return fault == FORM_FINE || refuse_body(context, form_faults[fault]);
}

/* True when the answer is there already. */
static bool answer_early(struct web_context *context)
{
	context->route = routing_find(context->web->routes, context->request->path,
				      &context->path_part);
	if (!context->route) {
		refuse(context, 404);
		return true;
	}
	if (context->request->method == HTTP_OPTIONS) {
		answer_options(context);
		return true;
	}
	if (!handler_of(context)) {
		refuse(context, 405);
		http_response_header(context->response, "Allow",
				     routing_allow(context->route, context->arena));
		return true;
	}
	if (!body_is_fine(context))
		return true;
	if (context->route->place == ON_WORKER)
		return context->route->quick && context->route->quick(context);
	handler_of(context)(context);
	return true;
}

static void answer_overload(struct web_context *context)
{
	if (context->route->overload)
		context->route->overload(context);
	else
		refuse(context, 503);
}

static enum http_verdict on_loop(void *app, struct http_exchange *exchange)
{
	struct web_context *context = context_new(app, exchange);
	bool is_answered = answer_early(context);
	if (!is_answered && workers_reserve(context->web->workers))
		return HTTP_SUSPEND;
	if (!is_answered)
		answer_overload(context);
	add_headers(context);
	return HTTP_ANSWERED;
}

/* A session that cannot be looked up now is neither there nor not there. */
static bool load_session(struct web_context *context)
{
	struct slice cookie = cookie_get(context, COOKIE_SESSION);
	if (slice_is_empty(cookie))
		return true;
	enum find find = sign_in_session(context->web->flow, &context->call, cookie, true,
					 &context->session);
	if (find != FOUND)
		context->session = NULL;
	else
		context->call.actor = context->session->user.name; /* events say who did it */
	return find != FIND_FAILED;
}

static void refuse_form(struct web_context *context)
{
	const struct refusal refusal = { EVENT_FORM_REFUSED,
					 context->session ? &context->session->user.id : NULL, NULL,
					 slice_str(context->route->pattern) };
	const struct refused refused = {
		.status = 403,
		.title = SLICE("This form has gone stale"),
		.text = SLICE(
			"It was opened before you signed in or out, or it did not come from this site. "
			"Go back, reload the page, and try again."),
	};
	flow_refused(context->web->flow, &context->call, &refusal);
	context->route->face->refuse(context, &refused);
}

static void run(struct web_context *context)
{
	const struct route *route = context->route;
	if (route->access != ANYONE && !load_session(context)) {
		refuse(context, 503);
		return;
	}
	if (route->access == SIGNED_IN && !context->session) {
		sign_in_ask(context);
		return;
	}
	if (context->request->method == HTTP_POST && route->has_own_form &&
	    !csrf_is_ours(context)) {
		refuse_form(context);
		return;
	}
	handler_of(context)(context);
}

static void run_job(struct job *job)
{
	struct web_context *context = (struct web_context *)job;
	log_set_request(context->request->id);
	run(context);
	ensure(context->response->status != 0);
	add_headers(context);
	log_set_request(SLICE_EMPTY);
	http_exchange_resume(context->exchange);
}

static void on_suspended(void *app, struct http_exchange *exchange)
{
	struct web *web = app;
	struct web_context *context = exchange->state;
	context->job.run = run_job;
	workers_submit(web->workers, &context->job);
}

static void on_done(void *app, struct http_exchange *exchange, bool sent)
{
	(void)app;
	access_log(exchange->state, sent);
}

void web_handler(struct web *web, struct http_handler *out)
{
	*out = (struct http_handler){
		.app = web,
		.refused = on_refused,
		.on_loop = on_loop,
		.suspended = on_suspended,
		.done = on_done,
	};
}
