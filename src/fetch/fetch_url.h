/* SPDX-License-Identifier: Apache-2.0
 *
 * Which URLs are fetched at all. Strict, because libcurl reads them anew: what two readers could
 * take differently is refused. */
#ifndef FETCH_FETCH_URL_H
#define FETCH_FETCH_URL_H

#include <stdbool.h>

#include "base/slice.h"

enum { FETCH_URL_MAX = 2048 };

/* http or https, printable ASCII, a host and perhaps a port, no user, no fragment, no backslash. */
bool fetch_url_is_fine(struct slice url, bool *https);
/* Without its query, which is not for logs. */
struct slice fetch_url_shown(struct slice url);

#endif
