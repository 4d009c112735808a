/* SPDX-License-Identifier: Apache-2.0
 *
 * The list of tables names every table and every column of the PostgreSQL schema: what is missing
 * there would be missing in each copy. What a copy does not take, or makes anew, is named here. */
#include "check_main.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "contract.h"
#include "postgres_engine.h"
#include "store/table.h"
#include "world.h"

enum { SQL_MAX = 512 };

static int64_t number(const char *database, const char *sql)
{
	PGconn *pg = PQconnectdb(database);
	ck_assert_msg(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
	PGresult *result = PQexec(pg, sql);
	ck_assert_msg(PQresultStatus(result) == PGRES_TUPLES_OK, "%s", PQerrorMessage(pg));
	ck_assert_int_eq(PQntuples(result), 1);
	int64_t value = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	PQclear(result);
	PQfinish(pg);
	return value;
}

START_TEST(every_table_is_in_the_list)
{
	world_set_engine(&postgres_for_tests);
	WORLD_EMPTY(w);
	ck_assert_int_eq(number(w.database, "SELECT count(*) FROM information_schema.tables"
					    " WHERE table_schema = 'public' AND table_name NOT IN"
					    " ('migration', 'lease', 'node', 'user_name')"),
			 (int64_t)table_count);
}
END_TEST

/* The types that COPY is given text for. */
static const char *const types[] = {
	[VALUE_INT] = "'smallint', 'integer', 'bigint'",
	[VALUE_BOOL] = "'boolean'",
	[VALUE_TEXT] = "'text'",
	[VALUE_BLOB] = "'bytea'",
	[VALUE_ID] = "'uuid'",
};

START_TEST(every_column_is_in_the_list)
{
	const struct table *table = &table_list[_i];
	world_set_engine(&postgres_for_tests);
	WORLD_EMPTY(w);
	char sql[SQL_MAX];
	snprintf(sql, sizeof(sql),
		 "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public'"
		 " AND table_name = '%s' AND NOT (table_name = 'event' AND column_name = 'shard')",
		 table->name);
	ck_assert_int_eq(number(w.database, sql), (int64_t)table->column_count);
	for (size_t i = 0; i < table->column_count; i++) {
		const struct column *column = &table->columns[i];
		snprintf(sql, sizeof(sql),
			 "SELECT count(*) FROM information_schema.columns"
			 " WHERE table_schema = 'public' AND table_name = '%s'"
			 " AND column_name = '%s' AND is_nullable = '%s' AND data_type IN (%s)",
			 table->name, column->name, column->nullable ? "YES" : "NO",
			 types[column->type]);
		ck_assert_msg(number(w.database, sql) == 1, "%s.%s", table->name, column->name);
	}
}
END_TEST

/* Two copies are read side by side, so both engines must have the same idea of what comes next:
 * that of the bytes. */
START_TEST(text_that_orders_a_copy_is_ordered_by_its_bytes)
{
	world_set_engine(&postgres_for_tests);
	WORLD_EMPTY(w);
	ck_assert_int_eq(number(w.database,
				"SELECT count(*) FROM information_schema.columns"
				" WHERE table_schema = 'public' AND collation_name = 'C'"
				" AND (table_name, column_name) IN"
				" (('meta', 'name'), ('credential', 'kind'))"),
			 2);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, every_table_is_in_the_list);
	tcase_add_loop_test(tc, every_column_is_in_the_list, 0, (int)table_count);
	tcase_add_test(tc, text_that_orders_a_copy_is_ordered_by_its_bytes);
}

TEST_MAIN("store/postgres_tables", add_tests)
