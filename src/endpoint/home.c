/* SPDX-License-Identifier: Apache-2.0
 *
 * The front page: what this is, and links to what the person may do. */
#include "endpoint/endpoints.h"
#include "web/reply.h"

void home_get(struct web_context *context)
{
	const struct page page = reply_page_values(context, false);
	reply_page(context, 200, page_home(&page));
}
