/* SPDX-License-Identifier: Apache-2.0
 *
 * What of an address counts as one owner's. */
#include "fetch/site.h"

#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct row {
	const char *name;
	const char *url;
	const char *site;
} rows[] = {
	{ "two labels", "https://example.com/keys", "example.com" },
	{ "any names below are the same", "https://a.b.c.example.com", "example.com" },
	{ "a port is not the site's", "https://app.example.com:8443/keys", "example.com" },
	{ "nor is a query", "https://example.com?host=other.example", "example.com" },
	{ "nor is a port without a path", "http://example.com:80", "example.com" },
	{ "one label", "http://localhost:8000/", "localhost" },
	{ "a dot at the end is nothing", "https://app.example.com./", "example.com" },
	{ "three where the second is short", "https://app.example.co.uk/", "example.co.uk" },
	{ "and more below are the same", "https://a.b.example.com.au/", "example.com.au" },
	{ "two labels are all there is", "https://co.uk/", "co.uk" },
	{ "a short name below a long one", "https://a.abc.com/", "abc.com" },
	{ "a long name below a country", "https://a.shop.de/", "shop.de" },
	{ "letters stay as they are", "HTTPS://App.Example.COM/", "Example.COM" },
	{ "IPv4", "https://192.0.2.1:8443/a", "192.0.2.1" },
	{ "IPv6", "https://[2001:db8::1]:8443/a", "[2001:db8::1]" },
	{ "no label between two dots", "https://a..com/", ".com" },
	{ "nothing but a dot", "https://./", "" },
};

START_TEST(site_of_url)
{
	const struct row *row = &rows[_i];
	ck_slice_row(row->name, site_of(slice_str(row->url)), slice_str(row->site));
}
END_TEST

/* No name of the DNS is so long: its end will do. */
START_TEST(a_site_is_no_longer_than_its_mark)
{
	char url[1024] = "https://b.";
	memset(url + 10, 'a', 300);
	snprintf(url + 310, sizeof(url) - 310, ".com/");
	struct slice site = site_of(slice_str(url));
	ck_assert_uint_eq(site.len, SITE_MAX);
	ck_assert(slice_has_suffix(site, SLICE("aaa.com")));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, site_of_url, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_site_is_no_longer_than_its_mark);
}

TEST_MAIN("fetch/site", add_tests)
