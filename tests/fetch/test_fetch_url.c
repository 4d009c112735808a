/* SPDX-License-Identifier: Apache-2.0
 *
 * Which URLs are fetched, and how they look in the log. */
#include "fetch/fetch_url.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct row {
	const char *url;
	bool fine;
	bool https;
} rows[] = {
	{ "https://app.example.com/keys.json", true, true },
	{ "HTTPS://APP.example.com/", true, true },
	{ "https://app.example.com", true, true },
	{ "https://app.example.com:8443/a?b=c/d@e", true, true },
	{ "https://app.example.com?x", true, true },
	{ "https://192.0.2.1/", true, true },
	{ "https://[2001:db8::1]/", true, true },
	{ "https://[2001:db8::1]:65535/", true, true },
	{ "http://127.0.0.1:8080/", true, false },
	{ "https://a_b.example/", true, true },

	{ .url = "" },
	{ .url = "https://" },
	{ .url = "https:///keys" },
	{ .url = "//app.example.com/" },
	{ .url = "ftp://app.example.com/" },
	{ .url = "file:///etc/passwd" },
	{ .url = "gopher://app.example.com/" },
	{ .url = " https://app.example.com/" },
	{ .url = "https:/app.example.com/" },
	{ .url = "https://user@app.example.com/" },
	{ .url = "https://user:secret@app.example.com/" },
	{ .url = "https://app.example.com@127.0.0.1/" },
	{ .url = "https://127.0.0.1\\@app.example.com/" },
	{ .url = "https://app.example.com/#fragment" },
	{ .url = "https://app.example.com#@127.0.0.1/" },
	{ .url = "https://app.example.com:/" },
	{ .url = "https://app.example.com:0/" },
	{ .url = "https://app.example.com:65536/" },
	{ .url = "https://app.example.com:80a/" },
	{ .url = "https://app.example.com:-1/" },
	{ .url = "https://app.example.com:80:90/" },
	{ .url = "https://app%2eexample.com/" },
	{ .url = "https://app.exa mple.com/" },
	{ .url = "https://app.example.com/a b" },
	{ .url = "https://app.example.com/\r\nHost: x" },
	{ .url = "https://b\xc3\xbc"
		 "cher.example/" },
	{ .url = "https://[::1/" },
	{ .url = "https://[app.example.com]/" },
	{ .url = "https://[::1]x/" },
	{ .url = "https://[fe80::1%25eth0]/" },
	{ .url = "https://{a}/" },
};

START_TEST(urls)
{
	bool https = false;
	const struct row *row = &rows[_i];
	ck_assert_msg(fetch_url_is_fine(slice_str(row->url), &https) == row->fine, "%s", row->url);
	ck_assert_msg(!row->fine || https == row->https, "%s", row->url);
}
END_TEST

START_TEST(length)
{
	bool https;
	char url[FETCH_URL_MAX + 1];
	memset(url, 'a', sizeof(url));
	memcpy(url, "https://app.example.com/", 24);
	ck_assert(fetch_url_is_fine(slice_of(url, FETCH_URL_MAX), &https));
	ck_assert(!fetch_url_is_fine(slice_of(url, FETCH_URL_MAX + 1), &https));
}
END_TEST

START_TEST(shown_without_query)
{
	ck_slice_str(fetch_url_shown(SLICE("https://a.example/x?secret=y")), "https://a.example/x");
	ck_slice_str(fetch_url_shown(SLICE("https://a.example/x")), "https://a.example/x");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, urls, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, length);
	tcase_add_test(tc, shown_without_query);
}

TEST_MAIN("fetch/fetch_url", add_tests)
