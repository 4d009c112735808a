/* SPDX-License-Identifier: Apache-2.0
 *
 * The meter of polls: runs of polls as tables, and whole clients as loops. */
#include "domain/poll.h"

#include "base/attr.h"
#include "check_main.h"

enum { POLLS_MAX = 8, PENDING = OAUTH_AUTHORIZATION_PENDING, SLOW = OAUTH_SLOW_DOWN };

struct step {
	int64_t at_ms;
	int answer;
	uint16_t interval_s; /* after it */
};

static const struct run {
	const char *name;
	uint16_t interval_s;
	struct step steps[POLLS_MAX];
} runs[] = {
	/* RFC8628#3.5 */
	{ .name = "the first poll is free", .interval_s = 5, .steps = { { 1, PENDING, 5 } } },
	{ .name = "the first poll is free at the zero of the clock",
	  .interval_s = 5,
	  .steps = { { 0, PENDING, 5 }, { 2000, SLOW, 10 } } },
	{ .name = "at the interval",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 6000, PENDING, 5 }, { 11000, PENDING, 5 } } },
	{ .name = "a second sooner is forgiven",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 5000, PENDING, 5 } } },
	{ .name = "a millisecond less is early",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 4999, SLOW, 10 } } },
	{ .name = "the twin gets the same answer",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 },
		     { 1001, PENDING, 5 },
		     { 6000, PENDING, 5 },
		     { 6001, PENDING, 5 } } },
	{ .name = "a twin at the last moment",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 1400, PENDING, 5 } } },
	{ .name = "a twin too late is early",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 1401, SLOW, 10 } } },
	{ .name = "triplets: the third is early",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 1001, PENDING, 5 }, { 1002, SLOW, 10 } } },
	{ .name = "the twin does not move the last accepted time",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 1400, PENDING, 5 }, { 5000, PENDING, 5 } } },
	{ .name = "a poll that read the clock before the one it follows is its twin",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 990, PENDING, 5 }, { 5000, PENDING, 5 } } },
	{ .name = "measured against the raised interval, from the last accepted poll",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 },
		     { 3000, SLOW, 10 },
		     { 9999, SLOW, 15 },
		     { 15000, PENDING, 15 } } },
	{ .name = "early polls have no twins",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 }, { 3000, SLOW, 10 }, { 3001, SLOW, 15 } } },
	{ .name = "the raised interval stays for all later polls",
	  .interval_s = 5,
	  .steps = { { 1000, PENDING, 5 },
		     { 2000, SLOW, 10 },
		     { 11000, PENDING, 10 },
		     { 16000, SLOW, 15 } } },
	{ .name = "sixty seconds are the most",
	  .interval_s = 55,
	  .steps = { { 1000, PENDING, 55 }, { 2000, SLOW, 60 }, { 3000, SLOW, 60 } } },
	{ .name = "the last step is shorter",
	  .interval_s = 58,
	  .steps = { { 1000, PENDING, 58 }, { 2000, SLOW, 60 }, { 60000, PENDING, 60 } } },
	{ .name = "an interval configured above the cap is not lowered",
	  .interval_s = 90,
	  .steps = { { 1000, PENDING, 90 },
		     { 2000, SLOW, 90 },
		     { 89999, SLOW, 90 },
		     { 90000, PENDING, 90 } } },
	{ .name = "an interval of one second is never early",
	  .interval_s = 1,
	  .steps = { { 1000, PENDING, 1 }, { 1000, PENDING, 1 }, { 1001, PENDING, 1 } } },
};

START_TEST(run_of_polls)
{
	const struct run *run = &runs[_i];
	struct poll poll = { .interval_s = run->interval_s };

	for (int i = 0; i < POLLS_MAX && run->steps[i].answer != 0; i++) {
		const struct step *step = &run->steps[i];

		ck_assert_msg((int)poll_count(&poll, step->at_ms) == step->answer, "%s: answer %d",
			      run->name, i);
		ck_assert_msg(poll.interval_s == step->interval_s, "%s: interval %d after %d",
			      run->name, poll.interval_s, i);
	}
}
END_TEST

START_TEST(pairs_for_ever)
{
	struct poll poll = { .interval_s = 5 };

	for (int64_t at = 1; at < INT64_C(5000) * 1000; at += 5000) {
		ck_assert_int_eq(poll_count(&poll, at), OAUTH_AUTHORIZATION_PENDING);
		ck_assert_int_eq(poll_count(&poll, at + 1), OAUTH_AUTHORIZATION_PENDING);
	}
	ck_assert_uint_eq(poll.interval_s, 5);
}
END_TEST

START_TEST(steady_with_jitter)
{
	/* A network that holds each second poll back by almost a second. */
	struct poll poll = { .interval_s = 5 };

	for (int64_t i = 0; i < 1000; i++) {
		int64_t late = i % 2 == 0 ? 999 : 0;

		ck_assert_int_eq(poll_count(&poll, 1 + i * 5000 + late),
				 OAUTH_AUTHORIZATION_PENDING);
	}
}
END_TEST

START_TEST(flood)
{
	struct poll poll = { .interval_s = 5 };
	int64_t accepted = 0;

	for (int64_t at = 1; at <= INT64_C(600) * 1000; at += 10) {
		int64_t before = poll.accepted_ms;

		(void)poll_count(&poll, at);
		accepted += poll.accepted_ms != before;
		ck_assert_uint_le(poll.interval_s, POLL_INTERVAL_MAX_S);
	}
	/* Once at first, then about once a minute: it costs time, but is never shut out. */
	ck_assert_int_ge(accepted, 10);
	ck_assert_int_le(accepted, 12);
}
END_TEST

/* A client that starts too fast and adds `step_ms` per slow_down; how many of its polls in an hour
 * were accepted, and whether the last ten of them all were. */
static int64_t accepted_in_an_hour(int64_t period_ms, int64_t step_ms, bool *calm)
{
	struct poll poll = { .interval_s = 5 };
	int64_t accepted = 0;
	int in_a_row = 0;

	for (int64_t at = 1; at < INT64_C(3600) * 1000; at += period_ms) {
		bool fine = poll_count(&poll, at) == OAUTH_AUTHORIZATION_PENDING;

		accepted += fine;
		in_a_row = fine ? in_a_row + 1 : 0;
		period_ms += fine ? 0 : step_ms;
	}
	*calm = in_a_row >= 10;
	return accepted;
}

START_TEST(adds_one_second_per_slow_down)
{
	bool calm;

	/* RFC8628#3.5: a client that adds less than it should still gets through, every ninety
	 * seconds or sooner */
	ck_assert_int_ge(accepted_in_an_hour(3000, 1000, &calm), 40);
	ck_assert_int_ge(accepted_in_an_hour(1000, 1000, &calm), 40);
}
END_TEST

START_TEST(adds_five_seconds_per_slow_down)
{
	bool calm;

	/* RFC8628#3.5: a client that does as it is told is soon never slowed again */
	(void)accepted_in_an_hour(1000, 5000, &calm);
	ck_assert(calm);
	(void)accepted_in_an_hour(3000, 5000, &calm);
	ck_assert(calm);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, run_of_polls, 0, ARRAY_LEN(runs));
	tcase_add_test(tc, pairs_for_ever);
	tcase_add_test(tc, steady_with_jitter);
	tcase_add_test(tc, flood);
	tcase_add_test(tc, adds_one_second_per_slow_down);
	tcase_add_test(tc, adds_five_seconds_per_slow_down);
}

TEST_MAIN("domain/poll", add_tests)
