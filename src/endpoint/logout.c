/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-out, by POST with the form token alone. */
#include "flow/logout.h"
#include "endpoint/endpoints.h"
#include "web/cookie.h"
#include "web/reply.h"

void logout_post(struct web_context *context)
{
	if (context->session) {
		struct logout_frames frames;
		enum err err = logout_session(context->web->flow, &context->call, context->session,
					      &frames);
		if (err != ERR_OK && err != ERR_ABSENT) {
			reply_error_page(context, 503);
			return;
		}
	}
	cookie_clear(context, COOKIE_SESSION);
	cookie_clear(context, COOKIE_ANONYMOUS);
	reply_redirect(context, SLICE("/"));
}
