/* SPDX-License-Identifier: Apache-2.0
 *
 * Cross-origin resource sharing (the Fetch standard), from one table. Cookies are shared with
 * nobody: what a page of another origin may read is what it could have asked for itself, with a
 * token or a client of its own. A preflight does not say which client asks, so it is answered yes
 * to every origin; it is the answer itself that only the client's own origins may read. */
#ifndef WEB_CORS_H
#define WEB_CORS_H

#include "domain/client.h"
#include "web/web.h"

/* On a route with CORS_CLIENT, when the client is known (authenticated, or whose token it is): its
 * origins may read the answer, whatever it becomes. */
void cors_share(struct web_context *context, const struct client *client);
/* The headers of an answer, and of an answer to OPTIONS before. */
void cors_add(struct web_context *context);
void cors_preflight(struct web_context *context);

#endif
