/* SPDX-License-Identifier: Apache-2.0
 *
 * The one kind of JSON answer that is not no-store. */
#include "endpoint/document.h"

/* RFC9110#13.1.2: a list of tags, compared weakly, or '*' */
static bool is_known(struct slice header, struct slice etag)
{
	struct slice tag;
	while (slice_split(&header, ',', &tag)) {
		tag = slice_trim(tag);
		if (slice_has_prefix(tag, SLICE("W/")))
			tag = slice_sub(tag, 2, tag.len);
		if (slice_equal(tag, etag) || slice_equal(tag, SLICE("*")))
			return true;
	}
	return false;
}

void document_reply(struct web_context *context, const struct document *document)
{
	struct http_response *response = context->response;
	struct slice known = http_request_header(context->request, "If-None-Match");
	bool is_same = known.ptr && is_known(known, document->etag);
	response->status = is_same ? 304 : 200;
	response->body = is_same ? SLICE_EMPTY : document->json;
	http_response_header(response, "Content-Type", SLICE("application/json"));
	http_response_header(
		response, "Cache-Control",
		arena_printf(context->arena, "public, max-age=%u", document->max_age_s));
	http_response_header(response, "ETag", document->etag);
}
