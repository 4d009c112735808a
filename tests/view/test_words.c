/* SPDX-License-Identifier: Apache-2.0
 *
 * Ages, spans and dates in words. */
#include "check_main.h"

#include "view/words.h"

struct row {
	const char *name;
	struct slice (*words)(struct arena *arena, int64_t number);
	int64_t number;
	const char *expect;
};

static const struct row rows[] = {
	{ "what lies in the future is just now", words_age, -5, "just now" },
	{ "the least number is just now", words_age, INT64_MIN, "just now" },
	{ "nine seconds are just now", words_age, 9, "just now" },
	{ "ten seconds are told", words_age, 10, "10 seconds ago" },
	{ "a whole minute is one", words_age, 60, "1 minute ago" },
	{ "ninety seconds stay seconds", words_age, 90, "90 seconds ago" },
	{ "an age is rounded down", words_age, 179, "2 minutes ago" },
	{ "an hour and a half is told in minutes", words_age, 5400, "90 minutes ago" },
	{ "two hours", words_age, 7200, "2 hours ago" },
	{ "two days", words_age, 2 * 86400 + 5, "2 days ago" },
	{ "ninety days", words_age, INT64_C(90) * 86400, "90 days ago" },
	{ "a year", words_age, INT64_C(365) * 86400, "1 year ago" },
	{ "the greatest number has words too", words_age, INT64_MAX, "292471208677 years ago" },

	{ "what is left is rounded down", words_left, 1799, "29 minutes" },
	{ "half an hour", words_left, 1800, "30 minutes" },
	{ "nothing left", words_left, -3, "0 seconds" },

	{ "in some minutes, rounded up", words_in, 241, "in 5 minutes" },
	{ "in whole minutes", words_in, 120, "in 2 minutes" },
	{ "in one second", words_in, 1, "in 1 second" },
	{ "the greatest wait does not overflow", words_in, INT64_MAX, "in 292471208678 years" },
	{ "no time at all is now", words_in, 0, "now" },
	{ "the past is now", words_in, -10, "now" },

	{ "the first moment", words_moment, 0, "1 January 1970, 00:00 UTC" },
	{ "a leap day", words_moment, 1709164800, "29 February 2024, 00:00 UTC" },
	{ "the last moment", words_moment, INT64_C(253402300799), "31 December 9999, 23:59 UTC" },
	{ "a moment before 1970 is not known", words_moment, -1, "an unknown date" },
	{ "a moment after the year 9999 is not known", words_moment, INT64_C(253402300800),
	  "an unknown date" },
	{ "a moment in UTC", words_moment, 1795505000, "24 November 2026, 07:23 UTC" },
	{ "a moment with leading zeros", words_moment, 86400 + 65 * 60,
	  "2 January 1970, 01:05 UTC" },
	{ "a moment beyond all calendars", words_moment, INT64_MAX, "an unknown date" },
	{ "a moment before all calendars", words_moment, INT64_MIN, "an unknown date" },
	{ "the form for machines", words_iso, 1795505000, "2026-11-24T07:23:20Z" },
	{ "the form for machines of the last second", words_iso, INT64_C(253402300799),
	  "9999-12-31T23:59:59Z" },
	{ "no form for machines before 1970", words_iso, -1, "" },
	{ "no form for machines after the year 9999", words_iso, INT64_MAX, "" },
};

START_TEST(words)
{
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice got = row->words(arena, row->number);
	ck_assert_msg(slice_equal(got, slice_str(row->expect)), "%s: %.*s", row->name,
		      SLICE_ARG(got));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, words, 0, (int)ARRAY_LEN(rows));
}

TEST_MAIN("view/words", add_tests)
