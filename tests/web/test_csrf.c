/* SPDX-License-Identifier: Apache-2.0
 *
 * Form tokens: what they are tied to, where a form may come from, and cookies that we did not
 * issue. */
#include "web/csrf.h"

#include "check_main.h"
#include "check_slice.h"
#include "crypto/rings.h"
#include "domain/names.h"
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

static void bring_cookie(struct slice value)
{
	browser_send(&browser, "Cookie",
		     arena_printf(browser.arena, "doorcode_anonymous=%.*s", SLICE_ARG(value)));
}

static void post(struct slice token)
{
	struct form *form = &browser.context.form;
	form->fields = ARENA_NEW(browser.arena, struct form_field);
	form->fields[0] = (struct form_field){ SLICE(NAME_CSRF_TOKEN), token };
	form->count = 1;
}

/* Before sign-in: a page was opened, and its form comes back. */
static struct slice open_page(struct slice *cookie)
{
	struct slice token = csrf_token(&browser.context);
	*cookie = browser_cookie(&browser, "doorcode_anonymous");
	ck_assert_uint_eq(cookie->len, 44);
	browser_next(&browser);
	return token;
}

START_TEST(a_form_before_sign_in_is_tied_to_a_cookie) /* RFC6749#10.12 */
{
	struct slice cookie;
	struct slice token = open_page(&cookie);
	bring_cookie(cookie);
	post(token);
	ck_assert(csrf_is_ours(&browser.context));
}
END_TEST

START_TEST(the_same_cookie_goes_on)
{
	struct slice cookie;
	struct slice token = open_page(&cookie);
	bring_cookie(cookie);
	ck_slice_eq(csrf_token(&browser.context), token);
	ck_slice_str(browser_cookie(&browser, "doorcode_anonymous"), "");
}
END_TEST

START_TEST(one_cookie_for_all_forms_of_a_page)
{
	struct slice one = csrf_token(&browser.context);
	ck_slice_eq(csrf_token(&browser.context), one);
	ck_assert_uint_eq(browser.response.header_count, 1);
}
END_TEST

static const struct slice foreign_cookies[] = {
	SLICE(""),
	SLICE("x"),
	SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), /* as long as ours */
	SLICE("0000000000000000000000"),
};

START_TEST(a_cookie_that_we_did_not_issue_is_never_adopted)
{
	struct slice planted = foreign_cookies[_i];
	bring_cookie(planted);
	csrf_token(&browser.context);
	struct slice issued = browser_cookie(&browser, "doorcode_anonymous");
	ck_assert_uint_eq(issued.len, 44);
	ck_assert(!slice_equal(issued, planted));
	browser_next(&browser);
	bring_cookie(planted);
	post(SLICE(""));
	ck_assert(!csrf_is_ours(&browser.context));
}
END_TEST

START_TEST(a_cookie_with_one_byte_changed_is_not_ours)
{
	struct slice cookie;
	struct slice token = open_page(&cookie);
	char *changed = arena_cstr(browser.arena, cookie);
	changed[_i] = changed[_i] == '0' ? '1' : '0';
	bring_cookie(slice_str(changed));
	post(token);
	ck_assert(!csrf_is_ours(&browser.context));
}
END_TEST

START_TEST(a_cookie_that_comes_twice_is_none)
{
	struct slice cookie;
	struct slice token = open_page(&cookie);
	bring_cookie(cookie);
	bring_cookie(cookie);
	post(token);
	ck_assert(!csrf_is_ours(&browser.context));
}
END_TEST

START_TEST(a_token_is_this_browsers_alone)
{
	struct slice mine;
	struct slice theirs;
	struct slice my_token = open_page(&mine);
	struct slice their_token = open_page(&theirs);
	const struct slice wrong[] = { their_token, SLICE(""), slice_sub(my_token, 0, 21), mine,
				       theirs };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		browser_next(&browser);
		bring_cookie(mine);
		post(wrong[i]);
		ck_assert_msg(!csrf_is_ours(&browser.context), "%zu", i);
	}
}
END_TEST

START_TEST(a_form_without_a_token_is_refused)
{
	browser_sign_in(&browser, 1);
	ck_assert(!csrf_is_ours(&browser.context));
}
END_TEST

START_TEST(a_token_changes_at_sign_in_and_sign_out)
{
	struct slice cookie;
	struct slice before = open_page(&cookie);
	browser_sign_in(&browser, 1);
	bring_cookie(cookie);
	struct slice signed_in = csrf_token(&browser.context);
	ck_assert(!slice_equal(before, signed_in));
	ck_assert_msg(browser.response.header_count == 0, "a session needs no other cookie");
	post(before);
	ck_assert_msg(!csrf_is_ours(&browser.context), "the token from before sign-in");
	post(signed_in);
	ck_assert(csrf_is_ours(&browser.context));
	browser_sign_in(&browser, 2);
	ck_assert_msg(!csrf_is_ours(&browser.context), "the token of another session");
	browser.context.session = NULL;
	ck_assert_msg(!csrf_is_ours(&browser.context), "the token after sign-out");
}
END_TEST

START_TEST(tokens_outlive_a_new_key_and_end_with_their_own)
{
	browser_sign_in(&browser, 1);
	post(csrf_token(&browser.context));
	static const char *const keys[] = { "21", "2" };
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		keyring_free(&browser.ring);
		browser.ring = ring_of(keys[i]);
		browser.flow.ring = browser.ring;
		ck_assert_msg(csrf_is_ours(&browser.context) == (i == 0), "%s", keys[i]);
	}
}
END_TEST

/* --- where it comes from
 * --------------------------------------------------------------------------------------------- */

static const struct origin_row {
	const char *name;
	const char *base_url; /* NULL: http://127.0.0.1:8000 */
	const char *origin;
	const char *site;
	bool ours;
} origins[] = {
	{ .name = "neither header: no browser, or an old one", .ours = true },
	{ .name = "our own pages", .site = "same-origin", .origin = "null", .ours = true },
	{ .name = "typed by hand", .site = "none", .ours = true },
	{ .name = "an old browser on our own page",
	  .origin = "http://127.0.0.1:8000",
	  .ours = true },
	{ .name = "an old browser without a referrer", .origin = "null", .ours = true },
	{ .name = "the other name of this host", .origin = "http://localhost:8000", .ours = true },
	{ .name = "and the third", .origin = "http://[::1]:8000", .ours = true },
	{ .name = "a name in capitals",
	  .base_url = "https://auth.example",
	  .origin = "https://AUTH.example",
	  .ours = true },
	{ .name = "a base URL with a path",
	  .base_url = "https://auth.example/id",
	  .origin = "https://auth.example",
	  .ours = true },
	{ .name = "a base URL with the port that browsers leave out",
	  .base_url = "https://auth.example:443",
	  .origin = "https://auth.example",
	  .ours = true },
	{ .name = "the same for http",
	  .base_url = "http://auth.example:80",
	  .origin = "http://auth.example",
	  .ours = true },
	{ .name = "the port of the other scheme",
	  .base_url = "https://auth.example",
	  .origin = "https://auth.example:80" },
	{ .name = "another site, says the browser", .site = "cross-site" },
	{ .name = "another site, though Origin is ours",
	  .site = "cross-site",
	  .origin = "http://127.0.0.1:8000" },
	{ .name = "a sister site", .site = "same-site" },
	{ .name = "a word that the browser should not say", .site = "Same-Origin" },
	{ .name = "an empty word", .site = "" },
	{ .name = "another origin, whatever the other header says",
	  .site = "same-origin",
	  .origin = "https://evil.example" },
	{ .name = "another origin", .origin = "https://evil.example" },
	{ .name = "another port of this host", .origin = "http://127.0.0.1:8001" },
	{ .name = "no port", .origin = "http://127.0.0.1" },
	{ .name = "another scheme", .origin = "https://127.0.0.1:8000" },
	{ .name = "our host as a name in front", .origin = "http://127.0.0.1:8000.evil.example" },
	{ .name = "our host as userinfo", .origin = "http://127.0.0.1:8000@evil.example" },
	{ .name = "a loopback name of somebody else's",
	  .origin = "http://localhost.evil.example:8000" },
	{ .name = "loopback when we are elsewhere",
	  .base_url = "https://auth.example",
	  .origin = "https://localhost" },
	{ .name = "a longer name that ends like ours",
	  .base_url = "https://auth.example",
	  .origin = "https://evilauth.example" },
	{ .name = "a name under ours",
	  .base_url = "https://auth.example",
	  .origin = "https://a.auth.example" },
	{ .name = "more than an origin", .origin = "http://127.0.0.1:8000/o/" },
	{ .name = "no scheme", .origin = "127.0.0.1:8000" },
	{ .name = "nothing", .origin = "" },
	{ .name = "an open bracket", .origin = "http://[::1:8000" },
};

START_TEST(forms_come_from_our_own_pages) /* RFC6749#10.12 */
{
	const struct origin_row *row = &origins[_i];
	if (row->base_url)
		browser.web.base_url = slice_str(row->base_url);
	browser_sign_in(&browser, 1);
	post(csrf_token(&browser.context));
	if (row->origin)
		browser_send(&browser, "Origin", slice_str(row->origin));
	if (row->site)
		browser_send(&browser, "Sec-Fetch-Site", slice_str(row->site));
	ck_assert_msg(csrf_is_ours(&browser.context) == row->ours, "%s", row->name);
}
END_TEST

/* --- signed values
 * ---------------------------------------------------------------------------------------------------
 */

START_TEST(a_signed_value_fits_itself_in_time)
{
	browser_sign_in(&browser, 1);
	struct slice proof = csrf_sign(&browser.context, SLICE("abc"));
	ck_assert(csrf_signed_fits(&browser.context, SLICE("abc"), proof, 60));
	browser.context.call.now += 60;
	ck_assert(csrf_signed_fits(&browser.context, SLICE("abc"), proof, 60));
	browser.context.call.now += 1;
	ck_assert_msg(!csrf_signed_fits(&browser.context, SLICE("abc"), proof, 60), "too old");
	browser.context.call.now -= 62;
	ck_assert_msg(!csrf_signed_fits(&browser.context, SLICE("abc"), proof, 60),
		      "from the future");
}
END_TEST

static struct slice with_time(const char *time, struct slice proof)
{
	struct slice was;
	(void)slice_split(&proof, '.', &was);
	return arena_printf(browser.arena, "%s.%.*s", time, SLICE_ARG(proof));
}

START_TEST(nothing_else_fits_a_signed_value)
{
	browser_sign_in(&browser, 1);
	struct slice proof = csrf_sign(&browser.context, SLICE("abc"));
	const struct slice wrong[] = {
		SLICE(""),
		SLICE("."),
		SLICE("1700000000"),
		SLICE("1700000000."),
		with_time("1699999999", proof),
		with_time("01700000000", proof),
		with_time("-1700000000", proof),
		with_time("99999999999999999999", proof),
		with_time("-9223372036854775808", proof),
		slice_sub(proof, 0, proof.len - 1),
		csrf_token(&browser.context),
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(!csrf_signed_fits(&browser.context, SLICE("abc"), wrong[i], 60),
			      "%zu", i);
	ck_assert_msg(!csrf_signed_fits(&browser.context, SLICE("abd"), proof, 60),
		      "another value");
	ck_assert_msg(!csrf_signed_fits(&browser.context, SLICE(""), proof, 60), "no value");
	browser_sign_in(&browser, 2);
	ck_assert_msg(!csrf_signed_fits(&browser.context, SLICE("abc"), proof, 60),
		      "another session");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_form_before_sign_in_is_tied_to_a_cookie);
	tcase_add_test(tc, the_same_cookie_goes_on);
	tcase_add_test(tc, one_cookie_for_all_forms_of_a_page);
	tcase_add_loop_test(tc, a_cookie_that_we_did_not_issue_is_never_adopted, 0,
			    ARRAY_LEN(foreign_cookies));
	tcase_add_loop_test(tc, a_cookie_with_one_byte_changed_is_not_ours, 0, 44);
	tcase_add_test(tc, a_cookie_that_comes_twice_is_none);
	tcase_add_test(tc, a_token_is_this_browsers_alone);
	tcase_add_test(tc, a_form_without_a_token_is_refused);
	tcase_add_test(tc, a_token_changes_at_sign_in_and_sign_out);
	tcase_add_test(tc, tokens_outlive_a_new_key_and_end_with_their_own);
	tcase_add_loop_test(tc, forms_come_from_our_own_pages, 0, ARRAY_LEN(origins));
	tcase_add_test(tc, a_signed_value_fits_itself_in_time);
	tcase_add_test(tc, nothing_else_fits_a_signed_value);
}

TEST_MAIN("web/csrf", add_tests)
