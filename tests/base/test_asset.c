/* SPDX-License-Identifier: Apache-2.0
 *
 * The built-in files stand in the order in which migrations are run. */
#include "base/asset.h"

#include <string.h>

#include "check_main.h"

START_TEST(is_sorted)
{
	for (size_t i = 1; i < asset_count; i++)
		ck_assert_int_lt(strcmp(asset_table[i - 1].name, asset_table[i].name), 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, is_sorted);
}

TEST_MAIN("base/asset", add_tests)
