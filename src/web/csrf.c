/* SPDX-License-Identifier: Apache-2.0
 *
 * Two independent defences: the token, and what the browser itself says of where a form came from.
 */
#include "web/csrf.h"

#include <string.h>

#include "base/random_text.h"
#include "domain/names.h"
#include "flow/signature.h"
#include "web/cookie.h"

enum { ANONYMOUS_BYTES = 16, PART_TEXT = SIGNATURE_TEXT, ANONYMOUS_TEXT = 2 * PART_TEXT };

static struct slice sign(struct web_context *context, const char *label, struct slice value)
{
	return signature_make(context->web->flow->ring, context->arena, label, value);
}

static bool fits(struct web_context *context, const char *label, struct slice value,
		 struct slice signature)
{
	return signature_fits(context->web->flow->ring, label, value, signature);
}

static bool anonymous_is_ours(struct web_context *context, struct slice cookie)
{
	return cookie.len == ANONYMOUS_TEXT &&
	       fits(context, "anonymous", slice_sub(cookie, 0, PART_TEXT),
		    slice_sub(cookie, PART_TEXT, PART_TEXT));
}

static void issue_anonymous(struct web_context *context)
{
	struct slice part = random_text(context->arena, SLICE_EMPTY, ANONYMOUS_BYTES);
	struct slice mac = sign(context, "anonymous", part);
	context->anonymous = arena_printf(context->arena, "%.*s%.*s", SLICE_ARG(part),
					  SLICE_ARG(mac));
	cookie_set(context, COOKIE_ANONYMOUS, context->anonymous);
}

/* What tokens are tied to; empty when this browser has nothing of ours. */
static struct slice binding(struct web_context *context)
{
	if (context->session)
		return hash_slice(&context->session->hash);
	if (slice_is_empty(context->anonymous)) {
		struct slice cookie = cookie_get(context, COOKIE_ANONYMOUS);
		if (anonymous_is_ours(context, cookie))
			context->anonymous = cookie;
	}
	return context->anonymous;
}

struct slice csrf_token(struct web_context *context)
{
	if (slice_is_empty(binding(context)))
		issue_anonymous(context);
	return sign(context, "form", binding(context));
}

static bool host_is_loopback(struct slice host)
{
	return slice_equal_nocase(host, SLICE("localhost")) ||
	       slice_equal(host, SLICE("127.0.0.1")) || slice_equal(host, SLICE("[::1]"));
}

/* Browsers leave it out of Origin (RFC6454#6.1); whoever writes the base URL may not. */
static struct slice default_port(struct slice scheme)
{
	return slice_equal_nocase(scheme, SLICE("https")) ? SLICE(":443") : SLICE(":80");
}

/* Splits "scheme://host[:port]" into scheme, host, and ":port". */
static bool split_origin(struct slice origin, struct slice part[3])
{
	const char *at = memmem(origin.ptr, origin.len, "://", 3);
	if (!at)
		return false;
	size_t scheme = (size_t)(at - origin.ptr);
	part[0] = slice_sub(origin, 0, scheme);
	struct slice rest = slice_sub(origin, scheme + 3, origin.len);
	size_t host = 0;
	while (host < rest.len &&
	       (rest.ptr[host] != ':' || (rest.ptr[0] == '[' && !memchr(rest.ptr, ']', host))) &&
	       rest.ptr[host] != '/')
		host++;
	size_t end = host;
	while (end < rest.len && rest.ptr[end] != '/')
		end++;
	part[1] = slice_sub(rest, 0, host);
	part[2] = slice_sub(rest, host, end - host);
	if (slice_equal(part[2], default_port(part[0])))
		part[2] = SLICE_EMPTY;
	return true;
}

/* The base URL's own, or another loopback name of the same server: "requests for localhost are
 * served too". */
static bool origin_is_ours(const struct web_context *context, struct slice origin)
{
	struct slice ours[3];
	struct slice theirs[3];
	if (!split_origin(context->web->base_url, ours) || !split_origin(origin, theirs))
		return false;
	bool same_host = slice_equal_nocase(ours[1], theirs[1]) ||
			 (host_is_loopback(ours[1]) && host_is_loopback(theirs[1]));
	return slice_equal_nocase(ours[0], theirs[0]) && same_host &&
	       slice_equal(ours[2], theirs[2]);
}

static bool browser_agrees(const struct web_context *context)
{
	struct slice site = http_request_header(context->request, "Sec-Fetch-Site");
	struct slice origin = http_request_header(context->request, "Origin");
	if (site.ptr && !slice_equal(site, SLICE("same-origin")) &&
	    !slice_equal(site, SLICE("none")))
		return false;
	/* our own pages send "null", since they send no referrer; browsers that know Sec-Fetch-Site
	 * have spoken above */
	if (!origin.ptr || slice_equal(origin, SLICE("null")))
		return true;
	return origin_is_ours(context, origin);
}

bool csrf_is_ours(struct web_context *context)
{
	struct slice bound = binding(context);
	if (!browser_agrees(context) || slice_is_empty(bound))
		return false;
	return fits(context, "form", bound, form_value(&context->form, NAME_CSRF_TOKEN));
}

/* The binding goes in as its own signature: text of one width, whatever it was. */
static struct slice signed_value(struct web_context *context, struct slice value, struct slice time)
{
	struct slice bound = sign(context, "binding", binding(context));
	return arena_printf(context->arena, "%.*s %.*s %.*s", SLICE_ARG(bound), SLICE_ARG(time),
			    SLICE_ARG(value));
}

struct slice csrf_sign(struct web_context *context, struct slice value)
{
	struct slice time = arena_printf(context->arena, "%lld", (long long)context->call.now);
	struct slice mac = sign(context, "value", signed_value(context, value, time));
	return arena_printf(context->arena, "%.*s.%.*s", SLICE_ARG(time), SLICE_ARG(mac));
}

bool csrf_signed_fits(struct web_context *context, struct slice value, struct slice proof,
		      int64_t max_age)
{
	struct slice time;
	int64_t made = 0;
	if (!slice_split(&proof, '.', &time) || slice_parse_int64(time, &made) != ERR_OK ||
	    !proof.ptr)
		return false;
	if (made > context->call.now || made < context->call.now - max_age)
		return false;
	return fits(context, "value", signed_value(context, value, time), proof);
}
