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
	int64_t after = (int64_t)time(NULL) + 1;
	ck_assert_int_ge(now, before);
	ck_assert_int_le(now, after);
	ck_assert_int_ge(now_ms / 1000, now);
	ck_assert_int_le(now_ms / 1000, after);
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

/* Whole seconds, rounded up. */
static int64_t passed_since(int64_t mono_ms)
{
	return (clock_mono_ms() - mono_ms) / 1000 + 1;
}

START_TEST(follows_another_clock)
{
	int64_t mono = clock_mono_ms();
	clock_follow(4102444800000, mono);
	int64_t followed = clock_now();
	ck_assert_int_ge(followed, 4102444800);
	ck_assert_int_le(followed, 4102444800 + passed_since(mono));
	/* That of the log stays the machine's. */
	ck_assert_int_le(clock_now_ms() / 1000, (int64_t)time(NULL) + 1);
	/* It was later when the question came back. */
	clock_follow(4102444800000, mono - 60000);
	followed = clock_now();
	ck_assert_int_ge(followed, 4102444860);
	ck_assert_int_le(followed, 4102444860 + passed_since(mono));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, tells_the_time);
	tcase_add_test(tc, never_steps_back);
	tcase_add_test(tc, follows_another_clock);
}

TEST_MAIN("base/clock", add_tests)
