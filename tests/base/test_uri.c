/* SPDX-License-Identifier: Apache-2.0
 *
 * URIs come apart where their parts end, whatever is in these. */
#include "base/uri.h"

#include "check_main.h"

static const struct row {
	const char *name;
	const char *text;
	const char *scheme;
	const char *host;
	const char *port; /* NULL: none */
	const char *rest;
	const char *origin;
} rows[] = {
	{ "a host alone", "https://a.example", "https", "a.example", NULL, "",
	  "https://a.example" },
	{ "a port and a path", "https://a.example:1/b:2", "https", "a.example", "1", "/b:2",
	  "https://a.example:1" },
	{ "a query", "https://a.example?b=c/d", "https", "a.example", NULL, "?b=c/d",
	  "https://a.example" },
	{ "a fragment", "https://a.example#b", "https", "a.example", NULL, "#b",
	  "https://a.example" },
	{ "a port that is empty", "https://a.example:/", "https", "a.example", "", "/",
	  "https://a.example:" },
	{ "a port alone", "https://:80", "https", "", "80", "", "https://:80" },
	{ "a user", "https://me:word@a.example/", "https", "me", "word@a.example", "/",
	  "https://me:word@a.example" },
	{ "an address", "http://[::1]/cb", "http", "[::1]", NULL, "/cb", "http://[::1]" },
	{ "an address with a port", "http://[::1]:8000/cb", "http", "[::1]", "8000", "/cb",
	  "http://[::1]:8000" },
	{ "one with more behind it", "http://[::1]x:80", "http", "[::1]x", "80", "",
	  "http://[::1]x:80" },
	{ "a bracket that is not closed", "http://[::1:80", "http", "[::1:80", NULL, "",
	  "http://[::1:80" },
	{ "no host", "https:///a", "https", "", NULL, "/a", "https://" },
	{ "a scheme without a host", "com.example.app:/cb", "com.example.app", "", NULL, "/cb",
	  "" },
	{ "no scheme", "//a.example/", "", "", NULL, "//a.example/", "" },
	{ "a colon behind a slash", "/a:b", "", "", NULL, "/a:b", "" },
	{ "a colon in front", "://a.example", "", "a.example", NULL, "", "://a.example" },
	{ "nothing", "", "", "", NULL, "", "" },
};

static void verify(const struct row *row, struct slice part, const char *expected)
{
	ck_assert_msg(slice_equal(part, slice_str(expected)), "%s: %.*s", row->name,
		      SLICE_ARG(part));
}

START_TEST(comes_apart)
{
	const struct row *row = &rows[_i];
	struct uri uri;
	uri_split(slice_str(row->text), &uri);
	verify(row, uri.scheme, row->scheme);
	verify(row, uri.host, row->host);
	verify(row, uri_host(slice_str(row->text)), row->host);
	ck_assert_msg(uri.has_port == (row->port != NULL), "%s: port", row->name);
	verify(row, uri.port, row->port ? row->port : "");
	verify(row, uri.rest, row->rest);
	verify(row, uri_origin(&uri), row->origin);
	ck_assert_msg(uri.has_authority == (row->origin[0] != '\0'), "%s: authority", row->name);
}
END_TEST

static const struct {
	const char *text;
	const char *origin;
} ports[] = {
	{ "https://a.example:443/b", "https://a.example" },
	{ "HTTPS://a.example:443", "HTTPS://a.example" },
	{ "http://[::1]:80", "http://[::1]" },
	{ "https://a.example:80", "https://a.example:80" },
	{ "http://a.example:443", "http://a.example:443" },
	{ "https://a.example:0443", "https://a.example:0443" },
	{ "https://a.example:", "https://a.example:" },
	{ "https://a.example", "https://a.example" },
};

/* RFC6454#6.2 */
START_TEST(the_port_of_the_scheme_is_left_out)
{
	struct uri uri;
	uri_split(slice_str(ports[_i].text), &uri);
	uri_drop_default_port(&uri);
	ck_assert_msg(slice_equal(uri_origin(&uri), slice_str(ports[_i].origin)), "%s",
		      ports[_i].text);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, comes_apart, 0, (int)ARRAY_LEN(rows));
	tcase_add_loop_test(tc, the_port_of_the_scheme_is_left_out, 0, (int)ARRAY_LEN(ports));
}

TEST_MAIN("base/uri", add_tests)
