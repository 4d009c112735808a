/* SPDX-License-Identifier: Apache-2.0
 *
 * Between http/ and the endpoints: a table of routes, and the context that a handler works in. The
 * web layer finds the route, checks method, form, sign-in and form token, runs the handler where
 * the route says (loop or worker), adds the security headers and writes the log line. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "config/config.h"
#include "domain/oauth_error.h"
#include "domain/session.h"
#include "flow/flow.h"
#include "http/http.h"
#include "view/pages.h"
#include "web/workers.h"

struct route;
struct route_table;

/* Wired at start, the same for all requests. */
struct web {
	const struct config *config;
	const struct flow *flow;
	const struct view *view;
	const struct route_table *routes;
	struct workers *workers;
	struct slice base_url;
	bool is_https;
	atomic_bool stopping; /* /readyz says so */
};

/* What one answer adds to the Content-Security-Policy of its route: see web/security_headers.h. */
struct csp_more {
	bool leaves;            /* a form leads away from this site */
	struct slice leaves_to; /* where to; "": not known yet */
	bool script;
	struct slice frames; /* their origins */
};

struct web_context {
	struct job job; /* first: a job is its context */
	struct web *web;
	struct http_exchange *exchange;
	struct http_request *request;
	struct http_response *response;
	struct arena *arena;
	const struct route *route; /* NULL: no such path */
	struct slice path_part;    /* what stands in the place of {} in the route's pattern */
	struct form form;          /* of a POST */
	struct call call;
	struct session *session; /* NULL: nobody is signed in */
	struct csp_more csp_more;
	struct slice anonymous; /* the cookie that stands for a session before sign-in; "" when
				   there is none */
	bool origin_is_shared;  /* web/cors.h */
};

/* A refusal before or instead of an endpoint's own answer. */
struct refused {
	int status;
	enum oauth_error error; /* for clients; OAUTH_OK: by the status */
	struct slice title;     /* for people */
	struct slice text;      /* a sentence: what happened, what to do */
	int64_t retry_after;    /* seconds; 0: none */
};
/* How a route speaks when it refuses: pages to people, JSON to clients. */
struct face {
	void (*refuse)(struct web_context *context, const struct refused *refused);
};

enum route_place {
	ON_WORKER = 0, /* may wait */
	ON_LOOP        /* never waits */
};
enum route_access {
	ANYONE = 0,
	MAY_SIGN_IN, /* the session is loaded when there is one */
	SIGNED_IN    /* asks to sign in otherwise */
};
/* Content-Security-Policies, rows of a table in web/security_headers.c */
enum csp { CSP_NONE = 0, CSP_BASE, CSP_COUNT };
/* Which other origins may read the answer: rows of a table in web/cors.c */
enum cors {
	CORS_NONE = 0, /* none: pages, and the authorization endpoint (RFC9700#2.6) */
	CORS_PUBLIC,   /* all: what says the same to everybody */
	CORS_CLIENT,   /* those that the client registered */
	CORS_COUNT
};
enum route_body {
	BODY_FORM = 0,
	BODY_JSON,
	BODY_IF_FORM /* a form may come; a body of another type is not looked at */
};

struct route {
	const char *pattern; /* without a trailing slash; one {} stands for one segment */
	void (*get)(struct web_context *context);
	void (*post)(struct web_context *context);
	void (*put)(struct web_context *context);
	void (*delete)(struct web_context *context);
	/* On the loop, before a worker is asked: true when it has answered. */
	bool (*quick)(struct web_context *context);
	/* Answers when no worker is free; NULL: 503 with Retry-After by the face. */
	void (*overload)(struct web_context *context);
	const struct face *face;
	enum route_place place;
	enum route_access access;
	enum csp csp;
	enum cors cors;
	enum route_body body; /* of POST and PUT: a form is parsed for the handler, JSON is his to
				 parse */
	bool has_own_form; /* a POST carries our csrf_token: checked with Origin and Sec-Fetch-Site
			      before the handler */
	bool keeps_opener; /* an application may show it in a window of its own, and waits for that
			      window to come back: D80 */
	const char *const *multiple; /* names of fields that may be repeated */
};

struct route_table {
	const struct route *routes;
	size_t count;
};

/* Gives http/ what to call; `web` outlives the server. */
void web_handler(struct web *web, struct http_handler *out);

#endif
