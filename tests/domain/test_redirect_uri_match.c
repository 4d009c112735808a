/* SPDX-License-Identifier: Apache-2.0
 *
 * A redirect URI that a request names against those that are registered. */
#include "domain/redirect_uri.h"

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"

#define REGISTERED \
	SLICE("https://app.example.com/cb\n" \
	      "https://app.example.com/other?a=b\n" \
	      "http://127.0.0.1:4242/cb\n" \
	      "http://[::1]/cb\n" \
	      "http://localhost:4242\n" \
	      "http://127.0.0.2:1/cb\n" \
	      "https://127.0.0.1:4242/tls\n" \
	      "com.example.app:/cb")

static const struct row {
	const char *name;
	struct slice uri;
	bool matches;
} rows[] = {
	{ .name = "the first", .uri = SLICE("https://app.example.com/cb"), .matches = true },
	{ .name = "the last", .uri = SLICE("com.example.app:/cb"), .matches = true },
	{ .name = "with its query",
	  .uri = SLICE("https://app.example.com/other?a=b"),
	  .matches = true },
	{ .name = "localhost as registered",
	  .uri = SLICE("http://localhost:4242"),
	  .matches = true },
	{ .name = "loopback as registered",
	  .uri = SLICE("http://127.0.0.1:4242/cb"),
	  .matches = true },
	/* RFC8252#7.3 */
	{ .name = "loopback at another port",
	  .uri = SLICE("http://127.0.0.1:51004/cb"),
	  .matches = true },
	{ .name = "loopback without a port", .uri = SLICE("http://127.0.0.1/cb"), .matches = true },
	{ .name = "IPv6 loopback at a port",
	  .uri = SLICE("http://[::1]:8123/cb"),
	  .matches = true },

	/* RFC9700#4.1.3, ASVS#10.4.1 */
	{ .name = "nothing", .uri = SLICE("") },
	{ .name = "a slash more", .uri = SLICE("https://app.example.com/cb/") },
	{ .name = "a slash less", .uri = SLICE("https://app.example.comcb") },
	{ .name = "a query more", .uri = SLICE("https://app.example.com/cb?x=1") },
	{ .name = "a query less", .uri = SLICE("https://app.example.com/other") },
	{ .name = "an empty query", .uri = SLICE("https://app.example.com/cb?") },
	{ .name = "a fragment", .uri = SLICE("https://app.example.com/cb#x") },
	{ .name = "capitals in the host", .uri = SLICE("https://APP.example.com/cb") },
	{ .name = "capitals in the path", .uri = SLICE("https://app.example.com/CB") },
	{ .name = "an escape for a letter", .uri = SLICE("https://app.example.com/%63b") },
	{ .name = "the usual port", .uri = SLICE("https://app.example.com:443/cb") },
	{ .name = "another port of https", .uri = SLICE("https://app.example.com:8443/cb") },
	{ .name = "http for https", .uri = SLICE("http://app.example.com/cb") },
	{ .name = "a host below", .uri = SLICE("https://evil.app.example.com/cb") },
	{ .name = "a host behind", .uri = SLICE("https://app.example.com.evil.example/cb") },
	{ .name = "userinfo", .uri = SLICE("https://app.example.com@evil.example/cb") },
	{ .name = "a step up", .uri = SLICE("https://app.example.com/x/../cb") },
	{ .name = "a backslash", .uri = SLICE("https://app.example.com\\cb") },
	{ .name = "a blank before", .uri = SLICE(" https://app.example.com/cb") },
	{ .name = "two of them", .uri = SLICE("https://app.example.com/cb\ncom.example.app:/cb") },
	{ .name = "a line feed behind", .uri = SLICE("https://app.example.com/cb\n") },
	{ .name = "javascript", .uri = SLICE("javascript:alert(1)") },
	{ .name = "another private-use scheme", .uri = SLICE("com.example.apps:/cb") },
	{ .name = "a private-use scheme in capitals", .uri = SLICE("com.example.App:/cb") },
	{ .name = "loopback with another path", .uri = SLICE("http://127.0.0.1:4242/cb2") },
	{ .name = "loopback with a query", .uri = SLICE("http://127.0.0.1:4242/cb?x=1") },
	{ .name = "loopback with a port that is none", .uri = SLICE("http://127.0.0.1:0/cb") },
	{ .name = "loopback with a port out of range", .uri = SLICE("http://127.0.0.1:65536/cb") },
	{ .name = "loopback with an empty port", .uri = SLICE("http://127.0.0.1:/cb") },
	{ .name = "loopback with an endless port", .uri = SLICE("http://127.0.0.1:000004242/cb") },
	{ .name = "a name that begins like loopback",
	  .uri = SLICE("http://127.0.0.1.evil.example/cb") },
	{ .name = "userinfo that looks like a port",
	  .uri = SLICE("http://127.0.0.1:4242@evil.example/cb") },
	{ .name = "a number that is loopback", .uri = SLICE("http://2130706433:4242/cb") },
	{ .name = "another loopback address at another port",
	  .uri = SLICE("http://127.0.0.2:2/cb") },
	{ .name = "IPv6 loopback for IPv4", .uri = SLICE("http://[::1]:4242/other") },
	/* RFC8252#8.3 */
	{ .name = "localhost at another port", .uri = SLICE("http://localhost:4243") },
	{ .name = "localhost for the address", .uri = SLICE("http://localhost:4242/cb") },
	{ .name = "https at loopback at another port", .uri = SLICE("https://127.0.0.1:1/tls") },
};

START_TEST(matching)
{
	const struct row *row = &rows[_i];
	ck_assert_msg(redirect_uri_matches(REGISTERED, row->uri) == row->matches, "%s", row->name);
	ck_assert_msg(!redirect_uri_matches(SLICE(""), row->uri), "%s: nothing is registered",
		      row->name);
}
END_TEST

START_TEST(the_only_one) /* RFC6749#3.1.2.3 */
{
	ck_slice_str(redirect_uri_only(SLICE("https://a.example/cb")), "https://a.example/cb");
	ck_slice_str(redirect_uri_only(SLICE("")), "");
	ck_slice_str(redirect_uri_only(SLICE("https://a.example/1\nhttps://a.example/2")), "");
	/* empty lines are none, wherever they stand */
	ck_slice_str(redirect_uri_only(SLICE("https://a.example/1\n\nhttps://a.example/2")), "");
	ck_slice_str(redirect_uri_only(SLICE("\nhttps://a.example/cb\n")), "https://a.example/cb");
}
END_TEST

START_TEST(only_https_is_nobody_elses) /* RFC8252#8.6 */
{
	ck_assert(redirect_uri_is_assured(SLICE("https://app.example.com/cb")));
	ck_assert(redirect_uri_is_assured(SLICE("HTTPS://app.example.com/cb")));
	ck_assert(!redirect_uri_is_assured(SLICE("http://127.0.0.1/cb")));
	ck_assert(!redirect_uri_is_assured(SLICE("http://localhost:1/cb")));
	ck_assert(!redirect_uri_is_assured(SLICE("com.example.app:/cb")));
	ck_assert(!redirect_uri_is_assured(SLICE("https.example:/cb")));
	ck_assert(!redirect_uri_is_assured(SLICE("")));
}
END_TEST

START_TEST(forms_go_where_http_is_spoken)
{
	ck_assert(redirect_uri_takes_forms(SLICE("https://app.example.com/cb")));
	ck_assert(redirect_uri_takes_forms(SLICE("http://127.0.0.1/cb")));
	ck_assert(!redirect_uri_takes_forms(SLICE("com.example.app:/cb")));
	ck_assert(!redirect_uri_takes_forms(SLICE("http")));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, matching, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, the_only_one);
	tcase_add_test(tc, only_https_is_nobody_elses);
	tcase_add_test(tc, forms_go_where_http_is_spoken);
}

TEST_MAIN("domain/redirect_uri_match", add_tests)
