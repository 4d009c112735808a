/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether to sign out, when it is not certain that the person wants it. RPLOGOUT#2, ASVS#10.6.2 */
#include "view/view.h"

struct slice page_end_session(const struct page *page, const struct end_session_values *end)
{
	struct values *values = view_values(page, SLICE("Sign out?"), false);
	values_text(values, "handle", end->handle);
	values_text(values, "client_name", end->client_name);
	return view_render(page, "end_session", values);
}
