/* SPDX-License-Identifier: Apache-2.0
 *
 * Making an account. Errors stand beside their fields. */
#include "view/view.h"
#include "view/words.h"

struct slice page_sign_up(const struct page *page, const struct sign_up_values *sign_up)
{
	bool has_errors = sign_up->error_username.len > 0 || sign_up->error_password.len > 0 ||
			  sign_up->error_invitation.len > 0 || sign_up->retry_after > 0;
	struct values *values = view_values(page, SLICE("Make an account"), has_errors);
	values_text(values, "next", sign_up->next);
	values_text(values, "next_query", view_query(page->arena, sign_up->next));
	values_text(values, "username", sign_up->username);
	values_text(values, "invitation", sign_up->invitation);
	values_bool(values, "needs_invitation", sign_up->needs_invitation);
	values_text(values, "error_username", sign_up->error_username);
	values_text(values, "error_password", sign_up->error_password);
	values_text(values, "error_invitation", sign_up->error_invitation);
	values_bool(values, "must_wait", sign_up->retry_after > 0);
	values_text(values, "wait", words_in(page->arena, sign_up->retry_after));
	values_number(values, "password_min", sign_up->password_min);
	return view_render(page, "sign_up", values);
}
