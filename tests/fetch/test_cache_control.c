/* SPDX-License-Identifier: Apache-2.0
 *
 * What Cache-Control says of how long something may be kept. */
#include "fetch/cache_control.h"

#include "check_main.h"

static const struct row {
	const char *value;
	int64_t age;
} rows[] = {
	{ "max-age=3600", 3600 },
	{ "public, max-age=60", 60 },
	{ "MAX-AGE=60 , must-revalidate", 60 },
	{ "max-age=\"60\"", 60 },
	{ "max-age=0", 0 },
	{ "no-store", 0 },
	{ "no-cache", 0 },
	{ "max-age=60, no-store", 0 },
	{ "no-cache=\"Set-Cookie\", max-age=60", 0 },
	{ "max-age=99999999999999999999", INT32_MAX },

	{ "", -1 },
	{ "public", -1 },
	{ "max-age", -1 },
	{ "max-age=", -1 },
	{ "max-age=-1", -1 },
	{ "max-age=1h", -1 },
	{ "s-maxage=60", -1 },
	{ "x-max-age=60", -1 },
	{ ",,=,", -1 },
};

START_TEST(values)
{
	int64_t age = cache_control_max_age(slice_str(rows[_i].value));
	ck_assert_msg(age == rows[_i].age, "%s: %lld", rows[_i].value, (long long)age);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, values, 0, ARRAY_LEN(rows));
}

TEST_MAIN("fetch/cache_control", add_tests)
