/* SPDX-License-Identifier: Apache-2.0
 *
 * Spans of time, read and written. */
#include "config/duration.h"

#include "check_main.h"

static const struct row {
	const char *name;
	const char *text;
	int64_t seconds;
	const char *written; /* NULL: the text is refused */
} rows[] = {
	{ "plain seconds", "90", 90, "90s" },
	{ "seconds", "45s", 45, "45s" },
	{ "minutes", "10m", 600, "10m" },
	{ "hours", "12h", 43200, "12h" },
	{ "days", "30d", 2592000, "30d" },
	{ "nothing", "0", 0, "0" },
	{ "no days", "0d", 0, "0" },
	{ "written with the largest unit that fits", "3600", 3600, "1h" },
	{ "an empty text", "", 0, NULL },
	{ "a unit alone", "m", 0, NULL },
	{ "a number below zero", "-5s", 0, NULL },
	{ "a sign", "+5", 0, NULL },
	{ "a sum", "1h30m", 0, NULL },
	{ "a unit that is not known", "2w", 0, NULL },
	{ "a blank between", "5 m", 0, NULL },
	{ "an upper-case unit", "5M", 0, NULL },
	{ "a fraction", "1.5h", 0, NULL },
	{ "more than fits", "9223372036854775807d", 0, NULL },
	{ "more digits than fit", "99999999999999999999", 0, NULL },
};

START_TEST(reads_and_writes)
{
	const struct row *row = &rows[_i];
	int64_t seconds = 0;
	char text[DURATION_TEXT_MAX];
	enum err err = duration_parse(slice_str(row->text), &seconds);

	ck_assert_msg((err == ERR_OK) == (row->written != NULL), "%s", row->name);
	if (err != ERR_OK)
		return;
	ck_assert_int_eq(seconds, row->seconds);
	ck_assert_str_eq(duration_text(seconds, text), row->written);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, reads_and_writes, 0, ARRAY_LEN(rows));
}

TEST_MAIN("config/duration", add_tests)
