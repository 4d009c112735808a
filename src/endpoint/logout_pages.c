/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications that are told by a frame get a moment for it, then the browser goes on by itself;
 * how long it takes a frame to load is nothing that a page without scripts could know. FCLOGOUT#2,
 * D59
 */
#include "endpoint/logout_pages.h"

#include "web/cookie.h"
#include "web/reply.h"
#include "web/security_headers.h"

enum { FRAMES_S = 3 };

bool logout_pages_sign_out(struct web_context *context, struct logout_frames *frames)
{
	*frames = (struct logout_frames){ .count = 0 };
	if (context->session) {
		enum err err = logout_session(context->web->flow, &context->call, context->session,
					      frames);
		if (err != ERR_OK) {
			reply_error_page(context, 503);
			return false;
		}
	}
	context->session = NULL;
	cookie_clear(context, COOKIE_SESSION);
	cookie_clear(context, COOKIE_ANONYMOUS);
	return true;
}

/* Those that the policy can name. */
static void allow_frames(struct web_context *context, struct logout_frames *frames)
{
	size_t count = 0;
	for (size_t i = 0; i < frames->count; i++) {
		if (web_csp_allow_frame(context, frames->urls[i]))
			frames->urls[count++] = frames->urls[i];
	}
	frames->count = count;
}

void logout_pages_go_on(struct web_context *context, const struct logout_frames *frames,
			const struct logout_then *then)
{
	struct logout_frames allowed = *frames;
	allow_frames(context, &allowed);
	if (allowed.count == 0 && !slice_is_empty(then->uri)) {
		reply_leave(context, then->uri);
		return;
	}
	const struct page page = reply_page_values(context, false);
	const struct logged_out_values values = {
		.frames = allowed.urls,
		.frame_count = allowed.count,
		.uri = then->uri,
		.client_name = then->client_name,
	};
	reply_page(context, 200, page_logged_out(&page, &values));
	if (!slice_is_empty(then->uri))
		http_response_header(context->response, "Refresh",
				     arena_printf(context->arena, "%d; url=%.*s", FRAMES_S,
						  SLICE_ARG(then->uri)));
}
