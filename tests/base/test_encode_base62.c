/* SPDX-License-Identifier: Apache-2.0
 *
 * Base62 of fixed width: known values, the edges of the range, round trips of every length,
 * refusals. */
#include <string.h>

#include "base/encode.h"
#include "base/rng.h"
#include "check_main.h"
#include "check_slice.h"

static const struct width_row {
	size_t bytes, width;
} width_rows[] = {
	{ 0, 0 },   { 1, 2 },   { 4, 6 },   { 6, 9 },   { 8, 11 },
	{ 16, 22 }, { 20, 27 }, { 32, 43 }, { 64, 86 },
};

START_TEST(known_width)
{
	ck_assert_uint_eq(encode_base62_width(width_rows[_i].bytes), width_rows[_i].width);
}
END_TEST

static const struct value_row {
	const char *name;
	const char *text;
	struct slice bytes;
} value_rows[] = {
	{ .name = "one byte of zero", .text = "00", .bytes = SLICE("\x00") },
	{ .name = "61 is the last digit", .text = "0z", .bytes = SLICE("\x3d") },
	{ .name = "62 carries", .text = "10", .bytes = SLICE("\x3e") },
	{ .name = "255 = 4 * 62 + 7", .text = "47", .bytes = SLICE("\xff") },
	{ .name = "10 is A and 36 is a", .text = "0Aa", .bytes = SLICE("\x02\x90") },
	{ .name = "six bytes of zero", .text = "000000000", .bytes = SLICE("\0\0\0\0\0\0") },
	{ .name = "2^48 - 1", .text = "1HvWXNAa7", .bytes = SLICE("\xff\xff\xff\xff\xff\xff") },
	{ .name = "2^64 - 1",
	  .text = "LygHa16AHYF",
	  .bytes = SLICE("\xff\xff\xff\xff\xff\xff\xff\xff") },
};

START_TEST(known_value)
{
	const struct value_row *row = &value_rows[_i];
	char text[86];
	uint8_t bytes[64];
	struct slice want = slice_str(row->text);
	encode_base62((const uint8_t *)row->bytes.ptr, row->bytes.len, text);
	ck_slice_row(row->name, slice_of(text, encode_base62_width(row->bytes.len)), want);
	ck_assert_int_eq(decode_base62(want, bytes, row->bytes.len), ERR_OK);
	ck_slice_row(row->name, slice_of(bytes, row->bytes.len), row->bytes);
}
END_TEST

static void round_trip(const uint8_t *bytes, size_t len)
{
	char text[87];
	uint8_t back[64];
	size_t width = encode_base62_width(len);
	text[width] = '!';
	encode_base62(bytes, len, text);
	ck_assert(text[width] == '!');
	ck_assert_int_eq(decode_base62(slice_of(text, width), back, len), ERR_OK);
	ck_assert(memcmp(bytes, back, len) == 0);
}

START_TEST(round_trips_of_every_length)
{
	uint8_t bytes[64] = { 0 };
	size_t len = (size_t)_i;
	round_trip(bytes, len);
	memset(bytes, 0xff, sizeof(bytes));
	round_trip(bytes, len);
	for (int i = 0; i < 50; i++) {
		rng_bytes(bytes, sizeof(bytes));
		round_trip(bytes, len);
	}
}
END_TEST

static const struct refusal_row {
	const char *name;
	struct slice text;
	size_t len;
} refusal_rows[] = {
	{ .name = "2^48", .text = SLICE("1HvWXNAa8"), .len = 6 },
	{ .name = "the greatest of nine digits", .text = SLICE("zzzzzzzzz"), .len = 6 },
	{ .name = "256 in one byte", .text = SLICE("48"), .len = 1 },
	{ .name = "2^64", .text = SLICE("LygHa16AHYG"), .len = 8 },
	{ .name = "the greatest of eleven digits", .text = SLICE("zzzzzzzzzzz"), .len = 8 },
	{ .name = "the greatest of 22 digits", .text = SLICE("zzzzzzzzzzzzzzzzzzzzzz"), .len = 16 },
	{ .name = "the greatest of 43 digits",
	  .text = SLICE("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
	  .len = 32 },
	{ .name = "a digit too few", .text = SLICE("00000000"), .len = 6 },
	{ .name = "a digit too many", .text = SLICE("0000000000"), .len = 6 },
	{ .name = "nothing", .text = SLICE(""), .len = 6 },
	{ .name = "a dash", .text = SLICE("00000000-"), .len = 6 },
	{ .name = "a blank first", .text = SLICE(" 00000000"), .len = 6 },
	{ .name = "an underscore", .text = SLICE("0000_0000"), .len = 6 },
	{ .name = "a NUL",
	  .text = SLICE("0000\0"
			"0000"),
	  .len = 6 },
	{ .name = "a byte that is not ASCII",
	  .text = SLICE("0000\xff"
			"0000"),
	  .len = 6 },
	{ .name = "characters beside the ranges", .text = SLICE("/:@[`{000"), .len = 6 },
};

START_TEST(refusal)
{
	const struct refusal_row *row = &refusal_rows[_i];
	uint8_t bytes[64];
	ck_assert_msg(decode_base62(row->text, bytes, row->len) == ERR_INVALID, "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, known_width, 0, ARRAY_LEN(width_rows));
	tcase_add_loop_test(tc, known_value, 0, ARRAY_LEN(value_rows));
	tcase_add_loop_test(tc, round_trips_of_every_length, 0, 65);
	tcase_add_loop_test(tc, refusal, 0, ARRAY_LEN(refusal_rows));
}

TEST_MAIN("base/encode_base62", add_tests)
