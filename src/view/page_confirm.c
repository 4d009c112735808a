/* SPDX-License-Identifier: Apache-2.0
 *
 * Approve or deny. What stands here is all that keeps a person from handing his account to whoever
 * sent him a code: which application, what it gets, how old the request is, where it came from, and
 * when to refuse. RFC8628#5.4, RFC10027#6.1.13,
 * RFC10027#6.1.14 */
#include "view/view.h"
#include "view/words.h"

enum { USER_AGENT_SHOWN_MAX = 160 };

struct slice page_confirm(const struct page *page, const struct confirm_values *confirm)
{
	struct values *values = view_values(page, SLICE("Approve or deny a device"), false);
	values_text(values, "handle", confirm->handle);
	values_text(values, "user_code", confirm->user_code);
	values_text(values, "client_name", confirm->client_name);
	values_text(values, "client_host", confirm->client_host);
	values_bool(values, "client_reviewed", confirm->client_reviewed);
	view_add_scopes(values, confirm->scopes, confirm->scope_count);
	view_add_resources(values, confirm->resources, confirm->resource_count);
	values_text(values, "age", words_age(page->arena, confirm->age));
	values_text(values, "left", words_left(page->arena, confirm->expires_in));
	values_text(values, "address", confirm->address);
	values_bool(values, "same_network", confirm->same_network);
	/* The device, or whoever pretends to be one, chose these words: they shall not push the
	 * rest off the page. */
	values_text_short(values, "user_agent", confirm->user_agent, USER_AGENT_SHOWN_MAX);
	return view_render(page, "confirm", values);
}
