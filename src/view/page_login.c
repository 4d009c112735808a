/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing in. The same page, with the same words, for every name. */
#include <assert.h>

#include "base/ensure.h"
#include "view/view.h"
#include "view/words.h"

static const char *const modes[] = {
	[LOGIN_PLAIN] = "",
	[LOGIN_ADD] = "add",
	[LOGIN_AGAIN] = "again",
};
static_assert(ARRAY_LEN(modes) == LOGIN_MODE_COUNT, "a name for each mode");

const char *login_mode_name(enum login_mode mode)
{
	ensure(mode < LOGIN_MODE_COUNT);
	return modes[mode];
}

enum login_mode login_mode_parse(struct slice text)
{
	unsigned mode = slice_name_index(text, modes, LOGIN_MODE_COUNT);
	return mode == LOGIN_MODE_COUNT ? LOGIN_PLAIN : (enum login_mode)mode;
}

struct slice page_login(const struct page *page, const struct login_values *login)
{
	bool has_errors = login->error.len > 0 || login->retry_after > 0;
	struct values *values = view_values(page, SLICE("Sign in"), has_errors);
	values_text(values, "next", login->next);
	values_text(values, "next_query", view_query(page->arena, login->next));
	values_text(values, "mode", slice_str(login_mode_name(login->mode)));
	values_bool(values, "is_again", login->mode == LOGIN_AGAIN && login->username.len > 0);
	values_bool(values, "is_added", login->mode == LOGIN_ADD && page->user_name.len > 0);
	values_text(values, "client_name", login->client_name);
	values_text(values, "username", login->username);
	values_text(values, "error", login->error);
	values_bool(values, "must_wait", login->retry_after > 0);
	values_text(values, "wait", words_in(page->arena, login->retry_after));
	return view_render(page, "login", values);
}
