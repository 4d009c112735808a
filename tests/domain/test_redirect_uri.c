/* SPDX-License-Identifier: Apache-2.0
 *
 * Which redirect URIs and origins may be registered. */
#include "domain/redirect_uri.h"

#include <string.h>

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"

struct row {
	const char *name;
	struct slice uri;
	enum redirect_uri_fault fault;
};

static const struct row uri_rows[] = {
	{ .name = "https", .uri = SLICE("https://app.example.com/callback") },
	{ .name = "with port and query",
	  .uri = SLICE("https://app.example.com:8443/cb?a=b&c=%2F") },
	{ .name = "without a path", .uri = SLICE("https://app.example.com") },
	{ .name = "the scheme in capitals", .uri = SLICE("HTTPS://APP.example.com/cb") },
	{ .name = "an address", .uri = SLICE("https://192.0.2.7/cb") },
	{ .name = "an IPv6 address and a port", .uri = SLICE("https://[2001:db8::1]:8443/cb") },
	{ .name = "a star in the path is a character like others",
	  .uri = SLICE("https://app.example.com/*") },
	{ .name = "an at sign in the query", .uri = SLICE("https://app.example.com/?a=b@c") },
	{ .name = "a name under localhost over https", .uri = SLICE("https://app.localhost/cb") },
	/* RFC8252#7.3 */
	{ .name = "http on the loopback address", .uri = SLICE("http://127.0.0.1:4242/cb") },
	{ .name = "http anywhere in 127/8", .uri = SLICE("http://127.8.9.10/cb") },
	{ .name = "http on IPv6 loopback", .uri = SLICE("http://[::1]:4242/cb") },
	{ .name = "http on localhost", .uri = SLICE("http://localhost:4242") },
	{ .name = "http on Localhost", .uri = SLICE("http://Localhost/") },
	/* RFC8252#7.1 */
	{ .name = "a scheme of an app", .uri = SLICE("com.example.app:/oauth2redirect") },
	{ .name = "the scheme of oidc-agent", .uri = SLICE("edu.kit.data.oidc-agent:/redirect") },
	{ .name = "a scheme of an app with a host", .uri = SLICE("com.example.app://callback") },
	{ .name = "a scheme of an app with an empty host",
	  .uri = SLICE("com.example.app:///callback") },
	{ .name = "a scheme of an app with a path that is no path",
	  .uri = SLICE("com.example.app:callback") },
	{ .name = "the highest port", .uri = SLICE("https://app.example.com:65535/") },

	{ .name = "http elsewhere",
	  .uri = SLICE("http://app.example.com/cb"),
	  .fault = REDIRECT_URI_HTTP },
	{ .name = "http on a private address",
	  .uri = SLICE("http://10.0.0.1/cb"),
	  .fault = REDIRECT_URI_HTTP },
	{ .name = "http on a name that begins like loopback",
	  .uri = SLICE("http://127.0.0.1.example.com/"),
	  .fault = REDIRECT_URI_HTTP },
	{ .name = "http on a name that begins with localhost",
	  .uri = SLICE("http://localhost.example.com/"),
	  .fault = REDIRECT_URI_HTTP },
	{ .name = "http below localhost",
	  .uri = SLICE("http://app.localhost/"),
	  .fault = REDIRECT_URI_HTTP },
	{ .name = "http on the unspecified address",
	  .uri = SLICE("http://0.0.0.0/"),
	  .fault = REDIRECT_URI_HTTP },
	{ .name = "http on another IPv6 address",
	  .uri = SLICE("http://[::2]/"),
	  .fault = REDIRECT_URI_HTTP },
	/* RFC6749#3.1.2 */
	{ .name = "a fragment",
	  .uri = SLICE("https://app.example.com/cb#x"),
	  .fault = REDIRECT_URI_FRAGMENT },
	{ .name = "an empty fragment",
	  .uri = SLICE("https://app.example.com/cb#"),
	  .fault = REDIRECT_URI_FRAGMENT },
	{ .name = "a fragment at once",
	  .uri = SLICE("https://app.example.com#/cb"),
	  .fault = REDIRECT_URI_FRAGMENT },
	{ .name = "a fragment in an app's scheme",
	  .uri = SLICE("com.example.app:/cb#x"),
	  .fault = REDIRECT_URI_FRAGMENT },
	{ .name = "nothing", .uri = SLICE(""), .fault = REDIRECT_URI_RELATIVE },
	{ .name = "a path", .uri = SLICE("/callback"), .fault = REDIRECT_URI_RELATIVE },
	{ .name = "without a scheme",
	  .uri = SLICE("//app.example.com/cb"),
	  .fault = REDIRECT_URI_RELATIVE },
	{ .name = "a host alone",
	  .uri = SLICE("app.example.com/cb"),
	  .fault = REDIRECT_URI_RELATIVE },
	{ .name = "an empty scheme",
	  .uri = SLICE("://app.example.com"),
	  .fault = REDIRECT_URI_RELATIVE },
	{ .name = "a scheme that begins with a digit",
	  .uri = SLICE("1com.example:/cb"),
	  .fault = REDIRECT_URI_RELATIVE },
	{ .name = "a scheme with a star",
	  .uri = SLICE("ht*tp.s:/cb"),
	  .fault = REDIRECT_URI_RELATIVE },
	/* RFC8252#7.1 */
	{ .name = "javascript", .uri = SLICE("javascript:alert(1)"), .fault = REDIRECT_URI_SCHEME },
	{ .name = "JavaScript with a host",
	  .uri = SLICE("JavaScript://app.example.com/%0aalert(1)"),
	  .fault = REDIRECT_URI_SCHEME },
	{ .name = "data", .uri = SLICE("data:text/html,x"), .fault = REDIRECT_URI_SCHEME },
	{ .name = "vbscript", .uri = SLICE("vbscript:msgbox(1)"), .fault = REDIRECT_URI_SCHEME },
	{ .name = "file", .uri = SLICE("file:///etc/passwd"), .fault = REDIRECT_URI_SCHEME },
	{ .name = "blob",
	  .uri = SLICE("blob:https://app.example.com/1"),
	  .fault = REDIRECT_URI_SCHEME },
	{ .name = "about", .uri = SLICE("about:blank"), .fault = REDIRECT_URI_SCHEME },
	{ .name = "an app's scheme without a dot",
	  .uri = SLICE("myapp://callback"),
	  .fault = REDIRECT_URI_SCHEME },
	{ .name = "the out-of-band URN",
	  .uri = SLICE("urn:ietf:wg:oauth:2.0:oob"),
	  .fault = REDIRECT_URI_SCHEME },
	{ .name = "a scheme with an empty label",
	  .uri = SLICE("com..app:/cb"),
	  .fault = REDIRECT_URI_SCHEME },
	{ .name = "a scheme that ends in a dot",
	  .uri = SLICE("myapp.:/cb"),
	  .fault = REDIRECT_URI_SCHEME },
	{ .name = "an app's scheme alone",
	  .uri = SLICE("com.example.app:"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "an app's scheme and two slashes",
	  .uri = SLICE("com.example.app://"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a wildcard for a label",
	  .uri = SLICE("https://*.example.com/cb"),
	  .fault = REDIRECT_URI_WILDCARD },
	{ .name = "a wildcard inside a label",
	  .uri = SLICE("https://app-*.example.com/cb"),
	  .fault = REDIRECT_URI_WILDCARD },
	{ .name = "a user name",
	  .uri = SLICE("https://example.com@evil.example/"),
	  .fault = REDIRECT_URI_USERINFO },
	{ .name = "a user name and password",
	  .uri = SLICE("https://a:b@evil.example/"),
	  .fault = REDIRECT_URI_USERINFO },
	{ .name = "an empty user name",
	  .uri = SLICE("https://@evil.example/"),
	  .fault = REDIRECT_URI_USERINFO },
	{ .name = "a user name before loopback",
	  .uri = SLICE("http://x@127.0.0.1/"),
	  .fault = REDIRECT_URI_USERINFO },
	{ .name = "a user name in an app's scheme",
	  .uri = SLICE("com.example.app://a@b/cb"),
	  .fault = REDIRECT_URI_USERINFO },
	{ .name = "no host", .uri = SLICE("https:///cb"), .fault = REDIRECT_URI_HOST },
	{ .name = "no slashes", .uri = SLICE("https:app.example.com"), .fault = REDIRECT_URI_HOST },
	{ .name = "one slash", .uri = SLICE("https:/app.example.com"), .fault = REDIRECT_URI_HOST },
	{ .name = "a host with an empty label",
	  .uri = SLICE("https://app..example.com/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a host that ends in a dot",
	  .uri = SLICE("https://app.example.com./"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a host that is escaped",
	  .uri = SLICE("https://app%2eexample.com/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a host that begins with a dash",
	  .uri = SLICE("https://-app.example.com/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "an address as one number",
	  .uri = SLICE("http://2130706433/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "an address in hex", .uri = SLICE("http://0x7f.1/"), .fault = REDIRECT_URI_HOST },
	{ .name = "an address cut short",
	  .uri = SLICE("http://127.1/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "an address with five numbers",
	  .uri = SLICE("https://1.2.3.4.5/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "an octal address",
	  .uri = SLICE("http://0177.0.0.1/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a last label that is a hex prefix",
	  .uri = SLICE("https://example.0x/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "an IPv6 address without brackets",
	  .uri = SLICE("https://2001:db8::1/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a bracket that does not close",
	  .uri = SLICE("http://[::1/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "IPv4 in brackets",
	  .uri = SLICE("http://[127.0.0.1]/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "IPv4 mapped into IPv6",
	  .uri = SLICE("http://[::ffff:127.0.0.1]/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a zone", .uri = SLICE("http://[fe80::1%25eth0]/"), .fault = REDIRECT_URI_HOST },
	{ .name = "something behind the bracket",
	  .uri = SLICE("http://[::1]evil.example/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "port 0",
	  .uri = SLICE("https://app.example.com:0/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a port too high",
	  .uri = SLICE("https://app.example.com:65536/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "an empty port",
	  .uri = SLICE("https://app.example.com:/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a port of letters",
	  .uri = SLICE("https://app.example.com:http/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a negative port",
	  .uri = SLICE("https://app.example.com:-80/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "two ports",
	  .uri = SLICE("https://app.example.com:80:81/"),
	  .fault = REDIRECT_URI_HOST },
	{ .name = "a blank",
	  .uri = SLICE("https://app.example.com/a b"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "a blank in front",
	  .uri = SLICE(" https://app.example.com/"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "a line feed inside javascript",
	  .uri = SLICE("java\nscript:alert(1)"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "a NUL",
	  .uri = SLICE("https://app.example.com/\0"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "a backslash",
	  .uri = SLICE("https://app.example.com\\@evil.example/"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "a quote",
	  .uri = SLICE("https://app.example.com/\""),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "an apostrophe",
	  .uri = SLICE("https://app.example.com/'"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "an angle bracket",
	  .uri = SLICE("https://app.example.com/<"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "UTF-8",
	  .uri = SLICE("https://app.example.com/\xc3\xa9"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "a per cent sign at the end",
	  .uri = SLICE("https://app.example.com/%4"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "a bad escape",
	  .uri = SLICE("https://app.example.com/%zz"),
	  .fault = REDIRECT_URI_CHARACTERS },
	{ .name = "a bracket in the query",
	  .uri = SLICE("https://app.example.com/?a[]=b"),
	  .fault = REDIRECT_URI_CHARACTERS },
};

START_TEST(redirect_uris)
{
	const struct row *row = &uri_rows[_i];
	enum redirect_uri_fault fault = redirect_uri_check(row->uri);

	ck_assert_msg(fault == row->fault, "%s: %d", row->name, (int)fault);
}
END_TEST

static const struct row origin_rows[] = {
	/* RFC6454#6.2 */
	{ .name = "https and a host", .uri = SLICE("https://app.example.com") },
	{ .name = "with a port", .uri = SLICE("https://app.example.com:8443") },
	{ .name = "http on loopback", .uri = SLICE("http://127.0.0.1:3000") },
	{ .name = "http on localhost", .uri = SLICE("http://localhost:3000") },
	{ .name = "http on IPv6 loopback", .uri = SLICE("http://[::1]:3000") },
	{ .name = "https at the port of http", .uri = SLICE("https://app.example.com:80") },

	{ .name = "http elsewhere",
	  .uri = SLICE("http://app.example.com"),
	  .fault = REDIRECT_URI_HTTP },
	{ .name = "a slash behind it",
	  .uri = SLICE("https://app.example.com/"),
	  .fault = REDIRECT_URI_NOT_ORIGIN },
	{ .name = "a path",
	  .uri = SLICE("https://app.example.com/app"),
	  .fault = REDIRECT_URI_NOT_ORIGIN },
	{ .name = "a query",
	  .uri = SLICE("https://app.example.com?a"),
	  .fault = REDIRECT_URI_NOT_ORIGIN },
	{ .name = "the usual port",
	  .uri = SLICE("https://app.example.com:443"),
	  .fault = REDIRECT_URI_NOT_ORIGIN },
	{ .name = "the usual port of http",
	  .uri = SLICE("http://localhost:80"),
	  .fault = REDIRECT_URI_NOT_ORIGIN },
	{ .name = "a port with a zero in front",
	  .uri = SLICE("https://app.example.com:0443"),
	  .fault = REDIRECT_URI_NOT_ORIGIN },
	{ .name = "capitals, which no browser sends",
	  .uri = SLICE("https://App.example.com"),
	  .fault = REDIRECT_URI_NOT_ORIGIN },
	{ .name = "an app's scheme",
	  .uri = SLICE("com.example.app:/cb"),
	  .fault = REDIRECT_URI_SCHEME },
	{ .name = "javascript", .uri = SLICE("javascript:1"), .fault = REDIRECT_URI_SCHEME },
	{ .name = "a star", .uri = SLICE("*"), .fault = REDIRECT_URI_RELATIVE },
	{ .name = "null", .uri = SLICE("null"), .fault = REDIRECT_URI_RELATIVE },
	{ .name = "a wildcard",
	  .uri = SLICE("https://*.example.com"),
	  .fault = REDIRECT_URI_WILDCARD },
	{ .name = "a user name",
	  .uri = SLICE("https://a@example.com"),
	  .fault = REDIRECT_URI_USERINFO },
	{ .name = "nothing", .uri = SLICE(""), .fault = REDIRECT_URI_RELATIVE },
};

START_TEST(origins)
{
	const struct row *row = &origin_rows[_i];
	enum redirect_uri_fault fault = redirect_uri_check_origin(row->uri);

	ck_assert_msg(fault == row->fault, "%s: %d", row->name, (int)fault);
}
END_TEST

START_TEST(lengths)
{
	char text[REDIRECT_URI_MAX + 1];

	memset(text, 'a', sizeof(text));
	memcpy(text, "https://app.example.com/", 24);
	ck_assert_int_eq(redirect_uri_check(slice_of(text, REDIRECT_URI_MAX)), REDIRECT_URI_FINE);
	ck_assert_int_eq(redirect_uri_check(slice_of(text, REDIRECT_URI_MAX + 1)),
			 REDIRECT_URI_TOO_LONG);
	/* A label has 63 letters at most, a host 253. */
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://", 8);
	ck_assert_int_eq(redirect_uri_check(slice_of(text, 8 + 63)), REDIRECT_URI_FINE);
	ck_assert_int_eq(redirect_uri_check(slice_of(text, 8 + 64)), REDIRECT_URI_HOST);
	for (size_t i = 9; i < sizeof(text); i += 2)
		text[i] = '.';
	ck_assert_int_eq(redirect_uri_check(slice_of(text, 8 + 253)), REDIRECT_URI_FINE);
	ck_assert_int_eq(redirect_uri_check(slice_of(text, 8 + 255)), REDIRECT_URI_HOST);
}
END_TEST

START_TEST(every_fault_has_words)
{
	struct slice words = redirect_uri_fault_text((enum redirect_uri_fault)_i);

	ck_assert(slice_is_empty(words) == (_i == REDIRECT_URI_FINE));
	ck_assert(_i == REDIRECT_URI_FINE || slice_has_suffix(words, SLICE(".")));
}
END_TEST

/* Cut anywhere, a URI is judged without a look behind its end (the address sanitizer watches). */
START_TEST(cut_anywhere)
{
	struct slice uri = uri_rows[_i].uri;

	for (size_t len = 0; len < uri.len; len++) {
		char *copy = malloc(len + (len == 0));

		memcpy(copy, uri.ptr, len);
		(void)redirect_uri_check(slice_of(copy, len));
		(void)redirect_uri_check_origin(slice_of(copy, len));
		free(copy);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, redirect_uris, 0, ARRAY_LEN(uri_rows));
	tcase_add_loop_test(tc, origins, 0, ARRAY_LEN(origin_rows));
	tcase_add_test(tc, lengths);
	tcase_add_loop_test(tc, every_fault_has_words, 0, REDIRECT_URI_FAULT_COUNT);
	tcase_add_loop_test(tc, cut_anywhere, 0, ARRAY_LEN(uri_rows));
}

TEST_MAIN("domain/redirect_uri", add_tests)
