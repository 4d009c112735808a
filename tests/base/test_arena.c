/* SPDX-License-Identifier: Apache-2.0
 *
 * What an arena gives is zeroed, aligned, apart from everything else it gave, and holds until the
 * end. */
#include "base/arena.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static bool is_filled(const unsigned char *bytes, size_t len, unsigned char with)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != with)
			return false;
	}
	return true;
}

START_TEST(is_zeroed_aligned_and_apart)
{
	enum { COUNT = 300 };
	AUTO(arena) struct arena *arena = arena_new();
	unsigned char *given[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		size_t size = i * 37 % 3000;
		given[i] = arena_alloc(arena, size);
		ck_assert_uint_eq((uintptr_t)given[i] % _Alignof(max_align_t), 0);
		ck_assert(is_filled(given[i], size, 0));
		memset(given[i], (int)(i % 255) + 1, size);
	}
	for (size_t i = 0; i < COUNT; i++)
		ck_assert(is_filled(given[i], i * 37 % 3000, (unsigned char)(i % 255 + 1)));
}
END_TEST

START_TEST(gives_large_blocks)
{
	AUTO(arena) struct arena *arena = arena_new();
	enum { LARGE = 1 << 20 };
	unsigned char *first = arena_alloc(arena, LARGE);
	unsigned char *small = arena_alloc(arena, 16);
	unsigned char *second = arena_calloc(arena, LARGE / 8, 8);
	memset(first, 1, LARGE);
	memset(second, 2, LARGE);
	ck_assert(is_filled(small, 16, 0));
	ck_assert(is_filled(first, LARGE, 1));
}
END_TEST

START_TEST(gives_something_for_nothing)
{
	AUTO(arena) struct arena *arena = arena_new();
	ck_assert_ptr_nonnull(arena_alloc(arena, 0));
	ck_assert_ptr_nonnull(arena_calloc(arena, 0, 8));
	ck_assert_ptr_nonnull(arena_slice(arena, SLICE("")).ptr);
	ck_assert_ptr_null(arena_slice(arena, slice_of(NULL, 0)).ptr);
	ck_assert_str_eq(arena_cstr(arena, slice_of(NULL, 0)), "");
}
END_TEST

START_TEST(copies_text)
{
	AUTO(arena) struct arena *arena = arena_new();
	char source[] = "a\0b";
	struct slice copy = arena_slice(arena, slice_of(source, 3));
	char *text = arena_cstr(arena, slice_of(source, 1));
	struct slice both[] = { slice_of(source, 1), slice_of(source + 2, 1) };
	arena_slices(arena, both, ARRAY_LEN(both));
	source[0] = source[2] = 'x';
	ck_slice_eq(copy, SLICE("a\0b"));
	ck_assert_str_eq(text, "a");
	ck_slice_eq(both[0], SLICE("a"));
	ck_slice_eq(both[1], SLICE("b"));
}
END_TEST

START_TEST(formats)
{
	AUTO(arena) struct arena *arena = arena_new();
	ck_slice_str(arena_printf(arena, "%s-%d", "x", 7), "x-7");
	ck_slice_str(arena_printf(arena, "%s", ""), "");
	struct slice wide = arena_printf(arena, "%5000d", 1);
	ck_assert_uint_eq(wide.len, 5000);
	ck_assert(wide.ptr[4999] == '1' && wide.ptr[0] == ' ');
}
END_TEST

START_TEST(free_clears_the_pointer)
{
	struct arena *arena = arena_new();
	arena_free(&arena);
	ck_assert_ptr_null(arena);
	arena_free(&arena);
}
END_TEST

START_TEST(calloc_refuses_an_overflow)
{
	AUTO(arena) struct arena *arena = arena_new();
	arena_calloc(arena, SIZE_MAX / 2, 3);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, is_zeroed_aligned_and_apart);
	tcase_add_test(tc, gives_large_blocks);
	tcase_add_test(tc, gives_something_for_nothing);
	tcase_add_test(tc, copies_text);
	tcase_add_test(tc, formats);
	tcase_add_test(tc, free_clears_the_pointer);
	tcase_add_test_raise_signal(tc, calloc_refuses_an_overflow, SIGABRT);
}

TEST_MAIN("base/arena", add_tests)
