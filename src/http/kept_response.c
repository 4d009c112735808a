/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of headers are compared as bytes and kept as copies: they may stand in the arena of a
 * request that is over. */
#include "http/kept_response.h"

#include <microhttpd.h>

void kept_response_fini(struct kept_response *kept)
{
	/* Connections that are still sending it have references of their own. */
	if (kept->mhd != NULL)
		MHD_destroy_response(kept->mhd);
	arena_free(&kept->arena);
	*kept = (struct kept_response){ 0 };
}

bool kept_response_fits(const struct kept_response *kept, const struct http_response *response)
{
	if (kept->mhd == NULL || kept->body.ptr != response->body.ptr ||
	    kept->body.len != response->body.len || kept->header_count != response->header_count)
		return false;
	for (size_t i = 0; i < kept->header_count; i++) {
		if (!slice_equal(kept->headers[i].name, response->headers[i].name) ||
		    !slice_equal(kept->headers[i].value, response->headers[i].value))
			return false;
	}
	return true;
}

void kept_response_set(struct kept_response *kept, const struct http_response *response,
		       struct MHD_Response *mhd)
{
	kept_response_fini(kept);
	kept->mhd = mhd;
	kept->arena = arena_new();
	kept->body = response->body;
	for (size_t i = 0; i < response->header_count; i++)
		kept->headers[i] = (struct http_header){ response->headers[i].name, /* a literal */
							 arena_slice(kept->arena,
								     response->headers[i].value) };
	kept->header_count = response->header_count;
}
