/* SPDX-License-Identifier: Apache-2.0
 *
 * ASVS 3.4, RFC6749#10.13, RFC9700#4.16. A page without a route of its own gets the base policy. */
#include "web/security_headers.h"

#include <assert.h>

static const char *const policies[] = {
	[CSP_NONE] = "default-src 'none'; frame-ancestors 'none'",
	[CSP_BASE] =
		"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
		"form-action 'self'",
};
static_assert(ARRAY_LEN(policies) == CSP_COUNT, "a policy for each row");

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
	http_response_header(response, "Content-Security-Policy", slice_str(policies[csp]));
	http_response_header(response, "X-Frame-Options", SLICE("DENY"));
	http_response_header(response, "Referrer-Policy", SLICE("no-referrer"));
	http_response_header(response, "Cross-Origin-Opener-Policy", SLICE("same-origin"));
	http_response_header(response, "Cross-Origin-Resource-Policy", SLICE("same-origin"));
}
