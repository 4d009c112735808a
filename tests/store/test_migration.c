/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps by the names of their files, and what a program may do with a database. */
#include "check_main.h"

#include "store/migration.h"

static const struct asset files[] = {
	{ "sql/one/0001_init.sql", (const unsigned char *)"first", 5 },
	{ "sql/one/0002_more.sql", (const unsigned char *)"second", 6 },
	{ "sql/one/0003_contract_less.sql", (const unsigned char *)"third", 5 },
	{ "sql/one/0005_after_a_gap.sql", (const unsigned char *)"fifth", 5 },
	{ "sql/other/0001_init.sql", (const unsigned char *)"other", 5 },
	{ "templates/login.html", (const unsigned char *)"page", 4 },
};

/* The set as it was when it had `count` files. */
static struct migration_set set_of(size_t count)
{
	return (struct migration_set){ files, count, "sql/one/" };
}

START_TEST(a_step_is_its_file)
{
	struct migration_set set = set_of(ARRAY_LEN(files));
	struct migration step;
	ck_assert(migration_find(&set, 2, &step));
	ck_assert_int_eq(step.version, 2);
	ck_assert(slice_equal(step.name, SLICE("0002_more.sql")));
	ck_assert(slice_equal(step.sql, SLICE("second")));
	ck_assert(!step.contracts);
	ck_assert(migration_find(&set, 3, &step) && step.contracts);
	ck_assert(!migration_find(&set, 0, &step) && !migration_find(&set, 4, &step));
	set.folder = "sql/other/";
	ck_assert(migration_find(&set, 1, &step) && slice_equal(step.sql, SLICE("other")));
	ck_assert(!migration_find(&set, 2, &step));
}
END_TEST

START_TEST(the_newest_is_the_last_before_a_gap)
{
	for (size_t count = 0; count <= 3; count++) {
		struct migration_set set = set_of(count);
		ck_assert_int_eq(migration_newest(&set), (int64_t)count);
	}
	struct migration_set all = set_of(ARRAY_LEN(files));
	ck_assert_int_eq(migration_newest(&all), 3);
}
END_TEST

START_TEST(what_is_built_in_has_no_gap)
{
	static const char *const folders[] = { "sql/sqlite/", "sql/postgres/" };
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		struct migration_set set = migration_built_in(folders[i]);
		int64_t built_in = 0;
		for (size_t j = 0; j < set.count; j++)
			built_in += slice_has_prefix(slice_str(set.files[j].name),
						     slice_str(folders[i]));
		ck_assert_int_gt(built_in, 0);
		ck_assert_int_eq(migration_newest(&set), built_in);
	}
}
END_TEST

START_TEST(only_what_takes_away_asks_for_a_newer_program)
{
	struct migration_set set = set_of(3);
	struct migration_mark mark = { 0 };
	static const int64_t needs[] = { 1, 1, 3 };
	for (int64_t version = 1; version <= 3; version++) {
		struct migration step;
		ck_assert(migration_find(&set, version, &step));
		mark = migration_take(&step, &mark);
		ck_assert_int_eq(mark.version, version);
		ck_assert_int_eq(mark.needs, needs[version - 1]);
	}
	const struct migration later = { .version = 4 };
	mark = migration_take(&later, &mark);
	ck_assert(mark.version == 4 && mark.needs == 3);
}
END_TEST

struct judge_row {
	const char *name;
	size_t known; /* files */
	struct migration_mark mark;
	enum store_schema state;
};

static const struct judge_row judge_rows[] = {
	{ "the newest", 2, { 2, 1 }, SCHEMA_CURRENT },
	{ "the newest, which took something away", 3, { 3, 3 }, SCHEMA_CURRENT },
	{ "one that lacks nothing but a step that takes away", 3, { 2, 1 }, SCHEMA_CURRENT },
	{ "one that lacks a step", 2, { 1, 1 }, SCHEMA_OLD },
	{ "one that lacks a step and one that takes away", 3, { 1, 1 }, SCHEMA_OLD },
	{ "a newer one that only has more", 1, { 2, 1 }, SCHEMA_AHEAD },
	{ "a much newer one that needs just this program", 2, { 9, 2 }, SCHEMA_AHEAD },
	{ "a newer one that took something away", 2, { 3, 3 }, SCHEMA_NEWER },
	{ "a newer one that has more again since", 2, { 9, 3 }, SCHEMA_NEWER },
};

START_TEST(a_database_is_judged_by_what_it_needs)
{
	const struct judge_row *row = &judge_rows[_i];
	struct migration_set set = set_of(row->known);
	ck_assert_msg(migration_judge(&set, &row->mark) == row->state, "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, a_step_is_its_file);
	tcase_add_test(tc, the_newest_is_the_last_before_a_gap);
	tcase_add_test(tc, what_is_built_in_has_no_gap);
	tcase_add_test(tc, only_what_takes_away_asks_for_a_newer_program);
	tcase_add_loop_test(tc, a_database_is_judged_by_what_it_needs, 0, ARRAY_LEN(judge_rows));
}

TEST_MAIN("store/migration", add_tests)
