/* SPDX-License-Identifier: Apache-2.0
 *
 * Refusals and errors: what happened and what to do, the waiting time in words. */
#include "view/view.h"
#include "view/words.h"

struct slice page_error(const struct page *page, const struct error_values *error)
{
	struct values *values = view_values(page, error->title, false);
	values_number(values, "status", error->status);
	values_text(values, "text", error->text);
	values_text(values, "request_id", error->request_id);
	values_bool(values, "must_wait", error->retry_after > 0);
	values_text(values, "wait", words_in(page->arena, error->retry_after));
	return view_render(page, "error", values);
}
