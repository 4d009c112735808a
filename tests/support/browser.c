/* SPDX-License-Identifier: Apache-2.0
 *
 * Making contexts, and reading what they answered. */
#include "support/browser.h"

#include <check.h>
#include <string.h>

#include "crypto/rings.h"

void browser_init(struct browser *browser)
{
	memset(browser, 0, sizeof(*browser));
	browser->arena = arena_new();
	browser->ring = ring_of("1");
	browser->flow.ring = browser->ring;
	browser->flow.settings.user_code.alphabet = SLICE("BCDFGHJKLMNPQRSTVWXZ");
	browser->web.config = &browser->config;
	browser->web.flow = &browser->flow;
	browser->web.base_url = SLICE("http://127.0.0.1:8000");
	browser_next(browser);
}

void browser_fini(struct browser *browser)
{
	keyring_free(&browser->ring);
	arena_free(&browser->arena);
}

void browser_next(struct browser *browser)
{
	memset(&browser->request, 0, sizeof(browser->request));
	memset(&browser->response, 0, sizeof(browser->response));
	memset(&browser->context, 0, sizeof(browser->context));
	browser->context.web = &browser->web;
	browser->context.request = &browser->request;
	browser->context.response = &browser->response;
	browser->context.arena = browser->arena;
	browser->context.call.arena = browser->arena;
	browser->context.call.now = BROWSER_NOW;
}

void browser_send(struct browser *browser, const char *name, struct slice value)
{
	struct http_request *request = &browser->request;
	ck_assert_uint_lt(request->header_count, HTTP_HEADERS_MAX);
	request->headers[request->header_count++] = (struct http_header){ slice_str(name), value };
}

struct slice browser_cookie(const struct browser *browser, const char *name)
{
	const struct http_response *response = &browser->response;
	for (size_t i = 0; i < response->header_count; i++) {
		struct slice value = response->headers[i].value;
		struct slice key;
		if (!slice_equal(response->headers[i].name, SLICE("Set-Cookie")) ||
		    !slice_split(&value, '=', &key) || !slice_equal(key, slice_str(name)))
			continue;
		(void)slice_split(&value, ';', &key);
		return key;
	}
	return SLICE_EMPTY;
}

struct slice browser_answer(const struct browser *browser, const char *name)
{
	const struct http_response *response = &browser->response;
	for (size_t i = 0; i < response->header_count; i++)
		if (slice_equal(response->headers[i].name, slice_str(name)))
			return response->headers[i].value;
	return SLICE_EMPTY;
}

void browser_sign_in(struct browser *browser, uint8_t number)
{
	struct session *session = ARENA_NEW(browser->arena, struct session);
	memset(session->hash.bytes, number, sizeof(session->hash.bytes));
	browser->context.session = session;
}
