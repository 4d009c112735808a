/* SPDX-License-Identifier: Apache-2.0
 *
 * The URL of a request as we print it: base_url and the path, without the query. What the Host
 * header says has no part in it. */
#ifndef WEB_CALLED_URL_H
#define WEB_CALLED_URL_H

#include "web/web.h"

struct slice called_url(const struct web_context *context);

#endif
