/* SPDX-License-Identifier: Apache-2.0
 *
 * How many documents are asked for at a time, and what is left alone for a while. */
#include "flow/document_table.h"

#include <stdio.h>

#include "check_main.h"
#include "check_slice.h"

static struct document_table *table;

static void setup(void)
{
	table = document_table_new();
}

static void teardown(void)
{
	document_table_free(&table);
}

static struct slice name(char text[32], int number)
{
	return slice_of(text, (size_t)snprintf(text, 32, "https://app.example/%d", number));
}

START_TEST(four_are_asked_at_a_time)
{
	char text[32];
	for (int i = 0; i < DOCUMENT_TABLE_PLACES; i++)
		ck_assert_int_eq(document_table_enter(table, name(text, i), 1000), DOCUMENT_GO);
	ck_assert_int_eq(document_table_enter(table, name(text, 9), 1000), DOCUMENT_FULL);
	document_table_leave(table, name(text, 0), 0);
	ck_assert_int_eq(document_table_enter(table, name(text, 9), 1000), DOCUMENT_GO);
}
END_TEST

START_TEST(a_failure_is_left_alone_for_its_time_and_forgotten_with_success)
{
	char text[32];
	struct slice one = name(text, 1);
	ck_assert_int_eq(document_table_enter(table, one, 1000), DOCUMENT_GO);
	document_table_leave(table, one, 61000);
	ck_assert_int_eq(document_table_enter(table, one, 60999), DOCUMENT_FAILED);
	ck_assert_int_eq(document_table_enter(table, one, 61000), DOCUMENT_GO);
	document_table_leave(table, one, 0);
	ck_assert_int_eq(document_table_enter(table, one, 1000), DOCUMENT_GO);
}
END_TEST

START_TEST(what_fails_takes_no_place_and_no_memory_without_end)
{
	char text[32];
	for (int i = 0; i < DOCUMENT_TABLE_FAILURES + 1; i++) {
		ck_assert_int_eq(document_table_enter(table, name(text, i), 1000), DOCUMENT_GO);
		document_table_leave(table, name(text, i), 61000 + i);
	}
	/* the oldest made room for the newest */
	ck_assert_int_eq(document_table_enter(table, name(text, DOCUMENT_TABLE_FAILURES), 1000),
			 DOCUMENT_FAILED);
	ck_assert_int_eq(document_table_enter(table, name(text, 1), 1000), DOCUMENT_FAILED);
	ck_assert_int_eq(document_table_enter(table, name(text, 0), 1000), DOCUMENT_GO);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, four_are_asked_at_a_time);
	tcase_add_test(tc, a_failure_is_left_alone_for_its_time_and_forgotten_with_success);
	tcase_add_test(tc, what_fails_takes_no_place_and_no_memory_without_end);
}

TEST_MAIN("flow/document_table", add_tests)
