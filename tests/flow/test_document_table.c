/* SPDX-License-Identifier: Apache-2.0
 *
 * What could not be had is left alone for a while. */
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

START_TEST(a_failure_is_left_alone_for_its_time_and_forgotten_with_success)
{
	char text[32];
	struct slice one = name(text, 1);
	ck_assert(!document_table_has_failed(table, one, 1000));
	document_table_put(table, one, 61000);
	ck_assert(document_table_has_failed(table, one, 60999));
	ck_assert(!document_table_has_failed(table, one, 61000));
	document_table_put(table, one, 0);
	ck_assert(!document_table_has_failed(table, one, 1000));
}
END_TEST

START_TEST(what_did_not_fail_is_not_remembered)
{
	char text[32];
	document_table_put(table, name(text, 1), 0);
	ck_assert(!document_table_has_failed(table, name(text, 1), 1000));
	document_table_put(table, name(text, 1), 61000);
	ck_assert(!document_table_has_failed(table, name(text, 2), 1000));
}
END_TEST

START_TEST(what_fails_takes_no_memory_without_end)
{
	char text[32];
	for (int i = 0; i < DOCUMENT_TABLE_FAILURES + 1; i++)
		document_table_put(table, name(text, i), 61000 + i);
	/* the oldest made room for the newest */
	ck_assert(document_table_has_failed(table, name(text, DOCUMENT_TABLE_FAILURES), 1000));
	ck_assert(document_table_has_failed(table, name(text, 1), 1000));
	ck_assert(!document_table_has_failed(table, name(text, 0), 1000));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_failure_is_left_alone_for_its_time_and_forgotten_with_success);
	tcase_add_test(tc, what_did_not_fail_is_not_remembered);
	tcase_add_test(tc, what_fails_takes_no_memory_without_end);
}

TEST_MAIN("flow/document_table", add_tests)
