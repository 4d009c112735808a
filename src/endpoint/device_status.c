/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of a request, and that the person may go back to the device: RFC8628#3.3. */
#include <assert.h>

#include "endpoint/device_pages.h"
#include "endpoint/endpoints.h"
#include "web/reply.h"

static const enum status_outcome outcomes[] = {
	[DEVICE_PENDING] = STATUS_PENDING,
	[DEVICE_APPROVED] = STATUS_APPROVED,
	[DEVICE_DENIED] = STATUS_DENIED,
	[DEVICE_REDEEMED] = STATUS_CONNECTED,
};
static_assert(ARRAY_LEN(outcomes) == DEVICE_STATUS_COUNT, "an outcome for each status");

static enum status_outcome outcome_of(const struct device_grant *grant, int64_t now)
{
	bool is_open_ended = grant->status == DEVICE_PENDING || grant->status == DEVICE_APPROVED;
	return is_open_ended && grant->expires <= now ? STATUS_EXPIRED : outcomes[grant->status];
}

void device_status_get(struct web_context *context)
{
	struct device_shown shown;
	if (!device_pages_load(context, &shown))
		return;
	const struct page page = reply_page_values(context, false);
	const struct status_values values = {
		.outcome = outcome_of(shown.grant, context->call.now),
		.client_name = shown.client->name,
		.handle = context->path_part,
	};
	reply_page(context, 200, page_status(&page, &values));
}
