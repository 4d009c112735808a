/* SPDX-License-Identifier: Apache-2.0
 *
 * Every error has a name of its own. */
#include "base/err.h"

#include "check_main.h"

START_TEST(names_differ)
{
	for (int a = 0; a < ERR_COUNT; a++) {
		ck_assert_ptr_nonnull(err_name((enum err)a));
		for (int b = 0; b < a; b++)
			ck_assert_str_ne(err_name((enum err)a), err_name((enum err)b));
	}
	ck_assert_str_eq(err_name(ERR_CONFLICT), "conflict");
}
END_TEST

START_TEST(others_are_unknown)
{
	ck_assert_str_eq(err_name(ERR_COUNT), "unknown");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, names_differ);
	tcase_add_test(tc, others_are_unknown);
}

TEST_MAIN("base/err", add_tests)
