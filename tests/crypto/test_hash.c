/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 with the examples of FIPS 180. */
#include "crypto/hash.h"

#include <string.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"

static const struct vector {
	const char *name;
	struct slice data;
	const char *hex;
} vectors[] = {
	{ .name = "nothing",
	  .data = SLICE(""),
	  .hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ .name = "FIPS180: one block",
	  .data = SLICE("abc"),
	  .hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ .name = "FIPS180: two blocks",
	  .data = SLICE("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
	  .hex = "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

START_TEST(sha256)
{
	struct hash hash;
	char hex[2 * HASH_BYTES];
	hash_sha256(vectors[_i].data, &hash);
	encode_hex(hash.bytes, HASH_BYTES, hex);
	ck_slice_row(vectors[_i].name, slice_of(hex, sizeof(hex)), slice_str(vectors[_i].hex));
	ck_assert_uint_eq(hash_slice(&hash).len, HASH_BYTES);
	ck_assert(hash_slice(&hash).ptr == (const char *)hash.bytes);
}
END_TEST

START_TEST(one_bit_makes_another)
{
	struct hash a, b;
	hash_sha256(SLICE("abc"), &a);
	for (size_t i = 0; i < HASH_BYTES; i++) {
		b = a;
		ck_assert(hash_equal(&a, &b));
		b.bytes[i] ^= 1;
		ck_assert(!hash_equal(&a, &b));
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, sha256, 0, ARRAY_LEN(vectors));
	tcase_add_test(tc, one_bit_makes_another);
}

TEST_MAIN("crypto/hash", add_tests)
