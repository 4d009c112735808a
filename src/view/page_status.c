/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of it: the last page of a person's way through the device flow. RFC8628#3.3: he is
 * sent back to the device. */
#include <assert.h>

#include "base/ensure.h"
#include "view/view.h"

struct outcome {
	const char *title; /* words that people know from before */
	const char *flag;  /* true in the template */
};

static const struct outcome outcomes[] = {
	[STATUS_PENDING] = { "Authorization pending", "is_pending" },
	[STATUS_APPROVED] = { "Device Authorized", "is_approved" },
	[STATUS_CONNECTED] = { "Device Authorized", "is_connected" },
	[STATUS_DENIED] = { "Device Denied", "is_denied" },
	[STATUS_EXPIRED] = { "Device Expired", "is_expired" },
};
static_assert(ARRAY_LEN(outcomes) == STATUS_OUTCOME_COUNT, "a row per outcome");

struct slice page_status(const struct page *page, const struct status_values *status)
{
	ensure(status->outcome < STATUS_OUTCOME_COUNT);
	struct values *values = view_values(page, slice_str(outcomes[status->outcome].title),
					    false);
	for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
		values_bool(values, outcomes[i].flag, i == (size_t)status->outcome);
	values_text(values, "client_name", status->client_name);
	values_text(values, "handle", status->handle);
	return view_render(page, "status", values);
}
