/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed out, with a frame for each application that is told by one, and the way on. FCLOGOUT#2 */
#include "view/view.h"

struct slice page_logged_out(const struct page *page, const struct logged_out_values *out)
{
	static const struct view_address_names frame = { "frame_https", "frame_http", NULL };
	static const struct view_address_names on = { "on_https", "on_http", "on_app" };
	struct values *values = view_values(page, SLICE("You are signed out"), false);
	struct values_list *list = values_list(values, "frames");
	for (size_t i = 0; i < out->frame_count && i < PAGE_ROWS_MAX; i++)
		view_add_address(values_item(list), &frame, out->frames[i]);
	view_add_address(values, &on, out->uri);
	values_bool(values, "goes_on", out->uri.len > 0);
	values_text(values, "client_name", out->client_name);
	return view_render(page, "logged_out", values);
}
