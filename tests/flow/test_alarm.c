/* SPDX-License-Identifier: Apache-2.0
 *
 * What a node knows of being attacked: the flag, and marks that end, are of one counter alone, and
 * may be forgotten. */
#include "flow/alarm.h"

#include <pthread.h>

#include "base/attr.h"
#include "check_main.h"

static struct hash counter_of(uint64_t number)
{
	struct hash hash;
	hash_sha256(slice_of(&number, sizeof(number)), &hash);
	return hash;
}

START_TEST(the_flag_follows)
{
	AUTO(alarm) struct alarm *alarm = alarm_new();
	ck_assert(!alarm_code_attack(alarm));
	alarm_set_code_attack(alarm, true);
	ck_assert(alarm_code_attack(alarm));
	alarm_set_code_attack(alarm, false);
	ck_assert(!alarm_code_attack(alarm));
}
END_TEST

static const struct row {
	const char *name;
	uint64_t blocked;
	int64_t until;
	uint64_t asked;
	int64_t now;
	int64_t left;
} rows[] = {
	{ .name = "blocked", .blocked = 1, .until = 100, .asked = 1, .now = 40, .left = 60 },
	{ .name = "in its last second",
	  .blocked = 1,
	  .until = 100,
	  .asked = 1,
	  .now = 99,
	  .left = 1 },
	{ .name = "a clock that was set back",
	  .blocked = 1,
	  .until = 100,
	  .asked = 1,
	  .now = -10,
	  .left = 110 },
	{ .name = "over", .blocked = 1, .until = 100, .asked = 1, .now = 100 },
	{ .name = "long over", .blocked = 1, .until = 100, .asked = 1, .now = 5000 },
	{ .name = "another counter", .blocked = 1, .until = 100, .asked = 2, .now = 40 },
};

START_TEST(a_mark_ends)
{
	const struct row *row = &rows[_i];
	AUTO(alarm) struct alarm *alarm = alarm_new();
	struct hash blocked = counter_of(row->blocked);
	struct hash asked = counter_of(row->asked);
	ck_assert_int_eq(alarm_blocked_for(alarm, &asked, row->now), 0);
	alarm_block(alarm, &blocked, row->until);
	ck_assert_msg(alarm_blocked_for(alarm, &asked, row->now) == row->left, "%s", row->name);
}
END_TEST

START_TEST(a_counter_of_zeros_is_not_blocked_by_empty_places)
{
	AUTO(alarm) struct alarm *alarm = alarm_new();
	struct hash zeros = { { 0 } };
	struct hash one = counter_of(1);
	alarm_block(alarm, &one, 100);
	ck_assert_int_eq(alarm_blocked_for(alarm, &zeros, 1), 0);
}
END_TEST

START_TEST(a_mark_is_renewed)
{
	AUTO(alarm) struct alarm *alarm = alarm_new();
	struct hash one = counter_of(1);
	alarm_block(alarm, &one, 100);
	alarm_block(alarm, &one, 200);
	ck_assert_int_eq(alarm_blocked_for(alarm, &one, 150), 50);
}
END_TEST

START_TEST(a_newer_mark_takes_the_place_of_another)
{
	AUTO(alarm) struct alarm *alarm = alarm_new();
	struct hash one = counter_of(1);
	struct hash two = one;
	two.bytes[HASH_BYTES - 1] ^= 1; /* the same place */
	alarm_block(alarm, &one, 100);
	alarm_block(alarm, &two, 200);
	ck_assert_int_eq(alarm_blocked_for(alarm, &one, 50), 0);
	ck_assert_int_eq(alarm_blocked_for(alarm, &two, 50), 150);
}
END_TEST

START_TEST(any_number_of_marks_fits)
{
	AUTO(alarm) struct alarm *alarm = alarm_new();
	for (uint64_t i = 0; i < 20000; i++) {
		struct hash hash = counter_of(i);
		alarm_block(alarm, &hash, 100);
		ck_assert_int_eq(alarm_blocked_for(alarm, &hash, 50), 50);
	}
}
END_TEST

START_TEST(without_an_alarm_nothing_is_blocked)
{
	struct hash one = counter_of(1);
	struct alarm *none = NULL;
	alarm_set_code_attack(none, true);
	alarm_block(none, &one, 100);
	ck_assert(!alarm_code_attack(none));
	ck_assert_int_eq(alarm_blocked_for(none, &one, 1), 0);
	alarm_free(&none);
}
END_TEST

static void *work(void *arg)
{
	struct alarm *alarm = arg;
	for (uint64_t i = 0; i < 20000; i++) {
		struct hash hash = { { (uint8_t)(i % 64) } }; /* each its own place */
		alarm_block(alarm, &hash, 100);
		alarm_set_code_attack(alarm, i % 2);
		if (alarm_blocked_for(alarm, &hash, 50) != 50)
			return alarm;
	}
	return NULL;
}

START_TEST(many_threads)
{
	AUTO(alarm) struct alarm *alarm = alarm_new();
	pthread_t threads[4];
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, work, alarm), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
		void *failed = alarm;
		pthread_join(threads[i], &failed);
		ck_assert_ptr_null(failed);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, the_flag_follows);
	tcase_add_loop_test(tc, a_mark_ends, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_counter_of_zeros_is_not_blocked_by_empty_places);
	tcase_add_test(tc, a_mark_is_renewed);
	tcase_add_test(tc, a_newer_mark_takes_the_place_of_another);
	tcase_add_test(tc, any_number_of_marks_fits);
	tcase_add_test(tc, without_an_alarm_nothing_is_blocked);
	tcase_add_test(tc, many_threads);
}

TEST_MAIN("flow/alarm", add_tests)
