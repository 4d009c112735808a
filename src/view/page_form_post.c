/* SPDX-License-Identifier: Apache-2.0
 *
 * The answer of the authorization endpoint as a form that sends itself to the client (OAuth 2.0
 * Form Post Response Mode). It works without scripts: the button is the way then. */
#include "view/view.h"

struct slice page_form_post(const struct page *page, const struct form_post_values *form)
{
	static const struct view_address_names to = { "to_https", "to_http", NULL };
	struct values *values = view_values(page, SLICE("Back to the application"), false);
	view_add_address(values, &to, form->uri);
	view_add_destination(values, form->uri);
	values_text(values, "client_name", form->client_name);
	struct values_list *list = values_list(values, "fields");
	for (size_t i = 0; i < form->count && i < PAGE_ROWS_MAX; i++) {
		struct values *item = values_item(list);
		values_text(item, "name", form->fields[i].name);
		values_text(item, "value", form->fields[i].value);
	}
	return view_render(page, "form_post", values);
}
