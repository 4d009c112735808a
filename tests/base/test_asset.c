/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in files: every one is found under its name, and nothing else is. */
#include "base/asset.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

START_TEST(finds_every_one)
{
	for (size_t i = 0; i < asset_count; i++) {
		struct slice data;
		ck_assert_int_eq(asset_find(slice_str(asset_table[i].name), &data), FOUND);
		ck_assert(data.ptr == (const char *)asset_table[i].data);
		ck_assert_uint_eq(data.len, asset_table[i].len);
	}
}
END_TEST

START_TEST(is_sorted)
{
	for (size_t i = 1; i < asset_count; i++)
		ck_assert_int_lt(strcmp(asset_table[i - 1].name, asset_table[i].name), 0);
}
END_TEST

static const struct slice absent[] = {
	SLICE("static/nothing"), SLICE(""),
	SLICE("static/"),        SLICE("static/../templates/base.html"),
	SLICE("\xff"),           SLICE("zzz"),
};

START_TEST(finds_nothing_else)
{
	struct slice data;
	ck_assert_int_eq(asset_find(absent[_i], &data), ABSENT);
}
END_TEST

START_TEST(takes_no_more_than_the_name)
{
	for (size_t i = 0; i < asset_count; i++) {
		struct slice data;
		struct slice name = slice_str(asset_table[i].name);
		ck_assert_int_eq(asset_find(slice_of(name.ptr, name.len + 1), &data), ABSENT);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, finds_every_one);
	tcase_add_test(tc, is_sorted);
	tcase_add_loop_test(tc, finds_nothing_else, 0, ARRAY_LEN(absent));
	tcase_add_test(tc, takes_no_more_than_the_name);
}

TEST_MAIN("base/asset", add_tests)
