/* SPDX-License-Identifier: Apache-2.0
 *
 * An answer that is the same each time, above all that a code is still pending: the library's
 * record of it is made once and queued again and again, instead of some fifteen allocations for
 * each. Each loop keeps the last one that could be kept. */
#ifndef HTTP_KEPT_RESPONSE_H
#define HTTP_KEPT_RESPONSE_H

#include "http/http.h"

struct MHD_Response;

/* All zero is a good start. */
struct kept_response {
	struct MHD_Response *mhd; /* NULL: none yet */
	struct arena *arena;      /* of the headers */
	struct slice body;
	struct http_header headers[HTTP_RESPONSE_HEADERS_MAX];
	size_t header_count;
};

void kept_response_fini(struct kept_response *kept);
/* Whether the record that is kept was made for this answer, whose body is static: for the same body
 * and the same headers, byte by byte. The status is no part of it. */
bool kept_response_fits(const struct kept_response *kept, const struct http_response *response);
/* In the place of the one before. Takes the record over; it may be NULL. */
void kept_response_set(struct kept_response *kept, const struct http_response *response,
		       struct MHD_Response *mhd);

#endif
