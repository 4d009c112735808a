/* SPDX-License-Identifier: Apache-2.0
 *
 * Style sheet and icons: may be kept for five minutes, then asked for again by ETag. */
#include "endpoint/endpoints.h"
#include "web/reply.h"

enum { MAX_AGE_S = 300 };

void static_get(struct web_context *context)
{
	struct static_file file;
	if (view_static(context->web->view, context->path_part, &file) != FOUND) {
		reply_error_page(context, 404);
		return;
	}
	const struct kept_reply reply = {
		.type = file.media_type,
		.body = file.body,
		.etag = file.etag,
		.max_age = MAX_AGE_S,
	};
	reply_kept(context, &reply);
	context->response->body_is_static = true;
}
