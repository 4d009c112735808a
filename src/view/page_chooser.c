/* SPDX-License-Identifier: Apache-2.0
 *
 * Several people are signed in in this browser: who shall act? OIDC#3.1.2.1 (prompt=select_account)
 */
#include "view/view.h"

struct slice page_chooser(const struct page *page, const struct chooser_values *chooser)
{
	struct values *values = view_values(page, SLICE("Choose an account"), false);
	struct values_list *list = values_list(values, "people");
	for (size_t i = 0; i < chooser->count && i < PAGE_ROWS_MAX; i++) {
		struct values *item = values_item(list);
		values_text(item, "person", chooser->people[i].id);
		values_text(item, "person_name", chooser->people[i].name);
	}
	values_text(values, "next", chooser->next);
	values_text(values, "next_query", view_query(page->arena, chooser->next));
	values_text(values, "client_name", chooser->client_name);
	return view_render(page, "chooser", values);
}
