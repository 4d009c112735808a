/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing in. The same page, with the same words, for every name. */
#include "view/view.h"
#include "view/words.h"

struct slice page_login(const struct page *page, const struct login_values *login)
{
	bool has_errors = login->error.len > 0 || login->retry_after > 0;
	struct values *values = view_values(page, SLICE("Sign in"), has_errors);
	values_text(values, "next", login->next);
	values_text(values, "username", login->username);
	values_text(values, "error", login->error);
	values_bool(values, "must_wait", login->retry_after > 0);
	values_text(values, "wait", words_in(page->arena, login->retry_after));
	return view_render(page, "login", values);
}
