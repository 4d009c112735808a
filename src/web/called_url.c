/* SPDX-License-Identifier: Apache-2.0
 *
 * The path is taken as it was sent, with its slash at the end or without. */
#include "web/called_url.h"

#include "base/buf.h"

struct slice called_url(const struct web_context *context)
{
	struct buf url;
	struct slice path = SLICE_EMPTY;
	struct slice base = context->web->flow->settings.base_url;
	struct slice target = context->request->target;
	(void)slice_split(&target, '?', &path);
	buf_init_arena(&url, context->arena, base.len + path.len);
	buf_add(&url, base);
	buf_add(&url, path);
	return buf_slice(&url);
}
