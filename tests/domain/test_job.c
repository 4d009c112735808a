/* SPDX-License-Identifier: Apache-2.0
 *
 * When a job is tried again, and when it is given up. */
#include "domain/job.h"

#include "check_main.h"

enum { MADE = 1700000000 };

static const struct row {
	const char *name;
	uint32_t attempts;
	int64_t age;   /* of the job, now */
	int64_t pause; /* 0: given up */
} rows[] = {
	{ .name = "after the first attempt soon", .attempts = 0, .pause = 10 },
	{ .name = "then three times as late", .attempts = 1, .age = 10, .pause = 30 },
	{ .name = "and again", .attempts = 2, .age = 40, .pause = 90 },
	{ .name = "later every few hours", .attempts = 8, .age = 30000, .pause = 14400 },
	{ .name = "whatever the number", .attempts = UINT32_MAX, .age = 1, .pause = 14400 },
	{ .name = "up to the last second of the day",
	  .attempts = 9,
	  .age = 86400 - 14400,
	  .pause = 14400 },
	{ .name = "not beyond the day", .attempts = 9, .age = 86400 - 14399, .pause = 0 },
	{ .name = "not after it, however few attempts there were", .age = 86400, .pause = 0 },
};

START_TEST(a_job_is_tried_again)
{
	const struct row *row = &rows[_i];
	const struct job_row job = { .created = MADE, .attempts = row->attempts };
	int64_t now = MADE + row->age;
	int64_t next = job_next_attempt(&job, now);
	ck_assert_msg(next == (row->pause == 0 ? 0 : now + row->pause), "%s", row->name);
}
END_TEST

START_TEST(a_job_that_always_fails_ends)
{
	struct job_row job = { .created = MADE };
	int64_t now = MADE;
	int64_t next;
	while ((next = job_next_attempt(&job, now)) != 0) {
		ck_assert_int_gt(next, now);
		now = next;
		job.attempts++;
	}
	ck_assert_uint_ge(job.attempts, 8);
	ck_assert_uint_le(job.attempts, 20);
	ck_assert_int_gt(now, MADE + JOB_GIVEN_UP_S / 2);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, a_job_is_tried_again, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_job_that_always_fails_ends);
}

TEST_MAIN("domain/job", add_tests)
