/* SPDX-License-Identifier: Apache-2.0
 *
 * Hosts are found in authorities and in whole URIs, with port or without, names and addresses. */
#include "base/authority.h"

#include "check_main.h"

static const struct {
	const char *name;
	const char *authority;
	const char *host;
} authorities[] = {
	{ .name = "a name", .authority = "a.example", .host = "a.example" },
	{ .name = "a name with a port", .authority = "a.example:8443", .host = "a.example" },
	{ .name = "a port that is empty", .authority = "a.example:", .host = "a.example" },
	{ .name = "an address in brackets", .authority = "[::1]", .host = "[::1]" },
	{ .name = "one with a port", .authority = "[::1]:80", .host = "[::1]" },
	{ .name = "one with more behind it", .authority = "[::1]x:80", .host = "[::1]x" },
	{ .name = "a bracket that is not closed", .authority = "[::1:80", .host = "[::1:80" },
	{ .name = "a port alone", .authority = ":80", .host = "" },
	{ .name = "nothing", .authority = "", .host = "" },
};

START_TEST(finds_the_host_of_an_authority)
{
	struct slice host = authority_host(slice_str(authorities[_i].authority));
	ck_assert_msg(slice_equal(host, slice_str(authorities[_i].host)), "%s",
		      authorities[_i].name);
}
END_TEST

static const struct {
	const char *name;
	const char *uri;
	const char *host;
} uris[] = {
	{ .name = "a host alone", .uri = "https://a.example", .host = "a.example" },
	{ .name = "a port and a path", .uri = "https://a.example:1/b:2", .host = "a.example" },
	{ .name = "a query", .uri = "https://a.example?b=c/d", .host = "a.example" },
	{ .name = "a fragment", .uri = "https://a.example#b", .host = "a.example" },
	{ .name = "an address", .uri = "http://[::1]:8000/cb", .host = "[::1]" },
	{ .name = "a scheme without a host", .uri = "com.example.app:/cb", .host = "" },
	{ .name = "no scheme", .uri = "//a.example/", .host = "" },
	{ .name = "nothing", .uri = "", .host = "" },
};

START_TEST(finds_the_host_of_a_uri)
{
	struct slice host = uri_host(slice_str(uris[_i].uri));
	ck_assert_msg(slice_equal(host, slice_str(uris[_i].host)), "%s", uris[_i].name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, finds_the_host_of_an_authority, 0, (int)ARRAY_LEN(authorities));
	tcase_add_loop_test(tc, finds_the_host_of_a_uri, 0, (int)ARRAY_LEN(uris));
}

TEST_MAIN("base/authority", add_tests)
