/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims of a DPoP proof, each wrong in turn, and which URLs are the same place. */
#include "domain/dpop.h"

#include "check_main.h"
#include "check_slice.h"

#define NOW 1700000000
#define URL_TEXT "https://login.example.org/o/token/"

struct row {
	const char *name;
	struct dpop_claims claims;
	struct slice ath; /* expected */
	enum dpop_fault fault;
};

#define JTI .jti = SLICE("-BwC3ESc6acc2lTc")
#define HTM .htm = SLICE("POST")
#define HTU .htu = SLICE(URL_TEXT)
#define AT(time) .has_iat = true, .iat = (time)
#define IAT AT(NOW)
#define GOOD JTI, HTM, HTU, IAT

static const struct row rows[] = {
	{ "as it should be", { GOOD }, .fault = DPOP_FINE },
	{ "five minutes old", { JTI, HTM, HTU, AT(NOW - DPOP_LATE_S) }, .fault = DPOP_FINE },
	{ "a minute ahead", { JTI, HTM, HTU, AT(NOW + DPOP_EARLY_S) }, .fault = DPOP_FINE },
	{ "a query in htu", { JTI, HTM, .htu = SLICE(URL_TEXT "?a=b"), IAT }, .fault = DPOP_FINE },
	{ "the other name of the endpoint",
	  { JTI, HTM, .htu = SLICE("https://mtls.example.org/o/token/"), IAT },
	  .fault = DPOP_FINE },
	{ "a nonce that nobody asked for", { GOOD, .nonce = SLICE("x") }, .fault = DPOP_FINE },
	{ "an access token", { GOOD, .ath = SLICE("abc") }, SLICE("abc"), DPOP_FINE },
	{ "the hash of a token where there is none",
	  { GOOD, .ath = SLICE("abc") },
	  .fault = DPOP_FINE },

	/* RFC9449#4.2, #4.3 */
	{ "no jti", { HTM, HTU, IAT }, .fault = DPOP_JTI },
	{ "no method", { JTI, HTU, IAT }, .fault = DPOP_METHOD },
	{ "another method", { JTI, .htm = SLICE("GET"), HTU, IAT }, .fault = DPOP_METHOD },
	{ "the method in small letters",
	  { JTI, .htm = SLICE("post"), HTU, IAT },
	  .fault = DPOP_METHOD },
	{ "no URL", { JTI, HTM, IAT }, .fault = DPOP_URL },
	{ "another endpoint",
	  { JTI, HTM, .htu = SLICE("https://login.example.org/o/userinfo/"), IAT },
	  .fault = DPOP_URL },
	{ "another server",
	  { JTI, HTM, .htu = SLICE("https://login.example.com/o/token/"), IAT },
	  .fault = DPOP_URL },
	{ "no time", { JTI, HTM, HTU }, .fault = DPOP_TIME },
	/* RFC9449#11.1 */
	{ "an old one", { JTI, HTM, HTU, AT(NOW - DPOP_LATE_S - 1) }, .fault = DPOP_TIME },
	{ "one of the future", { JTI, HTM, HTU, AT(NOW + DPOP_EARLY_S + 1) }, .fault = DPOP_TIME },
	{ "one of the end of time", { JTI, HTM, HTU, AT(INT64_MAX) }, .fault = DPOP_TIME },
	{ "one of the beginning of time", { JTI, HTM, HTU, AT(INT64_MIN) }, .fault = DPOP_TIME },
	{ "no hash of the token", { GOOD }, SLICE("abc"), DPOP_TOKEN },
	{ "the hash of another token", { GOOD, .ath = SLICE("abd") }, SLICE("abc"), DPOP_TOKEN },
};

START_TEST(claims)
{
	const struct row *row = &rows[_i];
	struct dpop_expected expected = {
		.method = "POST",
		.urls = { SLICE(URL_TEXT), SLICE("https://mtls.example.org/o/token/") },
		.url_count = 2,
		.ath = row->ath.ptr ? row->ath : SLICE_EMPTY,
		.now = NOW,
	};
	enum dpop_fault fault = dpop_claims_check(&row->claims, &expected);
	ck_assert_msg(fault == row->fault, "%s: %s", row->name, dpop_fault_words(fault));
	expected.url_count = 0;
	ck_assert_int_ne(dpop_claims_check(&row->claims, &expected), DPOP_FINE);
}
END_TEST

START_TEST(a_jti_that_is_too_long)
{
	static const char text[DPOP_JTI_MAX + 1] = { 'x' };
	struct dpop_claims proof = { GOOD };
	const struct dpop_expected expected = { "POST", { SLICE(URL_TEXT) }, 1, SLICE_EMPTY, NOW };
	proof.jti = slice_of(text, DPOP_JTI_MAX);
	ck_assert_int_eq(dpop_claims_check(&proof, &expected), DPOP_FINE);
	proof.jti = slice_of(text, DPOP_JTI_MAX + 1);
	ck_assert_int_eq(dpop_claims_check(&proof, &expected), DPOP_JTI);
}
END_TEST

static const struct url_row {
	const char *name;
	const char *a;
	const char *b;
	bool equal;
} url_rows[] = {
	{ "the same", URL_TEXT, URL_TEXT, true },
	/* RFC9449#4.3: normalised as RFC 3986 has it */
	{ "capitals in scheme and host", "HTTPS://Login.Example.ORG/o/token/", URL_TEXT, true },
	{ "the usual port", "https://login.example.org:443/o/token/", URL_TEXT, true },
	{ "an empty port", "https://login.example.org:/o/token/", URL_TEXT, true },
	{ "the usual port of http", "http://a.example:80/", "http://a.example", true },
	{ "without the slash", "https://login.example.org/o/token", URL_TEXT, true },
	{ "a query", URL_TEXT "?x=/y", URL_TEXT, true },
	{ "a fragment", URL_TEXT "#x", URL_TEXT, true },
	{ "a letter escaped", "https://login.example.org/o/%74oken/", URL_TEXT, true },
	{ "an escape in small letters", "https://a.example/%2f", "https://a.example/%2F", true },
	{ "an IPv6 address and a port", "https://[::1]:8443/x", "https://[::1]:8443/x", true },
	{ "an IPv6 address and its usual port", "https://[::1]:443/x", "https://[::1]/x", true },
	{ "no path and a slash", "https://a.example", "https://a.example/", true },

	{ "another scheme", "http://login.example.org/o/token/", URL_TEXT, false },
	{ "another host", "https://login.example.org.evil.example/o/token/", URL_TEXT, false },
	{ "another port", "https://login.example.org:8443/o/token/", URL_TEXT, false },
	{ "the port of the other scheme", "https://login.example.org:80/o/token/", URL_TEXT,
	  false },
	{ "another path", "https://login.example.org/o/tokens/", URL_TEXT, false },
	{ "capitals in the path", "https://login.example.org/o/Token/", URL_TEXT, false },
	{ "a shorter path", "https://login.example.org/o/", URL_TEXT, false },
	{ "a longer path", URL_TEXT "x", URL_TEXT, false },
	{ "an escaped slash is no slash", "https://a.example/a%2Fb", "https://a.example/a/b",
	  false },
	{ "a broken escape", "https://a.example/%2", "https://a.example/%2F", false },
	{ "a user", "https://a@login.example.org/o/token/", "https://a@login.example.org/o/token/",
	  false },
	{ "no host", "https:///o/token/", "https:///o/token/", false },
	{ "no scheme", "//login.example.org/o/token/", URL_TEXT, false },
	{ "a path alone", "/o/token/", "/o/token/", false },
	{ "nothing", "", "", false },
	{ "the path in the query", "https://login.example.org/?/o/token/", URL_TEXT, false },
};

START_TEST(urls)
{
	const struct url_row *row = &url_rows[_i];
	ck_assert_msg(dpop_url_equal(slice_str(row->a), slice_str(row->b)) == row->equal, "%s",
		      row->name);
	ck_assert_msg(dpop_url_equal(slice_str(row->b), slice_str(row->a)) == row->equal, "%s",
		      row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, claims, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_jti_that_is_too_long);
	tcase_add_loop_test(tc, urls, 0, ARRAY_LEN(url_rows));
}

TEST_MAIN("domain/dpop", add_tests)
