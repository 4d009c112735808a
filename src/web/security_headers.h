/* SPDX-License-Identifier: Apache-2.0
 *
 * The headers that protect pages, from one table: Content-Security-Policy per page, and what goes
 * on everything. */
#ifndef WEB_SECURITY_HEADERS_H
#define WEB_SECURITY_HEADERS_H

#include "web/web.h"

/* A single answer may need more than its route's policy allows. To be said before the handler
 * returns.
 *
 * A form of this page leads to a redirect URI (or on to one that is not known yet: ""): browsers
 * hold each step of the way, also those that the client adds behind its redirect URI, against
 * form-action. So it allows https and the URI's own scheme; where that is not known it is left out.
 */
void web_csp_allow_leaving(struct web_context *context, struct slice uri);
/* One of web/static. */
void web_csp_allow_script(struct web_context *context);
/* A frame of this URL; its origin alone is allowed. False when the URL has none that a policy can
 * name (an IPv6 address), or when there are very many: then leave the frame out. */
bool web_csp_allow_frame(struct web_context *context, struct slice url);

void security_headers_add(struct web_context *context);

#endif
