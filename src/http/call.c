/* SPDX-License-Identifier: Apache-2.0
 *
 * The pool of calls. Only what a reader looks at is cleared: the header arrays are as long as their
 * counts say. */
#include "http/call.h"

#include <stdlib.h>

#include "base/ensure.h"

enum { KEPT = 256 };

static void clear(struct call *call)
{
	struct http_request *request = &call->exchange.request;
	struct http_response *response = &call->exchange.response;
	request->method = HTTP_OTHER;
	request->target = request->path = request->query = request->body = request->id =
		request->client_certificate = SLICE_EMPTY;
	request->header_count = 0;
	request->secure = false;
	request->began_us = 0;
	response->status = 0;
	response->header_count = 0;
	response->body = SLICE_EMPTY;
	response->body_is_static = false;
	response->close = false;
	call->exchange.state = NULL;
	call->connection = NULL;
	call->mhd = NULL;
	call->next = NULL;
	call->stage = CALL_HEAD;
	call->counted = false;
	call->seen = false;
	call->written = false;
	call->body_length = 0;
	call->body = NULL;
	call->body_capacity = 0;
}

struct call *call_take(struct call_pool *pool)
{
	struct call *call = pool->free;
	if (call != NULL) {
		pool->free = call->next;
		pool->free_count--;
	} else {
		call = xcalloc(1, sizeof(*call));
		call->exchange.arena = arena_new();
	}
	clear(call);
	return call;
}

static void release(struct call *call)
{
	arena_free(&call->exchange.arena);
	free(call);
}

void call_give(struct call_pool *pool, struct call *call)
{
	if (pool->free_count == KEPT) {
		release(call);
		return;
	}
	arena_reset(call->exchange.arena);
	call->next = pool->free;
	pool->free = call;
	pool->free_count++;
}

void call_pool_fini(struct call_pool *pool)
{
	while (pool->free != NULL) {
		struct call *call = pool->free;
		pool->free = call->next;
		release(call);
	}
	pool->free_count = 0;
}
