/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of applications: a person's own, or everybody's for an administrator. */
#include "view/view.h"

struct slice page_applications(const struct page *page,
			       const struct applications_values *applications)
{
	struct slice title = applications->all ? SLICE("All applications")
					       : SLICE("Your applications");
	struct values *values = view_values(page, title, false);
	values_bool(values, "all", applications->all);
	struct values_list *list = values_list(values, "applications");
	for (size_t i = 0; i < applications->count && i < PAGE_ROWS_MAX; i++)
		view_add_application(values_item(list), &applications->rows[i]);
	values_bool(values, "any", applications->count > 0);
	values_bool(values, "has_more", applications->count > PAGE_ROWS_MAX);
	values_number(values, "count", (int64_t)applications->count);
	values_number(values, "shown", PAGE_ROWS_MAX);
	return view_render(page, "applications", values);
}
