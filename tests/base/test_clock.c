/* SPDX-License-Identifier: Apache-2.0
 *
 * The clocks agree with the system's and with each other. */
#include "base/clock.h"

#include <time.h>

#include "check_main.h"

START_TEST(tells_the_time)
{
	int64_t before = (int64_t)time(NULL);
	int64_t now = clock_now();
	int64_t now_ms = clock_now_ms();
	/* time() may lag behind by a tick. */
	ck_assert_int_ge(now, before);
	ck_assert_int_le(now, before + 2);
	ck_assert_int_ge(now_ms / 1000, now);
	ck_assert_int_le(now_ms / 1000, now + 2);
}
END_TEST

START_TEST(never_steps_back)
{
	int64_t last = clock_mono_us();
	for (int i = 0; i < 1000; i++) {
		int64_t us = clock_mono_us();
		int64_t ms = clock_mono_ms();
		ck_assert_int_ge(us, last);
		ck_assert_int_ge(ms, us / 1000);
		last = us;
	}
}
END_TEST

START_TEST(follows_another_clock)
{
	int64_t mono = clock_mono_ms();
	clock_follow(4102444800000, mono);
	ck_assert_int_ge(clock_now(), 4102444800);
	ck_assert_int_le(clock_now(), 4102444802);
	/* That of the log stays the machine's. */
	ck_assert_int_le(clock_now_ms() / 1000, (int64_t)time(NULL) + 2);
	/* It was later when the question came back. */
	clock_follow(4102444800000, mono - 60000);
	ck_assert_int_ge(clock_now(), 4102444860);
	ck_assert_int_le(clock_now(), 4102444862);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, tells_the_time);
	tcase_add_test(tc, never_steps_back);
	tcase_add_test(tc, follows_another_clock);
}

TEST_MAIN("base/clock", add_tests)
