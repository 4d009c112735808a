/* SPDX-License-Identifier: Apache-2.0
 *
 * The keyed hash of tables in memory, with vectors of its authors (SipHash: a fast short-input PRF,
 * appendix A, and their reference code). */
#include "crypto/place_hash.h"

#include "check_main.h"

/* The key is 00 01 .. 0f, the text is 00 01 .. of this length. */
static const struct row {
	const char *name;
	size_t len;
	uint64_t hash;
} rows[] = {
	{ .name = "nothing", .len = 0, .hash = 0x726fdb47dd0e0e31u },
	{ .name = "one byte", .len = 1, .hash = 0x74f839c593dc67fdu },
	{ .name = "a whole word", .len = 8, .hash = 0x93f5f5799a932462u },
	{ .name = "the example of the paper", .len = 15, .hash = 0xa129ca6149be45e5u },
};

static void count_up(uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)i;
}

START_TEST(vectors)
{
	struct place_key key;
	uint8_t text[16];
	count_up(key.bytes, sizeof(key.bytes));
	count_up(text, sizeof(text));
	ck_assert_msg(place_hash(&key, slice_of(text, rows[_i].len)) == rows[_i].hash, "%s",
		      rows[_i].name);
}
END_TEST

START_TEST(each_key_gives_other_places)
{
	struct place_key one;
	struct place_key other;
	place_key_init(&one);
	place_key_init(&other);
	ck_assert_mem_ne(one.bytes, other.bytes, sizeof(one.bytes));
	ck_assert_uint_ne(place_hash(&one, SLICE("web")), place_hash(&other, SLICE("web")));
	ck_assert_uint_eq(place_hash(&one, SLICE("web")), place_hash(&one, SLICE("web")));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, vectors, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, each_key_gives_other_places);
}

TEST_MAIN("crypto/place_hash", add_tests)
