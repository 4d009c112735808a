/* SPDX-License-Identifier: Apache-2.0
 *
 * A request context without a server: literal keys, headers as a test sets them, and a look at what
 * was answered. */
#ifndef SUPPORT_BROWSER_H
#define SUPPORT_BROWSER_H

#include "web/web.h"

enum { BROWSER_NOW = 1700000000 };

struct browser {
	struct arena *arena;
	struct keyring *ring;
	struct config config;
	struct flow flow;
	struct web web;
	struct http_request request;
	struct http_response response;
	struct web_context context;
};

void browser_init(struct browser *browser);
void browser_fini(struct browser *browser);
/* The next request of the same browser: nothing sent, nothing answered, nobody signed in. */
void browser_next(struct browser *browser);
void browser_send(struct browser *browser, const char *name, struct slice value);
/* What the answer sets this cookie to; "" when it does not. */
struct slice browser_cookie(const struct browser *browser, const char *name);
/* A header of the answer; "" when it is not there. */
struct slice browser_answer(const struct browser *browser, const char *name);
/* Signs somebody in: a session whose hash is 32 bytes of `number`. */
void browser_sign_in(struct browser *browser, uint8_t number);

#endif
