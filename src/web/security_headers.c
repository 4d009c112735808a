/* SPDX-License-Identifier: Apache-2.0
 *
 * ASVS 3.4, RFC6749#10.13, RFC9700#4.16. A page without a route of its own gets the base policy. */
#include "web/security_headers.h"

#include <assert.h>

#include "base/ascii.h"
#include "base/buf.h"
#include "base/uri.h"

enum { CSP_MAX = 8192, FRAMES_MAX = 4096 };

struct policy {
	const char *fixed;
	const char *forms; /* NULL: this policy is not for pages, and is not widened */
};

static const struct policy policies[] = {
	[CSP_NONE] = { "default-src 'none'; frame-ancestors 'none'", NULL },
	[CSP_BASE] = { "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
		       "frame-ancestors 'none'",
		       "; form-action 'self'" },
};
static_assert(ARRAY_LEN(policies) == CSP_COUNT, "a policy for each row");

/* --- widening */

/* Nothing that could begin another source or directive. */
static bool is_source(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool plain = ascii_is_alnum(c) || c == '.' || c == '-' || c == '+' || c == ':' ||
			     c == '/';
		if (!plain)
			return false;
	}
	return text.len > 0;
}

void web_csp_allow_leaving(struct web_context *context, struct slice uri)
{
	struct uri parts;
	uri_split(uri, &parts);
	context->csp_more.leaves = true;
	context->csp_more.leaves_to = is_source(parts.scheme)
					      ? slice_sub(uri, 0, parts.scheme.len + 1)
					      : SLICE_EMPTY;
}

void web_csp_allow_script(struct web_context *context)
{
	context->csp_more.script = true;
}

bool web_csp_allow_frame(struct web_context *context, struct slice url)
{
	struct uri parts;
	uri_split(url, &parts);
	struct slice origin = uri_origin(&parts);
	if (!is_source(origin) || context->csp_more.frames.len + origin.len > FRAMES_MAX)
		return false;
	context->csp_more.frames = arena_printf(context->arena, "%.*s %.*s",
						SLICE_ARG(context->csp_more.frames),
						SLICE_ARG(origin));
	return true;
}

/* --- the headers */

static void add_forms(struct buf *text, const struct policy *policy, const struct csp_more *more)
{
	if (more->leaves && slice_is_empty(more->leaves_to))
		return; /* a policy cannot name what is not known */
	buf_add_str(text, policy->forms);
	if (!more->leaves)
		return;
	buf_add_str(text, " https:");
	if (!slice_equal(more->leaves_to, SLICE("https:")))
		buf_addf(text, " %.*s", SLICE_ARG(more->leaves_to));
}

static struct slice policy_text(struct web_context *context, const struct policy *policy)
{
	const struct csp_more *more = &context->csp_more;
	struct buf text;
	if (policy->forms == NULL)
		return slice_str(policy->fixed);
	buf_init_arena(&text, context->arena, CSP_MAX);
	buf_add_str(&text, policy->fixed);
	add_forms(&text, policy, more);
	if (more->script)
		buf_add_str(&text, "; script-src 'self'");
	if (!slice_is_empty(more->frames))
		buf_addf(&text, "; frame-src%.*s", SLICE_ARG(more->frames));
	return buf_slice(&text);
}

void security_headers_add(struct web_context *context)
{
	struct http_response *response = context->response;
	enum csp csp = context->route ? context->route->csp : CSP_BASE;
	http_response_header(response, "X-Content-Type-Options", SLICE("nosniff"));
	if (context->web->is_https)
		http_response_header(response, "Strict-Transport-Security",
				     SLICE("max-age=31536000"));
	if (csp == CSP_NONE && context->route->place == ON_WORKER)
		return; /* JSON for clients: lean, polls are many */
	http_response_header(response, "Content-Security-Policy",
			     policy_text(context, &policies[csp]));
	http_response_header(response, "X-Frame-Options", SLICE("DENY"));
	/* RFC9700#4.2.4 */
	http_response_header(response, "Referrer-Policy", SLICE("no-referrer"));
	/* ASVS 3.4.8 */
	if (!context->route || !context->route->keeps_opener)
		http_response_header(response, "Cross-Origin-Opener-Policy", SLICE("same-origin"));
	http_response_header(response, "Cross-Origin-Resource-Policy", SLICE("same-origin"));
}
