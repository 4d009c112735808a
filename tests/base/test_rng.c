/* SPDX-License-Identifier: Apache-2.0
 *
 * Random bytes come, fill what they are asked to fill and no more, and differ. */
#include "base/rng.h"

#include <string.h>

#include "check_main.h"

START_TEST(differs)
{
	unsigned char a[32], b[32];
	rng_bytes(a, sizeof(a));
	rng_bytes(b, sizeof(b));
	ck_assert(memcmp(a, b, sizeof(a)) != 0);
}
END_TEST

START_TEST(stays_in_its_bounds)
{
	unsigned char bytes[34] = { 0 };
	for (int i = 0; i < 20; i++)
		rng_bytes(bytes + 1, 32);
	ck_assert(bytes[0] == 0 && bytes[33] == 0);
	rng_bytes(bytes, 0);
	ck_assert(bytes[0] == 0);
}
END_TEST

START_TEST(starts_twice)
{
	rng_init();
	rng_init();
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, differs);
	tcase_add_test(tc, stays_in_its_bounds);
	tcase_add_test(tc, starts_twice);
}

TEST_MAIN("base/rng", add_tests)
