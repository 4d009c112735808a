/* SPDX-License-Identifier: Apache-2.0
 *
 * Entering the code that a device shows (RFC 8628 section 3.3). */
#include "view/view.h"
#include "view/words.h"

struct slice page_device(const struct page *page, const struct device_values *device)
{
	bool has_errors = device->error.len > 0 || device->retry_after > 0;
	struct values *values = view_values(page, SLICE("Connect a device"), has_errors);
	values_text(values, "user_code", device->user_code);
	values_text(values, "error", device->error);
	/* RFC8628#3.3.1: a code that came with the link is shown and compared with the device */
	values_bool(values, "is_prefilled", device->is_prefilled);
	values_bool(values, "must_wait", device->retry_after > 0);
	values_text(values, "wait", words_in(page->arena, device->retry_after));
	values_number(values, "code_max", device->code_max);
	values_text(values, "example", device->example);
	return view_render(page, "device", values);
}
