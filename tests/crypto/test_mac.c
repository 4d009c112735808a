/* SPDX-License-Identifier: Apache-2.0
 *
 * Keyed hashes over lists of parts: no two lists, and no two keys, give the same. The known value
 * was worked out by Python's hashlib: it fixes the form, since stored values depend on it. */
#include "crypto/mac.h"

#include <string.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"

static struct secret key_of(uint8_t byte)
{
	struct secret key;
	memset(key.bytes, byte, sizeof(key.bytes));
	return key;
}

START_TEST(known_value)
{
	const struct secret key = key_of(7);
	struct hash mac;
	char hex[2 * HASH_BYTES];
	mac_compute(&key, MAC_PARTS(SLICE("ab"), SLICE(""), SLICE("c")), &mac);
	encode_hex(mac.bytes, HASH_BYTES, hex);
	ck_slice_eq(slice_of(hex, sizeof(hex)),
		    SLICE("20f113f4158e5c68ac8985309a79de9baf6bf4445fafd1939709a873f12c2760"));
}
END_TEST

static const struct lists_row {
	const char *name;
	struct slice one[3];
	size_t one_count;
	struct slice other[3];
	size_t other_count;
} lists_rows[] = {
	{ "the cut is elsewhere", { SLICE("ab"), SLICE("c") }, 2, { SLICE("a"), SLICE("bc") }, 2 },
	{ "one part and two", { SLICE("abc") }, 1, { SLICE("ab"), SLICE("c") }, 2 },
	{ "an empty part more", { SLICE("a") }, 1, { SLICE("a"), SLICE("") }, 2 },
	{ "nothing and one empty part", { SLICE("") }, 0, { SLICE("") }, 1 },
	{ "the other order", { SLICE("a"), SLICE("b") }, 2, { SLICE("b"), SLICE("a") }, 2 },
	{ "a part that looks like a length",
	  { SLICE("a"), SLICE("b") },
	  2,
	  { SLICE("a\0\0\0\0\0\0\0\x01"
		  "b") },
	  1 },
};

START_TEST(lists_differ)
{
	const struct lists_row *row = &lists_rows[_i];
	const struct secret key = key_of(7);
	struct hash a, b;
	mac_compute(&key, row->one, row->one_count, &a);
	mac_compute(&key, row->other, row->other_count, &b);
	ck_assert_msg(!hash_equal(&a, &b), "%s", row->name);
	mac_compute(&key, row->one, row->one_count, &b);
	ck_assert(hash_equal(&a, &b));
}
END_TEST

START_TEST(keys_differ)
{
	const struct secret one = key_of(7), other = key_of(8);
	struct hash a, b;
	mac_compute(&one, MAC_PARTS(SLICE("a")), &a);
	mac_compute(&other, MAC_PARTS(SLICE("a")), &b);
	ck_assert(!hash_equal(&a, &b));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, known_value);
	tcase_add_loop_test(tc, lists_differ, 0, ARRAY_LEN(lists_rows));
	tcase_add_test(tc, keys_differ);
}

TEST_MAIN("crypto/mac", add_tests)
