/* SPDX-License-Identifier: Apache-2.0
 *
 * Where sign-in may lead: to this site and nowhere else. RFC6749#10.15, RFC9700#4.11 */
#include "web/sign_in_page.h"

#include "check_main.h"
#include "check_slice.h"
#include "support/browser.h"

static const struct row {
	const char *name;
	struct slice next;
	bool stays; /* else "/" */
} rows[] = {
	{ "the home page", SLICE("/"), true },
	{ "a page", SLICE("/o/device"), true },
	{ "a page with a query", SLICE("/o/device?user_code=WDJB-MJHT"), true },
	{ "escapes", SLICE("/o/device?user_code=WDJB%2DMJHT&x=%20"), true },
	{ "a colon in the path", SLICE("/a:b"), true },
	{ "an address in the query", SLICE("/o/device?u=https://evil.example/"), true },
	{ "slashes that are no authority", SLICE("/a//b"), true },
	{ "nothing", SLICE(""), false },
	{ "a NULL", { NULL, 0 }, false },
	{ "another site", SLICE("https://evil.example/"), false },
	{ "another site by its authority", SLICE("//evil.example/"), false },
	{ "three slashes", SLICE("///evil.example/"), false },
	{ "a backslash for a slash", SLICE("/\\evil.example/"), false },
	{ "two backslashes", SLICE("\\\\evil.example/"), false },
	{ "a backslash further on", SLICE("/a\\..\\b"), false },
	{ "a tab that browsers drop", SLICE("/\t/evil.example/"), false },
	{ "a line feed that browsers drop", SLICE("/\n/evil.example/"), false },
	{ "a carriage return and a header", SLICE("/\r\nSet-Cookie: a=b"), false },
	{ "a NUL", SLICE("/a\0b"), false },
	{ "a blank in front", SLICE(" /o/device"), false },
	{ "a blank inside", SLICE("/o/ device"), false },
	{ "a script", SLICE("javascript:alert(1)"), false },
	{ "data", SLICE("data:text/html,x"), false },
	{ "a name without a slash", SLICE("evil.example"), false },
	{ "a relative path", SLICE("o/device"), false },
	{ "a query alone", SLICE("?next=/"), false },
	{ "a fragment alone", SLICE("#x"), false },
	{ "userinfo", SLICE("@evil.example/"), false },
	{ "a quote", SLICE("/\"onclick=alert(1)"), false },
	{ "a tag", SLICE("/<script>"), false },
	{ "a byte over ASCII", SLICE("/\xc3\xa4"), false },
	{ "the delete character", SLICE("/\x7f"), false },
};

START_TEST(sign_in_leads_to_this_site)
{
	const struct row *row = &rows[_i];
	ck_slice_row(row->name, sign_in_next(row->next), row->stays ? row->next : SLICE("/"));
}
END_TEST

START_TEST(a_path_has_an_end)
{
	char path[SIGN_IN_NEXT_MAX + 1];
	memset(path, 'a', sizeof(path));
	path[0] = '/';
	ck_assert_uint_eq(sign_in_next(slice_of(path, SIGN_IN_NEXT_MAX)).len, SIGN_IN_NEXT_MAX);
	ck_slice_str(sign_in_next(slice_of(path, SIGN_IN_NEXT_MAX + 1)), "/");
}
END_TEST

static struct browser browser;

static const struct asked {
	const char *name;
	struct slice target;
	const char *location;
} asked[] = {
	{ "a page", SLICE("/o/device"), "/accounts/login/?next=%2Fo%2Fdevice" },
	{ "a page with a slash behind it", SLICE("/o/device/"),
	  "/accounts/login/?next=%2Fo%2Fdevice%2F" },
	{ "the absolute form of a request", SLICE("http://evil.example/o/device"),
	  "/accounts/login/?next=%2F" },
	{ "a path that is an authority to browsers", SLICE("//evil.example"),
	  "/accounts/login/?next=%2F" },
	{ "an ampersand", SLICE("/a&next=//evil.example"),
	  "/accounts/login/?next=%2Fa%26next%3D%2F%2Fevil.example" },
};

START_TEST(who_must_sign_in_is_sent_there_and_back)
{
	const struct asked *row = &asked[_i];
	browser_init(&browser);
	browser.request.target = row->target;
	sign_in_ask(&browser.context);
	ck_assert_int_eq(browser.response.status, 303);
	ck_slice_row(row->name, browser_answer(&browser, "Location"), slice_str(row->location));
	ck_slice_str(browser_answer(&browser, "Cache-Control"), "no-store");
	browser_fini(&browser);
}
END_TEST

START_TEST(the_longest_path_fits_into_the_redirect)
{
	char path[SIGN_IN_NEXT_MAX];
	memset(path, '%', sizeof(path));
	path[0] = '/';
	browser_init(&browser);
	browser.request.target = slice_of(path, sizeof(path));
	sign_in_ask(&browser.context);
	ck_assert_uint_eq(browser_answer(&browser, "Location").len,
			  strlen("/accounts/login/?next=") + 3 * sizeof(path));
	browser_fini(&browser);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, sign_in_leads_to_this_site, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_path_has_an_end);
	tcase_add_loop_test(tc, who_must_sign_in_is_sent_there_and_back, 0, ARRAY_LEN(asked));
	tcase_add_test(tc, the_longest_path_fits_into_the_redirect);
}

TEST_MAIN("web/sign_in_page", add_tests)
