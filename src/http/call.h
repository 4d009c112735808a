/* SPDX-License-Identifier: Apache-2.0
 *
 * What http/ keeps of a request under way, around the exchange that the handlers see. Calls are
 * pooled per loop, arena and all, so that a request in the steady state allocates nothing here. */
#ifndef HTTP_CALL_H
#define HTTP_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/http.h"
#include "http/request_id.h"

struct connection;
struct loop;
struct MHD_Connection;

enum call_stage {
	CALL_HEAD = 0, /* the request line is there */
	CALL_BODY,     /* the head was good */
	CALL_PARKED,   /* suspended; the next step of the library means that it was resumed */
	CALL_ANSWERED, /* queued */
};

struct call {
	struct http_exchange exchange; /* first: http_exchange_resume() casts back */
	struct connection *connection;
	struct loop *loop;
	struct MHD_Connection *mhd;
	struct call *next; /* in the pool */
	enum call_stage stage;
	bool counted;       /* in loop->busy */
	bool seen;          /* by the handler, which is told of the end then */
	bool written;       /* the answer went past the library, whole */
	size_t body_length; /* as declared; 0 when it was not */
	char *body;         /* in the arena */
	size_t body_capacity;
	char id[HTTP_REQUEST_ID_MAX];
};

struct call_pool {
	struct call *free;
	size_t free_count;
	struct request_id_maker ids;
};

/* A call with an empty request and response and an empty arena. */
struct call *call_take(struct call_pool *pool);
void call_give(struct call_pool *pool, struct call *call);
void call_pool_fini(struct call_pool *pool);

#endif
