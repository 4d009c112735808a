/* SPDX-License-Identifier: Apache-2.0
 *
 * The PROXY protocol, both versions. Every good header is also read at every length short of its
 * own: that must be asking for more, never a refusal, and never a reading past the end. */
#include <string.h>

#include "check_main.h"
#include "http/proxy_header.h"

#define RAW(literal) \
	{ \
		"" literal "", sizeof(literal) - 1 \
	}
#define SIG "\r\n\r\n\0\r\nQUIT\n"
#define V4 "\xc0\0\2\1\x7f\0\0\1\x12\x67\0\x50"
#define V6 "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\x12\x67\0\x50"

static const struct good_row {
	const char *name;
	struct slice bytes;
	const char *source; /* NULL: local */
	uint16_t port;
	bool secure;
} good[] = {
	{ "TCP4", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 4711 80\r\n"), "192.0.2.1", 4711, false },
	{ "TCP6", RAW("PROXY TCP6 2001:db8::1 ::1 4711 80\r\n"), "2001:db8::1", 4711, false },
	{ "TCP6 with a mapped address", RAW("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"), "192.0.2.1",
	  1, false },
	{ "the longest addresses",
	  RAW("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n"),
	  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535, false },
	{ "unknown", RAW("PROXY UNKNOWN\r\n"), NULL, 0, false },
	{ "unknown with more", RAW("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"), NULL, 0, false },
	{ "version 2, IPv4", RAW(SIG "\x21\x11\0\x0c" V4), "192.0.2.1", 4711, false },
	{ "version 2, IPv6", RAW(SIG "\x21\x21\0\x24" V6), "2001:db8::1", 4711, false },
	{ "version 2, local", RAW(SIG "\x20\0\0\0"), NULL, 0, false },
	{ "version 2, local, with addresses", RAW(SIG "\x20\x11\0\x0c" V4), NULL, 0, false },
	{ "version 2, unspecified", RAW(SIG "\x21\0\0\3abc"), NULL, 0, false },
	{ "version 2, over TLS", RAW(SIG "\x21\x11\0\x14" V4 "\x20\0\5\1\0\0\0\0"), "192.0.2.1",
	  4711, true },
	{ "version 2, not over TLS", RAW(SIG "\x21\x11\0\x14" V4 "\x20\0\5\0\0\0\0\0"), "192.0.2.1",
	  4711, false },
	{ "version 2, other fields before",
	  RAW(SIG "\x21\x11\0\x18" V4 "\4\0\1x\x20\0\5\1\0\0\0\0"), "192.0.2.1", 4711, true },
};

static struct proxy_header header;

START_TEST(good_ones)
{
	const struct good_row *row = &good[_i];
	char text[ADDRESS_TEXT_MAX];
	char bytes[256];
	memcpy(bytes, row->bytes.ptr, row->bytes.len);
	memcpy(bytes + row->bytes.len, "GET /", 5);
	ck_assert_msg(proxy_header_parse(slice_of(bytes, row->bytes.len + 5), &header) ==
			      PROXY_HEADER_WHOLE,
		      "%s", row->name);
	ck_assert_msg(header.length == row->bytes.len, "%s", row->name);
	ck_assert_msg(header.local == (row->source == NULL), "%s", row->name);
	ck_assert_msg(header.secure == row->secure, "%s", row->name);
	if (row->source == NULL)
		return;
	struct slice shown = address_text(&header.source, text);
	ck_assert_msg(slice_equal(shown, slice_str(row->source)), "%s: %.*s", row->name,
		      SLICE_ARG(shown));
	ck_assert_msg(header.source.port == row->port, "%s", row->name);
}
END_TEST

START_TEST(beginnings_of_good_ones)
{
	const struct good_row *row = &good[_i];
	for (size_t len = 0; len < row->bytes.len; len++) {
		char *exact = malloc(len + 1);
		memcpy(exact, row->bytes.ptr, len);
		ck_assert_msg(proxy_header_parse(slice_of(exact, len), &header) ==
				      PROXY_HEADER_MORE,
			      "%s at %zu", row->name, len);
		free(exact);
	}
}
END_TEST

START_TEST(version_2_from_a_unix_socket)
{
	char bytes[16 + 216] = { 0 };
	memcpy(bytes, SIG "\x21\x31\0\xd8", 16);
	ck_assert_int_eq(proxy_header_parse(slice_of(bytes, sizeof(bytes)), &header),
			 PROXY_HEADER_WHOLE);
	ck_assert_int_eq(header.source.family, ADDRESS_LOCAL);
}
END_TEST

static const struct bad_row {
	const char *name;
	struct slice bytes;
} bad[] = {
	{ "a request", RAW("GET / HTTP/1.1\r\n") },
	{ "its first byte", RAW("G") },
	{ "a PRI", RAW("PRI") },
	{ "small letters", RAW("proxy TCP4 192.0.2.1 127.0.0.1 4711 80\r\n") },
	{ "an unknown family", RAW("PROXY UDP4 192.0.2.1 127.0.0.1 4711 80\r\n") },
	{ "nothing behind the family", RAW("PROXY TCP4\r\n") },
	{ "nothing at all", RAW("PROXY \r\n") },
	{ "not even that", RAW("PROXY \n") },
	{ "three fields", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 4711\r\n") },
	{ "five fields", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 4711 80 1\r\n") },
	{ "two blanks", RAW("PROXY TCP4  192.0.2.1 127.0.0.1 4711 80\r\n") },
	{ "a blank in the end", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 4711 80 \r\n") },
	{ "a line feed alone", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 4711 80\n") },
	{ "a port too high", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 65536 80\r\n") },
	{ "a negative port", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 -1 80\r\n") },
	{ "a port that is no number", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 http 80\r\n") },
	{ "the other port is none", RAW("PROXY TCP4 192.0.2.1 127.0.0.1 80 x\r\n") },
	{ "no address", RAW("PROXY TCP4 example 127.0.0.1 4711 80\r\n") },
	{ "IPv6 for TCP4", RAW("PROXY TCP4 ::1 127.0.0.1 4711 80\r\n") },
	{ "IPv4 for TCP6", RAW("PROXY TCP6 192.0.2.1 ::1 4711 80\r\n") },
	{ "a bracketed address", RAW("PROXY TCP6 [::1] ::1 4711 80\r\n") },
	{ "a line that never ends",
	  RAW("PROXY UNKNOWN xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx") },
	{ "version 1 of the second kind", RAW(SIG "\x11") },
	{ "an unknown command", RAW(SIG "\x22\x11\0\x0c" V4) },
	{ "an unknown family of version 2", RAW(SIG "\x21\x41\0\x0c" V4) },
	{ "datagrams", RAW(SIG "\x21\x12\0\x0c" V4) },
	{ "too short for IPv4", RAW(SIG "\x21\x11\0\4\xc0\0\2\1") },
	{ "too short for IPv6", RAW(SIG "\x21\x21\0\x0c" V4) },
	{ "longer than anybody needs", RAW(SIG "\x21\x11\xff\xff") },
	{ "a field that reaches over the end", RAW(SIG "\x21\x11\0\x0f" V4 "\x20\0\5") },
	{ "half a field", RAW(SIG "\x21\x11\0\x0e" V4 "\x20\0") },
	{ "a signature with a fault", RAW("\r\n\r\n\0\r\nQUIX") },
};

START_TEST(bad_ones)
{
	const struct bad_row *row = &bad[_i];
	char *exact = malloc(row->bytes.len);
	memcpy(exact, row->bytes.ptr, row->bytes.len);
	ck_assert_msg(proxy_header_parse(slice_of(exact, row->bytes.len), &header) ==
			      PROXY_HEADER_BAD,
		      "%s", row->name);
	free(exact);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, good_ones, 0, (int)ARRAY_LEN(good));
	tcase_add_loop_test(tc, beginnings_of_good_ones, 0, (int)ARRAY_LEN(good));
	tcase_add_test(tc, version_2_from_a_unix_socket);
	tcase_add_loop_test(tc, bad_ones, 0, (int)ARRAY_LEN(bad));
}

TEST_MAIN("http/proxy_header", add_tests)
