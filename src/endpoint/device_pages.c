/* SPDX-License-Identifier: Apache-2.0
 *
 * A handle that is unknown, old, or of another session: there is nothing here. */
#include "endpoint/device_pages.h"

#include "web/reply.h"

bool device_pages_load(struct web_context *context, struct device_shown *out)
{
	enum find find = device_show(context->web->flow, &context->call, context->session,
				     context->path_part, out);
	if (find == FOUND)
		return true;
	const struct refused gone = {
		.status = 404,
		.title = SLICE("This page is no longer here"),
		.text = SLICE(
			"A code must be decided within ten minutes, in the browser in which it was entered. "
			"Enter the code from your device again."),
	};
	if (find == ABSENT)
		face_page.refuse(context, &gone);
	else
		reply_error_page(context, 503);
	return false;
}

void device_pages_go_to_status(struct web_context *context)
{
	reply_redirect(context, arena_printf(context->arena, "/o/device-grant-status/%.*s",
					     SLICE_ARG(context->path_part)));
}
