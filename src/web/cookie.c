/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of cookies, and reading and writing them. */
#include "web/cookie.h"

#include <assert.h>

struct cookie_row {
	const char *name;
	int64_t max_age; /* 0: until the browser is closed */
};

static const struct cookie_row rows[] = {
	[COOKIE_SESSION] = { "doorcode_session", 0 },
	[COOKIE_ANONYMOUS] = { "doorcode_anonymous", 0 },
	[COOKIE_DEVICE] = { "doorcode_device", 180L * 86400 },
};
static_assert(ARRAY_LEN(rows) == COOKIE_COUNT, "a row for each cookie");

static struct slice full_name(const struct web_context *context, enum cookie cookie)
{
	return arena_printf(context->arena, "%s%s", context->web->is_https ? "__Host-" : "",
			    rows[cookie].name);
}

struct slice cookie_get(const struct web_context *context, enum cookie cookie)
{
	struct slice value = http_request_cookie(context->request, full_name(context, cookie));
	return value.ptr ? value : SLICE_EMPTY;
}

static void write_cookie(struct web_context *context, enum cookie cookie, struct slice value,
			 int64_t max_age)
{
	struct slice name = full_name(context, cookie);
	struct slice age = SLICE_EMPTY;
	if (max_age >= 0)
		age = arena_printf(context->arena, "; Max-Age=%lld", (long long)max_age);
	struct slice text = arena_printf(
		context->arena, "%.*s=%.*s; Path=/; HttpOnly; SameSite=Lax%s%.*s", SLICE_ARG(name),
		SLICE_ARG(value), context->web->is_https ? "; Secure" : "", SLICE_ARG(age));
	http_response_header(context->response, "Set-Cookie", text);
}

void cookie_set(struct web_context *context, enum cookie cookie, struct slice value)
{
	int64_t max_age = rows[cookie].max_age;
	write_cookie(context, cookie, value, max_age > 0 ? max_age : -1);
}

void cookie_clear(struct web_context *context, enum cookie cookie)
{
	write_cookie(context, cookie, SLICE_EMPTY, 0);
}
