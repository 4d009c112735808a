/* SPDX-License-Identifier: Apache-2.0
 *
 * Cookies as they are written and read, over plain http and https. ASVS 3.3 */
#include "web/cookie.h"

#include "check_main.h"
#include "check_slice.h"
#include "support/browser.h"

static struct browser browser;

static void setup(void)
{
	browser_init(&browser);
}

static void teardown(void)
{
	browser_fini(&browser);
}

static const struct written {
	const char *name;
	enum cookie cookie;
	bool is_https;
	bool clears;
	const char *text;
} written[] = {
	{ "a session over http", COOKIE_SESSION, false, false,
	  "doorcode_session=v; Path=/; HttpOnly; SameSite=Lax" },
	{ "a session over https", COOKIE_SESSION, true, false,
	  "__Host-doorcode_session=v; Path=/; HttpOnly; SameSite=Lax; Secure" },
	{ "before sign-in", COOKIE_ANONYMOUS, true, false,
	  "__Host-doorcode_anonymous=v; Path=/; HttpOnly; SameSite=Lax; Secure" },
	{ "a known browser", COOKIE_DEVICE, true, false,
	  "__Host-doorcode_device=v; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=15552000" },
	{ "the end of a session", COOKIE_SESSION, true, true,
	  "__Host-doorcode_session=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0" },
	{ "the end of a long one", COOKIE_DEVICE, false, true,
	  "doorcode_device=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0" },
};

START_TEST(a_cookie_is_written_with_all_its_marks)
{
	const struct written *row = &written[_i];
	browser.web.is_https = row->is_https;
	if (row->clears)
		cookie_clear(&browser.context, row->cookie);
	else
		cookie_set(&browser.context, row->cookie, SLICE("v"));
	ck_slice_row(row->name, browser_answer(&browser, "Set-Cookie"), slice_str(row->text));
}
END_TEST

static const struct sent {
	const char *name;
	const char *line;
	const char *second_line;
	bool is_https;
	const char *value;
} sent[] = {
	{ .name = "alone", .line = "doorcode_session=abc", .value = "abc" },
	{ .name = "among others", .line = "a=b; doorcode_session=abc; c=d", .value = "abc" },
	{ .name = "under https",
	  .line = "__Host-doorcode_session=abc",
	  .is_https = true,
	  .value = "abc" },
	{ .name = "not there", .line = "a=b", .value = "" },
	{ .name = "no line at all", .value = "" },
	{ .name = "empty", .line = "doorcode_session=", .value = "" },
	{ .name = "twice in a line",
	  .line = "doorcode_session=abc; doorcode_session=def",
	  .value = "" },
	{ .name = "twice in two lines",
	  .line = "doorcode_session=abc",
	  .second_line = "doorcode_session=abc",
	  .value = "" },
	{ .name = "without the prefix under https, where a neighbour may have set it",
	  .line = "doorcode_session=abc",
	  .is_https = true,
	  .value = "" },
	{ .name = "with the prefix under http",
	  .line = "__Host-doorcode_session=abc",
	  .value = "" },
	{ .name = "another case", .line = "Doorcode_Session=abc", .value = "" },
	{ .name = "a longer name",
	  .line = "xdoorcode_session=abc; doorcode_session2=abc",
	  .value = "" },
	{ .name = "inside another's value", .line = "a=\"doorcode_session=abc\"", .value = "" },
};

START_TEST(a_cookie_is_read_once_or_not_at_all)
{
	const struct sent *row = &sent[_i];
	browser.web.is_https = row->is_https;
	if (row->line)
		browser_send(&browser, "Cookie", slice_str(row->line));
	if (row->second_line)
		browser_send(&browser, "Cookie", slice_str(row->second_line));
	struct slice value = cookie_get(&browser.context, COOKIE_SESSION);
	ck_slice_row(row->name, value, slice_str(row->value));
	ck_assert_ptr_nonnull(value.ptr);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_cookie_is_written_with_all_its_marks, 0, ARRAY_LEN(written));
	tcase_add_loop_test(tc, a_cookie_is_read_once_or_not_at_all, 0, ARRAY_LEN(sent));
}

TEST_MAIN("web/cookie", add_tests)
