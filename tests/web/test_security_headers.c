/* SPDX-License-Identifier: Apache-2.0
 *
 * The policy of a page, and what a single answer adds to it: no value begins a source or a
 * directive of its own. ASVS 3.4.3 */
#include "web/security_headers.h"

#include "check_main.h"
#include "check_slice.h"
#include "support/browser.h"

#define FIXED \
	"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
#define OWN FIXED "; form-action 'self'"

static struct browser browser;
static const struct route page = { .pattern = "/x", .csp = CSP_BASE };
static const struct route bare = { .pattern = "/y", .csp = CSP_NONE, .place = ON_LOOP };

static void setup(void)
{
	browser_init(&browser);
	browser.context.route = &page;
}

static void teardown(void)
{
	browser_fini(&browser);
}

static void assert_policy(const char *name, const char *expected)
{
	security_headers_add(&browser.context);
	ck_slice_row(name, browser_answer(&browser, "Content-Security-Policy"),
		     slice_str(expected));
}

static const struct leaving {
	const char *name;
	struct slice uri;
	const char *policy;
} leavings[] = {
	{ "https", SLICE("https://a.example/cb"), OWN " https:" },
	{ "http on loopback", SLICE("http://127.0.0.1:4711/cb"), OWN " https: http:" },
	{ "an IPv6 address, which no source can name", SLICE("http://[::1]:4711/cb"),
	  OWN " https: http:" },
	{ "an application's own scheme", SLICE("com.example.app:/cb"),
	  OWN " https: com.example.app:" },
	{ "a place that is not known yet", SLICE(""), FIXED },
	{ "a scheme with a semicolon", SLICE("a;script-src *:x"), FIXED },
	{ "a scheme with a blank", SLICE("a *:x"), FIXED },
	{ "a scheme with a comma", SLICE("a,b:x"), FIXED },
	{ "no scheme", SLICE("a.example"), FIXED },
};

START_TEST(a_form_may_lead_away)
{
	web_csp_allow_leaving(&browser.context, leavings[_i].uri);
	assert_policy(leavings[_i].name, leavings[_i].policy);
}
END_TEST

static const struct framed {
	const char *name;
	struct slice url;
	const char *source; /* NULL: refused */
} framed[] = {
	{ "https", SLICE("https://a.example/out?x=1"), " https://a.example" },
	{ "a port", SLICE("https://a.example:8443/out"), " https://a.example:8443" },
	{ "no path", SLICE("https://a.example"), " https://a.example" },
	{ "a query behind the host", SLICE("https://a.example?x"), " https://a.example" },
	{ "an IPv6 address", SLICE("http://[::1]/out"), NULL },
	{ "a semicolon", SLICE("https://a.example;script-src/out"), NULL },
	{ "a blank", SLICE("https://a.example */out"), NULL },
	{ "a wildcard", SLICE("https://*/out"), NULL },
	{ "a quote", SLICE("https://'self'/out"), NULL },
	{ "no authority", SLICE("data:text/html,x"), NULL },
	{ "nothing", SLICE(""), NULL },
};

START_TEST(a_frame_has_its_origin_allowed)
{
	const struct framed *row = &framed[_i];
	ck_assert_msg(web_csp_allow_frame(&browser.context, row->url) == (row->source != NULL),
		      "%s", row->name);
	struct slice expected = SLICE(OWN);
	if (row->source != NULL)
		expected = arena_printf(browser.arena, "%s; frame-src%s", OWN, row->source);
	assert_policy(row->name, arena_cstr(browser.arena, expected));
}
END_TEST

START_TEST(very_many_frames_are_not_all_allowed)
{
	size_t allowed = 0;
	for (int i = 0; i < 1000; i++) {
		struct slice url = arena_printf(browser.arena, "https://a%d.example/out", i);
		allowed += web_csp_allow_frame(&browser.context, url);
	}
	ck_assert_uint_gt(allowed, 100);
	ck_assert_uint_lt(allowed, 1000);
	security_headers_add(&browser.context);
	struct slice policy = browser_answer(&browser, "Content-Security-Policy");
	ck_assert(slice_has_prefix(policy, SLICE(OWN)));
	ck_assert_uint_lt(policy.len, 8192);
}
END_TEST

START_TEST(a_page_by_itself_allows_nothing_more)
{
	assert_policy("base", OWN);
	ck_slice_str(browser_answer(&browser, "X-Frame-Options"), "DENY");
	ck_slice_str(browser_answer(&browser, "Referrer-Policy"), "no-referrer");
	ck_slice_str(browser_answer(&browser, "X-Content-Type-Options"), "nosniff");
}
END_TEST

START_TEST(a_script_of_ours_may_be_allowed)
{
	web_csp_allow_script(&browser.context);
	assert_policy("script", OWN "; script-src 'self'");
}
END_TEST

START_TEST(what_is_no_page_is_never_widened)
{
	browser.context.route = &bare;
	web_csp_allow_script(&browser.context);
	web_csp_allow_leaving(&browser.context, SLICE("https://a.example/"));
	assert_policy("bare", "default-src 'none'; frame-ancestors 'none'");
}
END_TEST

START_TEST(a_window_that_an_application_opened_comes_back) /* OIDC#3.1.2.1: display=popup */
{
	static const struct route passing = { .pattern = "/z",
					      .csp = CSP_BASE,
					      .keeps_opener = true };
	browser.context.route = &passing;
	security_headers_add(&browser.context);
	ck_assert(slice_is_empty(browser_answer(&browser, "Cross-Origin-Opener-Policy")));
	ck_slice_str(browser_answer(&browser, "X-Frame-Options"), "DENY");
}
END_TEST

START_TEST(any_other_page_has_no_opener) /* ASVS 3.4.8 */
{
	security_headers_add(&browser.context);
	ck_slice_str(browser_answer(&browser, "Cross-Origin-Opener-Policy"), "same-origin");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_window_that_an_application_opened_comes_back);
	tcase_add_test(tc, any_other_page_has_no_opener);
	tcase_add_loop_test(tc, a_form_may_lead_away, 0, ARRAY_LEN(leavings));
	tcase_add_loop_test(tc, a_frame_has_its_origin_allowed, 0, ARRAY_LEN(framed));
	tcase_add_test(tc, very_many_frames_are_not_all_allowed);
	tcase_add_test(tc, a_page_by_itself_allows_nothing_more);
	tcase_add_test(tc, a_script_of_ours_may_be_allowed);
	tcase_add_test(tc, what_is_no_page_is_never_widened);
}

TEST_MAIN("web/security_headers", add_tests)
