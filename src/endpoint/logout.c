/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-out, by POST with the form token alone. */
#include "endpoint/endpoints.h"
#include "endpoint/logout_pages.h"
#include "web/reply.h"

void logout_post(struct web_context *context)
{
	struct logout_frames frames;
	const struct logout_then then = { SLICE_EMPTY, SLICE_EMPTY };
	if (!logout_pages_sign_out(context, &frames))
		return;
	if (frames.count > 0)
		logout_pages_go_on(context, &frames, &then);
	else
		reply_redirect(context, SLICE("/"));
}
