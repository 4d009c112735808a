/* SPDX-License-Identifier: Apache-2.0
 *
 * A broken invariant ends the process; one that holds costs nothing. */
#include "base/ensure.h"

#include <limits.h>
#include <signal.h>

#include "check_main.h"

START_TEST(goes_on_when_it_holds)
{
	int asked = 0;
	ensure(++asked == 1);
	ck_assert_int_eq(asked, 1);
}
END_TEST

START_TEST(stops_when_it_does_not)
{
	ensure(1 == 2);
}
END_TEST

START_TEST(allocates)
{
	unsigned char *bytes = xcalloc(3, 5);
	for (size_t i = 0; i < 15; i++)
		ck_assert_uint_eq(bytes[i], 0);
	bytes = xrealloc(bytes, 100);
	free(bytes);
	void *nothing = xmalloc(0);
	ck_assert_ptr_nonnull(nothing);
	free(nothing);
}
END_TEST

START_TEST(stops_when_a_product_overflows)
{
	free(xcalloc(ULONG_MAX / 2, 3));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, goes_on_when_it_holds);
	tcase_add_test_raise_signal(tc, stops_when_it_does_not, SIGABRT);
	tcase_add_test(tc, allocates);
	tcase_add_test_raise_signal(tc, stops_when_a_product_overflows, SIGABRT);
}

TEST_MAIN("base/ensure", add_tests)
