/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses and networks: reading, folding of mapped addresses, what counts as one source,
 * membership. */
#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "check_main.h"
#include "check_slice.h"

static const struct parse_row {
	const char *name;
	struct slice text;
	const char *written; /* NULL: refused */
} parse_rows[] = {
	{ .name = "IPv4", .text = SLICE("192.0.2.1"), .written = "192.0.2.1" },
	{ .name = "IPv6", .text = SLICE("2001:DB8:0:0::1"), .written = "2001:db8::1" },
	{ .name = "IPv6 in brackets", .text = SLICE("[2001:db8::1]"), .written = "2001:db8::1" },
	{ .name = "a mapped address is folded",
	  .text = SLICE("::ffff:192.0.2.1"),
	  .written = "192.0.2.1" },
	{ .name = "a mapped one in hexadecimal",
	  .text = SLICE("[::ffff:c000:201]"),
	  .written = "192.0.2.1" },
	{ .name = "the longest form",
	  .text = SLICE("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"),
	  .written = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" },
	{ .name = "nothing", .text = SLICE("") },
	{ .name = "empty brackets", .text = SLICE("[]") },
	{ .name = "IPv4 in brackets", .text = SLICE("[192.0.2.1]") },
	{ .name = "an open bracket", .text = SLICE("[::1") },
	{ .name = "three numbers", .text = SLICE("192.0.2") },
	{ .name = "a number over 255", .text = SLICE("192.0.2.256") },
	{ .name = "an octal number", .text = SLICE("192.0.02.01") },
	{ .name = "a hexadecimal number", .text = SLICE("0x7f.0.0.1") },
	{ .name = "one large number", .text = SLICE("2130706433") },
	{ .name = "a port", .text = SLICE("192.0.2.1:80") },
	{ .name = "a zone id", .text = SLICE("fe80::1%eth0") },
	{ .name = "a blank behind", .text = SLICE("192.0.2.1 ") },
	{ .name = "a NUL behind", .text = SLICE("192.0.2.1\0") },
	{ .name = "a name", .text = SLICE("localhost") },
	{ .name = "a long text",
	  .text = SLICE("0000000000000000000000000000000000000000000000000000000000000000") },
};

START_TEST(parse)
{
	const struct parse_row *row = &parse_rows[_i];
	struct address address;
	char text[ADDRESS_TEXT_MAX];
	enum err e = address_parse(row->text, &address);
	ck_assert_msg((e == ERR_OK) == (row->written != NULL), "%s", row->name);
	if (row->written != NULL)
		ck_slice_row(row->name, address_text(&address, text), slice_str(row->written));
}
END_TEST

static const struct network_row {
	const char *name;
	struct slice network;
	const char *address; /* NULL: the network is refused */
	bool has;
} network_rows[] = {
	{ .name = "inside a /8",
	  .network = SLICE("10.0.0.0/8"),
	  .address = "10.255.1.2",
	  .has = true },
	{ .name = "host bits do not count",
	  .network = SLICE("10.1.2.3/8"),
	  .address = "10.9.9.9",
	  .has = true },
	{ .name = "the last of a /25",
	  .network = SLICE("192.0.2.0/25"),
	  .address = "192.0.2.127",
	  .has = true },
	{ .name = "itself", .network = SLICE("192.0.2.1"), .address = "192.0.2.1", .has = true },
	{ .name = "all of IPv4",
	  .network = SLICE("0.0.0.0/0"),
	  .address = "192.0.2.1",
	  .has = true },
	{ .name = "inside a /32 of IPv6",
	  .network = SLICE("2001:db8::/32"),
	  .address = "2001:db8:ffff::1",
	  .has = true },
	{ .name = "inside a /61",
	  .network = SLICE("2001:db8:0:8::/61"),
	  .address = "2001:db8:0:f::1",
	  .has = true },
	{ .name = "a mapped network",
	  .network = SLICE("::ffff:10.0.0.0/104"),
	  .address = "10.1.1.1",
	  .has = true },
	{ .name = "a mapped address",
	  .network = SLICE("10.0.0.0/8"),
	  .address = "::ffff:10.1.1.1",
	  .has = true },
	{ .name = "beside a /8", .network = SLICE("10.0.0.0/8"), .address = "11.0.0.0" },
	{ .name = "the first beyond a /25",
	  .network = SLICE("192.0.2.0/25"),
	  .address = "192.0.2.128" },
	{ .name = "another single address", .network = SLICE("192.0.2.1"), .address = "192.0.2.2" },
	{ .name = "beyond a /61",
	  .network = SLICE("2001:db8:0:8::/61"),
	  .address = "2001:db8:0:10::1" },
	{ .name = "IPv6 in all of IPv4", .network = SLICE("0.0.0.0/0"), .address = "::1" },
	{ .name = "IPv4 in all of IPv6", .network = SLICE("::/0"), .address = "192.0.2.1" },
	{ .name = "an address is no unix peer", .network = SLICE("unix"), .address = "127.0.0.1" },
	{ .name = "a prefix of 33", .network = SLICE("10.0.0.0/33") },
	{ .name = "a prefix of 129", .network = SLICE("::/129") },
	{ .name = "a negative prefix", .network = SLICE("10.0.0.0/-1") },
	{ .name = "minus zero", .network = SLICE("10.0.0.0/-0") },
	{ .name = "no prefix behind the slash", .network = SLICE("10.0.0.0/") },
	{ .name = "a mask", .network = SLICE("10.0.0.0/255.0.0.0") },
	{ .name = "two slashes", .network = SLICE("10.0.0.0/8/8") },
	{ .name = "a mapped network that is too wide", .network = SLICE("::ffff:10.0.0.0/95") },
	{ .name = "no address", .network = SLICE("/8") },
	{ .name = "nothing", .network = SLICE("") },
	{ .name = "unix with a prefix", .network = SLICE("unix/8") },
};

START_TEST(membership)
{
	const struct network_row *row = &network_rows[_i];
	struct network network;
	struct address address;
	enum err e = network_parse(row->network, &network);
	ck_assert_msg((e == ERR_OK) == (row->address != NULL), "%s", row->name);
	if (row->address == NULL)
		return;
	ck_assert_int_eq(address_parse(slice_str(row->address), &address), ERR_OK);
	ck_assert_msg(network_has(&network, 1, &address) == row->has, "%s", row->name);
	ck_assert(!network_has(&network, 0, &address));
}
END_TEST

START_TEST(unix_peers)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	struct address address;
	struct network networks[2];
	char text[ADDRESS_TEXT_MAX];
	address_from_sockaddr((const struct sockaddr *)&sa, &address);
	ck_slice_str(address_text(&address, text), "unix");
	ck_assert(address_is_loopback(&address));
	ck_assert_int_eq(network_parse(SLICE("0.0.0.0/0"), &networks[0]), ERR_OK);
	ck_assert_int_eq(network_parse(SLICE("unix"), &networks[1]), ERR_OK);
	ck_assert(!network_has(networks, 1, &address));
	ck_assert(network_has(networks, 2, &address));
}
END_TEST

START_TEST(no_address)
{
	struct sockaddr sa = { .sa_family = AF_UNSPEC };
	struct address address;
	struct network none = { 0 };
	char text[ADDRESS_TEXT_MAX];
	address_from_sockaddr(&sa, &address);
	ck_assert_int_eq(address.family, ADDRESS_NONE);
	ck_slice_str(address_text(&address, text), "");
	ck_assert(!address_is_loopback(&address));
	ck_assert(!network_has(&none, 1, &address));
}
END_TEST

START_TEST(sockaddrs)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(8000) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(443) };
	struct address address;
	char text[ADDRESS_TEXT_MAX];
	inet_pton(AF_INET, "192.0.2.1", &v4.sin_addr);
	address_from_sockaddr((const struct sockaddr *)&v4, &address);
	ck_slice_str(address_text(&address, text), "192.0.2.1");
	ck_assert_uint_eq(address.port, 8000);
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &v6.sin6_addr);
	address_from_sockaddr((const struct sockaddr *)&v6, &address);
	ck_slice_str(address_text(&address, text), "127.0.0.1");
	ck_assert_uint_eq(address.port, 443);
	ck_assert(address_is_loopback(&address));
}
END_TEST

static const struct source_row {
	const char *name;
	const char *one, *other;
	bool same;
} source_rows[] = {
	{ .name = "one /24", .one = "192.0.2.1", .other = "192.0.2.254", .same = true },
	{ .name = "one /64", .one = "2001:db8::1", .other = "2001:db8::ffff:0:0:1", .same = true },
	{ .name = "mapped and plain",
	  .one = "::ffff:192.0.2.9",
	  .other = "192.0.2.1",
	  .same = true },
	{ .name = "two /24", .one = "192.0.2.1", .other = "192.0.3.1" },
	{ .name = "two /64", .one = "2001:db8:0:1::1", .other = "2001:db8:0:2::1" },
	{ .name = "two families with the same bytes", .one = "192.0.2.1", .other = "c000:200::" },
};

START_TEST(sources)
{
	const struct source_row *row = &source_rows[_i];
	struct address one, other;
	uint8_t a[ADDRESS_PREFIX_BYTES], b[ADDRESS_PREFIX_BYTES];
	ck_assert_int_eq(address_parse(slice_str(row->one), &one), ERR_OK);
	ck_assert_int_eq(address_parse(slice_str(row->other), &other), ERR_OK);
	address_prefix(&one, a);
	address_prefix(&other, b);
	ck_assert_msg((memcmp(a, b, sizeof(a)) == 0) == row->same, "%s", row->name);
}
END_TEST

static const struct loopback_row {
	const char *address;
	bool loopback;
} loopback_rows[] = {
	{ "127.0.0.1", true },        { "127.255.0.1", true }, { "::1", true },
	{ "::ffff:127.0.0.1", true }, { "128.0.0.1", false },  { "::2", false },
	{ "0.0.0.0", false },         { "::", false },
};

START_TEST(loopback)
{
	struct address address;
	ck_assert_int_eq(address_parse(slice_str(loopback_rows[_i].address), &address), ERR_OK);
	ck_assert(address_is_loopback(&address) == loopback_rows[_i].loopback);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, parse, 0, ARRAY_LEN(parse_rows));
	tcase_add_loop_test(tc, membership, 0, ARRAY_LEN(network_rows));
	tcase_add_test(tc, unix_peers);
	tcase_add_test(tc, no_address);
	tcase_add_test(tc, sockaddrs);
	tcase_add_loop_test(tc, sources, 0, ARRAY_LEN(source_rows));
	tcase_add_loop_test(tc, loopback, 0, ARRAY_LEN(loopback_rows));
}

TEST_MAIN("base/address", add_tests)
