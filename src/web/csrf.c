/* SPDX-License-Identifier: Apache-2.0
 *
 * Two independent defences: the token, and what the browser itself says of where a form came from.
 */
#include "web/csrf.h"

#include "base/random_text.h"
#include "base/uri.h"
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

/* The base URL's own, or another loopback name of the same server: "requests for localhost are
 * served too". */
static bool origin_is_ours(const struct web_context *context, struct slice origin)
{
	struct uri ours;
	struct uri theirs;
	uri_split(context->web->base_url, &ours);
	uri_split(origin, &theirs);
	/* browsers leave it out of Origin (RFC6454#6.1); whoever writes the base URL may not */
	uri_drop_default_port(&ours);
	uri_drop_default_port(&theirs);
	bool same_host = slice_equal_nocase(ours.host, theirs.host) ||
			 (host_is_loopback(ours.host) && host_is_loopback(theirs.host));
	return slice_equal_nocase(ours.scheme, theirs.scheme) && same_host &&
	       ours.has_port == theirs.has_port && slice_equal(ours.port, theirs.port) &&
	       slice_is_empty(theirs.rest);
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
