/* SPDX-License-Identifier: Apache-2.0
 *
 * The first page: what this is, and what the person may do. */
#include "view/view.h"

struct slice page_home(const struct page *page)
{
	struct values *values = view_values(page, SLICE("Welcome"), false);
	return view_render(page, "home", values);
}
