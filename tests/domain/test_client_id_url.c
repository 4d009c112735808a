/* SPDX-License-Identifier: Apache-2.0
 *
 * Which client_ids are the URL of a document: one spelling of each, and nothing that leads
 * elsewhere. */
#include "domain/client_id_url.h"

#include "check_main.h"
#include "check_slice.h"

static const struct row {
	const char *name;
	const char *text;
	const char *host; /* NULL: it is no such URL */
} rows[] = {
	{ "a file on a host", "https://app.example/client.json", "app.example" },
	{ "a folder", "https://app.example/oauth/", "app.example" },
	{ "a port", "https://app.example:8443/c", "app.example:8443" },
	{ "an address", "https://127.0.0.1:8443/c", "127.0.0.1:8443" },
	{ "dots in a name are none in a path", "https://app.example/a..b/.well-known/c.json",
	  "app.example" },
	{ "what is no URL", "6Xw0x2hB0pVJxY3m4sKq1t", NULL },
	{ "nothing", "", NULL },
	{ "http", "http://app.example/c", NULL },
	{ "another case of the scheme", "HTTPS://app.example/c", NULL },
	{ "another scheme", "ftp://app.example/c", NULL },
	{ "no path", "https://app.example", NULL },
	{ "no path but its slash", "https://app.example/", NULL },
	{ "no host", "https:///c", NULL },
	{ "a fragment", "https://app.example/c#x", NULL },
	{ "an empty fragment", "https://app.example/c#", NULL },
	{ "a query", "https://app.example/c?x=1", NULL },
	{ "a user", "https://u@app.example/c", NULL },
	{ "a user and a password", "https://u:p@app.example/c", NULL },
	{ "a dot segment", "https://app.example/./c", NULL },
	{ "two dots", "https://app.example/a/../c", NULL },
	{ "two dots at the end", "https://app.example/a/..", NULL },
	{ "escaped dots", "https://app.example/%2e%2E/c", NULL },
	{ "half-escaped dots", "https://app.example/.%2e/c", NULL },
	{ "a blank", "https://app.example/a b", NULL },
	{ "a backslash", "https://app.example\\@evil.example/c", NULL },
	{ "a number for a host", "https://2130706433/c", NULL },
	{ "a bad port", "https://app.example:x/c", NULL },
	{ "more than a client_id holds",
	  "https://app.example/"
	  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "aaaaaaaaaaaaaaaaaaaaaaaa",
	  NULL },
};

START_TEST(a_client_id_is_a_url)
{
	const struct row *row = &rows[_i];
	struct slice text = slice_str(row->text);
	ck_assert_msg(client_id_is_url(text) == (row->host != NULL), "%s", row->name);
	if (row->host)
		ck_slice_row(row->name, client_id_url_host(text), slice_str(row->host));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, a_client_id_is_a_url, 0, ARRAY_LEN(rows));
}

TEST_MAIN("domain/client_id_url", add_tests)
