/* SPDX-License-Identifier: Apache-2.0
 *
 * Style sheet and icons: may be kept for five minutes, then asked for again by ETag. */
#include "endpoint/endpoints.h"
#include "web/reply.h"

void static_get(struct web_context *context)
{
	struct static_file file;
	struct http_response *response = context->response;
	if (view_static(context->web->view, context->path_part, &file) != FOUND) {
		reply_error_page(context, 404);
		return;
	}
	struct slice known = http_request_header(context->request, "If-None-Match");
	bool is_same = known.ptr && slice_equal(known, file.etag);
	response->status = is_same ? 304 : 200;
	response->body = is_same ? SLICE_EMPTY : file.body;
	response->body_is_static = true;
	http_response_header(response, "Content-Type", file.media_type);
	http_response_header(response, "Cache-Control", SLICE("public, max-age=300"));
	http_response_header(response, "ETag", file.etag);
}
