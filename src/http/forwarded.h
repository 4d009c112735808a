/* SPDX-License-Identifier: Apache-2.0
 *
 * What proxies that we trust say about a request: X-Forwarded-For, X-Forwarded-Proto, X-Request-Id.
 */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include <stddef.h>

#include "base/address.h"
#include "http/http.h"

/* Only for a request whose peer is trusted: sets `client`, `secure` and `id` of the request where
 * the headers say something usable. The request's peer must be set; its id, client and secure keep
 * their values otherwise. */
void forwarded_apply(struct http_request *request, const struct network *trusted,
		     size_t trusted_count);

#endif
