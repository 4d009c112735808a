/* SPDX-License-Identifier: Apache-2.0
 *
 * Request targets: one meaning or a refusal. RFC9112#3.2 RFC9110#15.5.15 */
#include <string.h>

#include "check_main.h"
#include "http/target.h"

#define RAW(literal) \
	{ \
		"" literal "", sizeof(literal) - 1 \
	}

static const struct row {
	const char *name;
	const char *method;
	struct slice raw;
	int status;
	struct slice path;
	struct slice query;
} rows[] = {
	{ "the root", "GET", RAW("/"), 0, RAW("/"), RAW("") },
	{ "a path", "GET", RAW("/o/token"), 0, RAW("/o/token"), RAW("") },
	{ "its trailing slash is taken off", "GET", RAW("/o/token/"), 0, RAW("/o/token"), RAW("") },
	{ "a query stays as it is", "GET", RAW("/o/token/?a=%00&b=/../"), 0, RAW("/o/token"),
	  RAW("a=%00&b=/../") },
	{ "a query", "GET", RAW("/a?b=%zz&c=d?e"), 0, RAW("/a"), RAW("b=%zz&c=d?e") },
	{ "an empty query", "GET", RAW("/a?"), 0, RAW("/a"), RAW("") },
	{ "raw UTF-8 in the query is left to the form", "GET", RAW("/a?\xc3\xa4"), 0, RAW("/a"),
	  RAW("\xc3\xa4") },
	{ "escapes are decoded", "GET", RAW("/%6f/%C3%A4%20b"), 0, RAW("/o/\xc3\xa4 b"), RAW("") },
	{ "an escaped question mark is no query", "GET", RAW("/a%3fb"), 0, RAW("/a?b"), RAW("") },
	{ "an escaped percent sign is decoded once", "GET", RAW("/a%252fb"), 0, RAW("/a%2fb"),
	  RAW("") },
	{ "a plus is a plus", "GET", RAW("/a+b"), 0, RAW("/a+b"), RAW("") },
	{ "dots within a segment", "GET", RAW("/.well-known/a..b/..."), 0,
	  RAW("/.well-known/a..b/..."), RAW("") },
	{ "double slashes stay", "GET", RAW("//o//token"), 0, RAW("//o//token"), RAW("") },
	{ "two trailing slashes are not one", "GET", RAW("/o//"), 0, RAW("/o//"), RAW("") },
	{ "two slashes are not the root", "GET", RAW("//"), 0, RAW("//"), RAW("") },
	{ "absolute", "GET", RAW("http://a.example:80/o/x?y"), 0, RAW("/o/x"), RAW("y") },
	{ "absolute, https in capitals", "GET", RAW("HTTPS://a/o"), 0, RAW("/o"), RAW("") },
	{ "absolute without a path", "GET", RAW("http://a"), 0, RAW("/"), RAW("") },
	{ "absolute without a path, with a query", "GET", RAW("http://a?b"), 0, RAW("/"),
	  RAW("b") },
	{ "the server itself", "OPTIONS", RAW("*"), 0, RAW("/"), RAW("") },
	{ "the authority for CONNECT", "CONNECT", RAW("a:443"), 0, RAW("/"), RAW("") },

	{ "nothing", "GET", RAW(""), 400, RAW(""), RAW("") },
	{ "no slash", "GET", RAW("o/token"), 400, RAW(""), RAW("") },
	{ "a star for another method", "GET", RAW("*"), 400, RAW(""), RAW("") },
	{ "more than a star", "OPTIONS", RAW("*/"), 400, RAW(""), RAW("") },
	{ "the authority for another method", "GET", RAW("a:443"), 400, RAW(""), RAW("") },
	{ "another scheme", "GET", RAW("ftp://a/"), 400, RAW(""), RAW("") },
	{ "a scheme without an authority", "GET", RAW("http:///a"), 400, RAW(""), RAW("") },
	{ "half a scheme", "GET", RAW("http:/"), 400, RAW(""), RAW("") },
	{ "%00", "GET", RAW("/a%00b"), 400, RAW(""), RAW("") },
	{ "a raw NUL", "GET", RAW("/a\0b"), 400, RAW(""), RAW("") },
	{ "a blank", "GET", RAW("/a b"), 400, RAW(""), RAW("") },
	{ "a tab in the query", "GET", RAW("/a?b\tc"), 400, RAW(""), RAW("") },
	{ "a fragment", "GET", RAW("/a#b"), 400, RAW(""), RAW("") },
	{ "DEL", "GET", RAW("/a\x7f"), 400, RAW(""), RAW("") },
	{ "escaped DEL", "GET", RAW("/a%7f"), 400, RAW(""), RAW("") },
	{ "an escaped line feed", "GET", RAW("/a%0ab"), 400, RAW(""), RAW("") },
	{ "an escaped slash", "GET", RAW("/o%2Ftoken"), 400, RAW(""), RAW("") },
	{ "an escaped backslash", "GET", RAW("/o%5ctoken"), 400, RAW(""), RAW("") },
	{ "a backslash", "GET", RAW("/o\\token"), 400, RAW(""), RAW("") },
	{ "raw UTF-8 in the path", "GET", RAW("/\xc3\xa4"), 400, RAW(""), RAW("") },
	{ "no UTF-8", "GET", RAW("/%ff"), 400, RAW(""), RAW("") },
	{ "an escape that ends early", "GET", RAW("/a%2"), 400, RAW(""), RAW("") },
	{ "an escape that is none", "GET", RAW("/a%gg"), 400, RAW(""), RAW("") },
	{ "a dot segment", "GET", RAW("/a/./b"), 400, RAW(""), RAW("") },
	{ "two dots", "GET", RAW("/a/../b"), 400, RAW(""), RAW("") },
	{ "two dots in the end", "GET", RAW("/a/.."), 400, RAW(""), RAW("") },
	{ "two escaped dots", "GET", RAW("/a/%2e%2E/b"), 400, RAW(""), RAW("") },
	{ "a dot and an escaped one", "GET", RAW("/.%2e"), 400, RAW(""), RAW("") },
};

START_TEST(parse)
{
	const struct row *row = &rows[_i];
	struct target target;
	AUTO(arena) struct arena *arena = arena_new();
	struct refusal refusal = target_parse(arena, slice_str(row->method), row->raw, &target);
	ck_assert_msg(refusal.status == row->status, "%s: %d %s", row->name, refusal.status,
		      refusal.reason);
	if (row->status != 0)
		return;
	ck_assert_msg(slice_equal(target.path, row->path), "%s: %.*s", row->name,
		      SLICE_ARG(target.path));
	ck_assert_msg(slice_equal(target.query, row->query), "%s: %.*s", row->name,
		      SLICE_ARG(target.query));
}
END_TEST

START_TEST(length)
{
	static char raw[TARGET_MAX + 1];
	struct target target;
	AUTO(arena) struct arena *arena = arena_new();
	memset(raw, 'a', sizeof(raw));
	raw[0] = '/';
	ck_assert_int_eq(
		target_parse(arena, SLICE("GET"), slice_of(raw, TARGET_MAX), &target).status, 0);
	ck_assert_int_eq(
		target_parse(arena, SLICE("GET"), slice_of(raw, TARGET_MAX + 1), &target).status,
		414);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, parse, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, length);
}

TEST_MAIN("http/target", add_tests)
