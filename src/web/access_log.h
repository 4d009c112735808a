/* SPDX-License-Identifier: Apache-2.0
 *
 * One line per request: the pattern of its route, never the query, never what stands in the place
 * of a handle. */
#ifndef WEB_ACCESS_LOG_H
#define WEB_ACCESS_LOG_H

#include "web/web.h"

/* `context` may be NULL: a connection that went away before its request was whole. */
void access_log(const struct web_context *context, bool sent);

#endif
