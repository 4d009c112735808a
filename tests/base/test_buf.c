/* SPDX-License-Identifier: Apache-2.0
 *
 * The text builder: it grows to its cap, and once something did not fit it takes nothing more. */
#include "base/buf.h"

#include "check_main.h"
#include "check_slice.h"

START_TEST(builds)
{
	AUTO_FINI(buf) struct buf buf;
	buf_init(&buf, 1000);
	ck_slice_str(buf_slice(&buf), "");
	buf_add(&buf, SLICE("a\0b"));
	buf_add_str(&buf, "cd");
	buf_add_byte(&buf, 'e');
	buf_addf(&buf, "-%d-%s", 12, "x");
	ck_slice_eq(buf_slice(&buf), SLICE("a\0bcde-12-x"));
	ck_assert(buf_is_whole(&buf));
}
END_TEST

static void fill(struct buf *buf, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_addf(buf, "%04zu", i);
}

START_TEST(grows_on_the_heap)
{
	AUTO_FINI(buf) struct buf buf;
	buf_init(&buf, 40000);
	fill(&buf, 10000);
	ck_assert(buf_is_whole(&buf));
	ck_assert_uint_eq(buf.len, 40000);
	ck_slice_str(slice_sub(buf_slice(&buf), 39996, 4), "9999");
	buf_add_byte(&buf, 'x');
	ck_assert(!buf_is_whole(&buf));
	ck_assert_uint_eq(buf.len, 40000);
}
END_TEST

START_TEST(grows_in_an_arena)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct buf buf;
	buf_init_arena(&buf, arena, 100000);
	fill(&buf, 10000);
	ck_assert(buf_is_whole(&buf));
	ck_slice_str(slice_sub(buf_slice(&buf), 0, 8), "00000001");
	buf_fini(&buf);
	ck_slice_str(buf_slice(&buf), "");
}
END_TEST

START_TEST(is_always_a_beginning)
{
	AUTO_FINI(buf) struct buf buf;
	buf_init(&buf, 5);
	buf_add_str(&buf, "abc");
	buf_add_str(&buf, "def");
	ck_assert(!buf_is_whole(&buf));
	buf_add_byte(&buf, 'g');
	ck_slice_str(buf_slice(&buf), "abc");
}
END_TEST

START_TEST(refuses_what_formats_to_too_much)
{
	AUTO_FINI(buf) struct buf buf;
	buf_init(&buf, 5);
	buf_addf(&buf, "%d", 12345);
	ck_assert(buf_is_whole(&buf));
	buf_reset(&buf);
	buf_addf(&buf, "%d", 123456);
	ck_assert(!buf_is_whole(&buf));
	ck_slice_str(buf_slice(&buf), "");
}
END_TEST

START_TEST(holds_nothing_with_a_cap_of_nothing)
{
	AUTO_FINI(buf) struct buf buf;
	buf_init(&buf, 0);
	buf_add_str(&buf, "");
	ck_assert(buf_is_whole(&buf));
	buf_add_byte(&buf, 'a');
	ck_assert(!buf_is_whole(&buf));
	ck_slice_str(buf_slice(&buf), "");
}
END_TEST

START_TEST(reset_forgets_the_cut)
{
	AUTO_FINI(buf) struct buf buf;
	buf_init(&buf, 3);
	buf_add_str(&buf, "abcd");
	buf_reset(&buf);
	buf_add_str(&buf, "xyz");
	ck_assert(buf_is_whole(&buf));
	ck_slice_str(buf_slice(&buf), "xyz");
}
END_TEST

START_TEST(puts_separators_between_parts)
{
	AUTO_FINI(buf) struct buf buf;
	buf_init(&buf, 6);
	buf_add_part(&buf, ' ', SLICE("a"));
	ck_slice_str(buf_slice(&buf), "a");
	buf_add_part(&buf, ' ', SLICE("bc"));
	buf_add_part(&buf, ',', SLICE(""));
	ck_slice_str(buf_slice(&buf), "a bc,");
	ck_assert(buf_is_whole(&buf));
	buf_add_part(&buf, ',', SLICE("d"));
	ck_assert(!buf_is_whole(&buf));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, builds);
	tcase_add_test(tc, puts_separators_between_parts);
	tcase_add_test(tc, grows_on_the_heap);
	tcase_add_test(tc, grows_in_an_arena);
	tcase_add_test(tc, is_always_a_beginning);
	tcase_add_test(tc, refuses_what_formats_to_too_much);
	tcase_add_test(tc, holds_nothing_with_a_cap_of_nothing);
	tcase_add_test(tc, reset_forgets_the_cut);
}

TEST_MAIN("base/buf", add_tests)
