/* SPDX-License-Identifier: Apache-2.0
 *
 * The headers that protect pages, from one table: Content-Security-Policy per page, and what goes
 * on everything. */
#ifndef WEB_SECURITY_HEADERS_H
#define WEB_SECURITY_HEADERS_H

#include "web/web.h"

void security_headers_add(struct web_context *context);

#endif
