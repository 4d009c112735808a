/* SPDX-License-Identifier: Apache-2.0
 *
 * Which addresses are special: both ends of each network, and what lies just outside. */
#include "fetch/special_address.h"

#include "check_main.h"

static const struct row {
	const char *address;
	bool special;
} rows[] = {
	{ "1.1.1.1", false },
	{ "8.8.8.8", false },
	{ "9.255.255.255", false },
	{ "11.0.0.0", false },
	{ "100.63.255.255", false },
	{ "100.128.0.0", false },
	{ "126.255.255.255", false },
	{ "128.0.0.0", false },
	{ "169.253.255.255", false },
	{ "169.255.0.0", false },
	{ "172.15.255.255", false },
	{ "172.32.0.0", false },
	{ "192.0.1.0", false },
	{ "192.0.3.0", false },
	{ "192.167.255.255", false },
	{ "192.169.0.0", false },
	{ "198.17.255.255", false },
	{ "198.20.0.0", false },
	{ "223.255.255.255", false },
	{ "2606:4700::1111", false },
	{ "2a00:1450:4001:800::200e", false },
	{ "2001:200::1", false },
	{ "3ffe::1", false },
	{ "::ffff:8.8.8.8", false },
	{ "64:ff9b::8.8.8.8", false },

	{ "0.0.0.0", true },
	{ "0.255.255.255", true },
	{ "10.0.0.0", true },
	{ "10.255.255.255", true },
	{ "100.64.0.0", true },
	{ "100.127.255.255", true },
	{ "127.0.0.1", true },
	{ "127.255.255.255", true },
	{ "169.254.0.0", true },
	{ "169.254.169.254", true },
	{ "169.254.255.255", true },
	{ "172.16.0.0", true },
	{ "172.31.255.255", true },
	{ "192.0.0.1", true },
	{ "192.0.2.1", true },
	{ "192.88.99.1", true },
	{ "192.168.0.0", true },
	{ "192.168.255.255", true },
	{ "198.18.0.0", true },
	{ "198.19.255.255", true },
	{ "198.51.100.1", true },
	{ "203.0.113.1", true },
	{ "224.0.0.1", true },
	{ "239.255.255.255", true },
	{ "240.0.0.0", true },
	{ "255.255.255.255", true },
	{ "::", true },
	{ "::1", true },
	{ "::127.0.0.1", true },
	{ "::ffff:127.0.0.1", true },
	{ "::ffff:169.254.169.254", true },
	{ "::ffff:0:10.0.0.1", true },
	{ "64:ff9b::127.0.0.1", true },
	{ "64:ff9b::10.0.0.1", true },
	{ "64:ff9b::169.254.169.254", true },
	{ "64:ff9b:1::8.8.8.8", true },
	{ "100::1", true },
	{ "2001::1", true },
	{ "2001:1ff:ffff::1", true },
	{ "2001:db8::1", true },
	{ "2002:7f00:1::", true },
	{ "2002:808:808::", true },
	{ "3fff::1", true },
	{ "3fff:fff::1", true },
	{ "4000::1", true },
	{ "5f00::1", true },
	{ "fc00::1", true },
	{ "fd00:ec2::254", true },
	{ "fe80::1", true },
	{ "fec0::1", true },
	{ "ff02::1", true },
};

START_TEST(addresses)
{
	struct address address;
	ck_assert_int_eq(address_parse(slice_str(rows[_i].address), &address), ERR_OK);
	ck_assert_msg(special_address(&address) == rows[_i].special, "%s", rows[_i].address);
}
END_TEST

START_TEST(no_address_of_the_internet)
{
	const struct address none = { .family = ADDRESS_NONE };
	const struct address local = { .family = ADDRESS_LOCAL };
	ck_assert(special_address(&none));
	ck_assert(special_address(&local));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, addresses, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, no_address_of_the_internet);
}

TEST_MAIN("fetch/special_address", add_tests)
