/* SPDX-License-Identifier: Apache-2.0
 *
 * The path is taken as it was sent, with its slash at the end or without. */
#include "web/called_url.h"

struct slice called_url(const struct web_context *context)
{
	struct slice path;
	struct slice target = context->request->target;
	(void)slice_split(&target, '?', &path);
	return arena_printf(context->arena, "%.*s%.*s",
			    SLICE_ARG(context->web->flow->settings.base_url), SLICE_ARG(path));
}
