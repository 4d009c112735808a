/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses in options. */
#include "config/url.h"

#include <stdio.h>

#include "check_main.h"

static const struct url_row {
	const char *text;
	bool fine;
	const char *host;
	const char *path;
	bool loopback;
} urls[] = {
	{ "http://127.0.0.1:8000", true, "127.0.0.1", "", true },
	{ "http://127.1.2.3", true, "127.1.2.3", "", true },
	{ "https://a.example", true, "a.example", "", false },
	{ "https://A-1.example:443/sub/path", true, "A-1.example", "/sub/path", false },
	{ "http://[::1]:8000/x", true, "::1", "/x", true },
	{ "https://[2001:db8::1]", true, "2001:db8::1", "", false },
	{ "http://x.localhost", true, "x.localhost", "", true },
	{ "https://a.example?x", true, "a.example", "", false },
	{ "https://a.example#x", true, "a.example", "", false },
	{ "", false, NULL, NULL, false },
	{ "a.example", false, NULL, NULL, false },
	{ "ftp://a.example", false, NULL, NULL, false },
	{ "HTTP://a.example", false, NULL, NULL, false },
	{ "https://", false, NULL, NULL, false },
	{ "https:///x", false, NULL, NULL, false },
	{ "https://me@a.example", false, NULL, NULL, false },
	{ "https://a.example:", false, NULL, NULL, false },
	{ "https://a.example:0", false, NULL, NULL, false },
	{ "https://a.example:65536", false, NULL, NULL, false },
	{ "https://a.example:-1", false, NULL, NULL, false },
	{ "https://a.example:80:80", false, NULL, NULL, false },
	{ "https://[::1", false, NULL, NULL, false },
	{ "https://[::1]x", false, NULL, NULL, false },
	{ "https://[a.example]", false, NULL, NULL, false },
	{ "https://[127.0.0.1]", false, NULL, NULL, false },
	{ "https://a_b.example", false, NULL, NULL, false },
	{ "https://.example", false, NULL, NULL, false },
	{ "https://a.example/a b", false, NULL, NULL, false },
	{ "https://a.example/\xc3\xa4", false, NULL, NULL, false },
};

START_TEST(parses_urls)
{
	const struct url_row *row = &urls[_i];
	struct url url;
	bool fine = url_parse(slice_str(row->text), &url) == ERR_OK;

	ck_assert_msg(fine == row->fine, "%s", row->text);
	if (!fine)
		return;
	ck_assert_msg(slice_equal(url.host, slice_str(row->host)), "%s", row->text);
	ck_assert_msg(slice_equal(url.path, slice_str(row->path)), "%s", row->text);
	ck_assert_msg(url_host_is_loopback(url.host) == row->loopback, "%s", row->text);
}
END_TEST

static const struct listen_row {
	const char *text;
	bool fine;
	enum listen_kind kind;
	bool loopback;
} listens[] = {
	{ "127.0.0.1:8000", true, LISTEN_TCP, true },
	{ "127.0.0.1:0", true, LISTEN_TCP, true },
	{ "[::1]:8000", true, LISTEN_TCP, true },
	{ "0.0.0.0:8000", true, LISTEN_TCP, false },
	{ "[::]:8000", true, LISTEN_TCP, false },
	{ "192.0.2.1:443", true, LISTEN_TCP, false },
	{ "unix:/run/doorcode.sock", true, LISTEN_UNIX, true },
	{ "systemd", true, LISTEN_SYSTEMD, true },
	{ "", false, LISTEN_TCP, false },
	{ "8000", false, LISTEN_TCP, false },
	{ ":8000", false, LISTEN_TCP, false },
	{ "127.0.0.1", false, LISTEN_TCP, false },
	{ "127.0.0.1:", false, LISTEN_TCP, false },
	{ "127.0.0.1:65536", false, LISTEN_TCP, false },
	{ "127.0.0.1:x", false, LISTEN_TCP, false },
	{ "localhost:8000", false, LISTEN_TCP, false },
	{ "::1:8000", false, LISTEN_TCP, false },
	{ "[::1]", false, LISTEN_TCP, false },
	{ "unix:", false, LISTEN_TCP, false },
	{ "unix:run/doorcode.sock", false, LISTEN_TCP, false },
	{ "unix:/23456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678",
	  false, LISTEN_TCP, false },
	{ "systemd:1", false, LISTEN_TCP, false },
};

START_TEST(parses_listen_addresses)
{
	const struct listen_row *row = &listens[_i];
	struct listen_address address;
	bool fine = listen_address_parse(slice_str(row->text), &address) == ERR_OK;

	ck_assert_msg(fine == row->fine, "%s", row->text);
	if (!fine)
		return;
	ck_assert_msg(address.kind == row->kind, "%s", row->text);
	ck_assert_msg(address.is_loopback == row->loopback, "%s", row->text);
}
END_TEST

static const struct scheme_row {
	const char *text;
	const char *scheme; /* what is on; NULL: refused */
} schemes[] = {
	{ "127.0.0.1:8000", "" },
	{ "http://127.0.0.1:8000", "" },
	{ "http+proxy://10.0.0.1:8000", " proxy" },
	{ "https://0.0.0.0:443", " tls" },
	{ "https://[::]:443", " tls" },
	{ "https://unix:/run/d.sock", " tls" },
	{ "https://systemd", " tls" },
	{ "https+proxy://127.0.0.1:443", " tls proxy" },
	{ "https+mtls://127.0.0.1:443", " tls mtls" },
	{ "https+mtls+proxy://127.0.0.1:443", " tls mtls proxy" },
	{ "http+mtls://127.0.0.1:443", NULL },
	{ "https+proxy+mtls://127.0.0.1:443", NULL },
	{ "https+tls://127.0.0.1:443", NULL },
	{ "HTTPS://127.0.0.1:443", NULL },
	{ "mtls://127.0.0.1:443", NULL },
	{ "https://", NULL },
	{ "https://127.0.0.1", NULL },
	{ "https://localhost:443", NULL },
	{ "https://127.0.0.1:443/", NULL },
	{ "https://https://127.0.0.1:443", NULL },
	{ "https:127.0.0.1:443", NULL },
};

START_TEST(parses_schemes)
{
	const struct scheme_row *row = &schemes[_i];
	struct listen_address address;
	char scheme[32];
	bool fine = listen_address_parse(slice_str(row->text), &address) == ERR_OK;

	ck_assert_msg(fine == (row->scheme != NULL), "%s", row->text);
	if (!fine)
		return;
	snprintf(scheme, sizeof(scheme), "%s%s%s", address.tls ? " tls" : "",
		 address.asks_certificate ? " mtls" : "", address.proxy ? " proxy" : "");
	ck_assert_str_eq(scheme, row->scheme);
	ck_assert(slice_has_suffix(slice_str(row->text), address.place));
	ck_assert(address.place.ptr[address.place.len] == '\0');
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, parses_urls, 0, ARRAY_LEN(urls));
	tcase_add_loop_test(tc, parses_listen_addresses, 0, ARRAY_LEN(listens));
	tcase_add_loop_test(tc, parses_schemes, 0, ARRAY_LEN(schemes));
}

TEST_MAIN("config/url", add_tests)
