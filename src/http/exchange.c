/* SPDX-License-Identifier: Apache-2.0
 *
 * One request from its first line to its end. What makes it hard is whose turn it is: while a
 * request is parked it belongs to a worker, and the loop touches nothing of it until the library
 * calls again after http_exchange_resume(). An answer that is queued at the first step makes the
 * library close the connection without reading the body: that is what refusals want, and why good
 * requests are answered at the last step only. */
#include "http/exchange.h"

#include <microhttpd.h>
#include <string.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "http/connection.h"
#include "http/forwarded.h"
#include "http/loop.h"
#include "http/response.h"
#include "http/server.h"
#include "http/tls_session.h"

enum { SENDING_SECONDS = 60 };

static const struct http_options *options_of(const struct call *call)
{
	return &call->loop->server->options;
}

static const struct http_handler *handler_of(const struct call *call)
{
	return &call->loop->server->handler;
}

static int64_t after(unsigned seconds)
{
	return clock_mono_ms() + (int64_t)seconds * 1000;
}

/* --- begin --- */

struct call *exchange_begin(struct connection *connection, struct MHD_Connection *mhd,
			    struct slice target)
{
	struct loop *loop = connection->loop;
	struct call *call = call_take(&loop->calls);
	call->connection = connection;
	call->loop = loop;
	call->mhd = mhd;
	/* The library renews its own time-out with every byte: it can be trickled past. */
	if (connection_phase_of(connection) != PHASE_FRESH)
		(void)!connection_enter(connection, PHASE_HEAD,
					after(options_of(call)->header_timeout));
	struct http_request *request = &call->exchange.request;
	request->target = arena_slice(call->exchange.arena, target);
	request_id_make(&loop->calls.ids, call->id);
	request->id = slice_of(call->id, REQUEST_ID_LENGTH);
	request->peer = connection->peer;
	request->client = connection->peer;
	request->secure = connection->secure;
	/* A proxy that opens TLS anew shows its own, which is nobody's behind it. */
	if (connection->asks_certificate && !connection->trusted)
		request->client_certificate = arena_slice(call->exchange.arena,
							  tls_session_certificate(connection));
	connection->call = call;
	return call;
}

/* --- answers --- */

static bool answer(struct call *call)
{
	call->stage = CALL_ANSWERED;
	if (!connection_enter(call->connection, PHASE_SENDING, after(SENDING_SECONDS)))
		return false;
	return response_queue(call);
}

static void ask_for_refusal(struct call *call, struct refusal refusal)
{
	const struct http_handler *handler = handler_of(call);
	call->connection->refused = true;
	call->seen = true;
	handler->refused(handler->app, &call->exchange, refusal.status, slice_str(refusal.reason));
	call->exchange.response.close = true;
}

static bool refuse(struct call *call, struct refusal refusal)
{
	ask_for_refusal(call, refusal);
	return answer(call);
}

/* Where the library takes no answer any more. */
static void refuse_past_library(struct call *call, struct refusal refusal)
{
	ask_for_refusal(call, refusal);
	call->stage = CALL_ANSWERED;
	call->written = response_write(call);
}

/* --- steps --- */

static void count(struct call *call)
{
	call->counted = true;
	atomic_fetch_add_explicit(&call->loop->busy, 1, memory_order_relaxed);
}

static bool step_head(struct call *call, const struct raw_head *raw)
{
	struct http_request *request = &call->exchange.request;
	request->began_us = clock_mono_us();
	count(call);
	if (!connection_enter(call->connection, PHASE_BODY,
			      request->began_us / 1000 +
				      (int64_t)options_of(call)->body_timeout * 1000))
		return false;
	struct refusal refusal = gather_head(call, raw);
	if (call->connection->trusted)
		forwarded_apply(request, options_of(call)->trusted_proxies,
				options_of(call)->trusted_proxy_count);
	if (refusal.status != 0)
		return refuse(call, refusal);
	call->stage = CALL_BODY;
	return true;
}

/* As large as declared, but not before the bytes come: a declaration costs the peer nothing. */
static void grow_body(struct call *call, size_t need)
{
	size_t capacity = call->body_capacity == 0 ? need : 2 * call->body_capacity;
	if (capacity < need)
		capacity = need;
	if (call->body_length > 0 && capacity > call->body_length)
		capacity = call->body_length;
	char *body = arena_alloc(call->exchange.arena, capacity);
	if (call->body != NULL)
		memcpy(body, call->body, call->exchange.request.body.len);
	call->body = body;
	call->body_capacity = capacity;
}

static bool step_body(struct call *call, const char *data, size_t size)
{
	struct slice *body = &call->exchange.request.body;
	if (connection_is_expired(call->connection))
		return false;
	/* RFC9110#15.5.14: a chunked body says its size only in the end. */
	if (size > options_of(call)->max_body_bytes - body->len) {
		refuse_past_library(call, REFUSAL(413, "the body is too large"));
		return false;
	}
	size_t need = body->len + size;
	if (need > call->body_capacity)
		grow_body(call, need);
	memcpy(call->body + body->len, data, size);
	*body = slice_of(call->body, need);
	return true;
}

/* From the moment of suspended() on, a worker may be at the exchange, and may already have resumed
 * it. */
static bool park(struct call *call)
{
	const struct http_handler *handler = handler_of(call);
	call->stage = CALL_PARKED;
	/* Without a deadline there is none to miss. */
	bool entered = connection_enter(call->connection, PHASE_PARKED, 0);
	ensure(entered);
	atomic_fetch_add(&call->loop->parked, 1);
	MHD_suspend_connection(call->mhd);
	handler->suspended(handler->app, &call->exchange);
	return true;
}

static bool step_whole(struct call *call)
{
	const struct http_handler *handler = handler_of(call);
	if (!connection_enter(call->connection, PHASE_BUSY, 0))
		return false;
	call->seen = true;
	log_set_request(call->exchange.request.id);
	bool suspend = handler->on_loop(handler->app, &call->exchange) == HTTP_SUSPEND;
	bool going_on = suspend ? park(call) : answer(call);
	log_set_request(SLICE_EMPTY);
	return going_on;
}

static bool step_resumed(struct call *call)
{
	atomic_fetch_sub(&call->loop->parked, 1);
	/* Nobody is there to read it. */
	if (atomic_load(&call->connection->gone)) {
		call->stage = CALL_ANSWERED;
		return false;
	}
	return answer(call);
}

bool exchange_step(struct call *call, const struct raw_head *raw, const char *data, size_t size)
{
	switch (call->stage) {
	case CALL_HEAD:
		return step_head(call, raw);
	case CALL_BODY:
		return size > 0 ? step_body(call, data, size) : step_whole(call);
	case CALL_PARKED:
		return step_resumed(call);
	case CALL_ANSWERED:
		break;
	}
	return true;
}

/* --- end --- */

/* RFC9110#15.5.9: the sweep has shut the reading side, so the answer can still go out. */
void exchange_expire(struct call *call)
{
	if (call->stage > CALL_BODY)
		return;
	log_set_request(call->exchange.request.id);
	refuse_past_library(call, REFUSAL(408, "the request did not come in time"));
	log_set_request(SLICE_EMPTY);
}

void exchange_end(struct call *call, bool sent)
{
	struct connection *connection = call->connection;
	const struct http_handler *handler = handler_of(call);
	if (connection_is_expired(connection))
		exchange_expire(call);
	log_set_request(call->exchange.request.id);
	if (call->seen)
		handler->done(handler->app, &call->exchange, sent || call->written);
	log_set_request(SLICE_EMPTY);
	/* Resumed, but the library has seen the peer go before it called us again. */
	if (call->stage == CALL_PARKED)
		atomic_fetch_sub(&call->loop->parked, 1);
	if (call->counted)
		atomic_fetch_sub_explicit(&call->loop->busy, 1, memory_order_relaxed);
	connection->call = NULL;
	/* How long the next request may take to begin; how long its head may take runs from there.
	 */
	const struct http_options *options = options_of(call);
	(void)!connection_enter(connection, PHASE_IDLE,
				after(options->idle_timeout + options->header_timeout));
	call_give(&call->loop->calls, call);
}

void http_exchange_resume(struct http_exchange *exchange)
{
	/* The library's lock makes what the worker wrote visible to the loop. */
	struct call *call = (struct call *)exchange;
	struct loop *loop = call->loop;
	/* Once resumed the call may be gone at any moment; this keeps the loop. */
	atomic_fetch_add(&loop->resuming, 1);
	MHD_resume_connection(call->mhd);
	loop_wake(loop);
	atomic_fetch_sub(&loop->resuming, 1);
}

bool http_exchange_gone(const struct http_exchange *exchange)
{
	const struct call *call = (const struct call *)exchange;
	return atomic_load(&call->connection->gone);
}
