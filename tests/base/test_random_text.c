/* SPDX-License-Identifier: Apache-2.0
 *
 * Drawn texts have their prefix and their width, are made of the letters of base62, and differ. */
#include "base/random_text.h"

#include "base/encode.h"
#include "check_main.h"

static const struct {
	const char *name;
	const char *prefix;
	size_t bytes;
	size_t len;
} rows[] = {
	{ .name = "a handle", .prefix = "", .bytes = 16, .len = 22 },
	{ .name = "a secret with a prefix", .prefix = "dcs_", .bytes = 32, .len = 4 + 43 },
	{ .name = "the longest",
	  .prefix = "a prefix",
	  .bytes = RANDOM_TEXT_BYTES_MAX,
	  .len = 8 + 86 },
};

START_TEST(has_prefix_width_and_letters)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice prefix = slice_str(rows[_i].prefix);
	struct slice text = random_text(arena, prefix, rows[_i].bytes);
	uint8_t bytes[RANDOM_TEXT_BYTES_MAX];
	ck_assert_msg(text.len == rows[_i].len, "%s", rows[_i].name);
	ck_assert_msg(slice_has_prefix(text, prefix), "%s", rows[_i].name);
	ck_assert_msg(decode_base62(slice_sub(text, prefix.len, text.len), bytes, rows[_i].bytes) ==
			      ERR_OK,
		      "%s", rows[_i].name);
}
END_TEST

START_TEST(differs)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice first = random_text(arena, SLICE_EMPTY, 16);
	for (int i = 0; i < 20; i++)
		ck_assert(!slice_equal(first, random_text(arena, SLICE_EMPTY, 16)));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, has_prefix_width_and_letters, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, differs);
}

TEST_MAIN("base/random_text", add_tests)
