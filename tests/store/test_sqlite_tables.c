/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of tables names every table and every column of the SQLite schema: what is missing there
 * would be missing in each copy. */
#include "check_main.h"

#include <stdio.h>

#include "contract.h"
#include "sqlite_engine.h"
#include "store/table.h"
#include "world.h"

START_TEST(every_table_is_in_the_list)
{
	world_set_engine(&sqlite_for_tests);
	WORLD_EMPTY(w);
	ck_assert_int_eq(
		sqlite_number(
			w.database,
			"SELECT count(*) FROM sqlite_schema WHERE type = 'table'"
			" AND name NOT IN ('migration', 'lease') AND name NOT LIKE 'sqlite_%'"),
		(int64_t)table_count);
}
END_TEST

START_TEST(every_column_is_in_the_list)
{
	const struct table *table = &table_list[_i];
	world_set_engine(&sqlite_for_tests);
	WORLD_EMPTY(w);
	char sql[256];
	snprintf(sql, sizeof(sql), "SELECT count(*) FROM pragma_table_info('%s')", table->name);
	ck_assert_int_eq(sqlite_number(w.database, sql), (int64_t)table->column_count);
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		snprintf(sql, sizeof(sql),
			 "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'"
			 " AND (\"notnull\" = %d OR pk > 0)",
			 table->name, column->name, !column->nullable && !column->local);
		ck_assert_msg(sqlite_number(w.database, sql) == 1, "%s.%s", table->name,
			      column->name);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, every_table_is_in_the_list);
	tcase_add_loop_test(tc, every_column_is_in_the_list, 0, (int)table_count);
}

TEST_MAIN("store/sqlite_tables", add_tests)
