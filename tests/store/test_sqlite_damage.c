/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases of SQLite that are not as they should be: schemas that are not ours, damage that a
 * check finds, values that no look-up takes. The damage is done with SQL here, past the store. */
#include "check_main.h"

#include <sqlite3.h>
#include <string.h>

#include "sqlite_engine.h"
#include "world.h"

static void damage(const struct world *w, const char *sql)
{
	sqlite3 *db;
	ck_assert_int_eq(sqlite3_open_v2(w->database, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_busy_timeout(db, 5000);
	ck_assert_int_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

struct schema_row {
	const char *name;
	const char *sql;
	enum store_schema state;
	enum err migrated;
};

static const struct schema_row schema_rows[] = {
	{ .name = "a newer schema that has more",
	  .sql = "INSERT INTO migration VALUES (9999, '9999_later.sql', 0, 1)",
	  .state = SCHEMA_AHEAD,
	  .migrated = ERR_OK },
	{ .name = "a newer schema that has less",
	  .sql = "INSERT INTO migration VALUES (9999, '9999_contract_later.sql', 0, 9999)",
	  .state = SCHEMA_NEWER,
	  .migrated = ERR_INVALID },
	{ .name = "a database of another program",
	  .sql = "DROP TABLE migration",
	  .state = SCHEMA_UNKNOWN,
	  .migrated = ERR_INVALID },
	{ .name = "a migration table without rows",
	  .sql = "DELETE FROM migration",
	  .state = SCHEMA_UNKNOWN,
	  .migrated = ERR_INVALID },
};

START_TEST(a_schema_that_is_not_ours_is_refused)
{
	const struct schema_row *row = &schema_rows[_i];
	WORLD(w);
	damage(&w, row->sql);
	world_reopen(&w);
	ck_assert_msg(store_schema_state(w.store) == row->state, "%s", row->name);
	ck_assert_msg(store_migrate(w.store, w.now) == row->migrated, "%s", row->name);
	ck_assert_msg(store_schema_state(w.store) == row->state, "%s", row->name);
}
END_TEST

/* --- checks
 * ----------------------------------------------------------------------------------------------------------
 */

struct fault_row {
	const char *name;
	const char *sql;
	const char *words; /* that the report has */
};

static const struct fault_row fault_rows[] = {
	{ .name = "a user code of no grant",
	  .sql = "DELETE FROM device_grant",
	  .words = "user codes without" },
	{ .name = "a grant of no client",
	  .sql = "PRAGMA foreign_keys = OFF; DELETE FROM client",
	  .words = "device grants of a missing client" },
	{ .name = "a token of no authorization",
	  .sql = "PRAGMA foreign_keys = OFF; DELETE FROM authorization",
	  .words = "access_token refer to a missing authorization" },
	{ .name = "an approved grant of no authorization",
	  .sql = "UPDATE device_grant SET status = 1, redeemed = 0; DELETE FROM authorization",
	  .words = "approved device grants without" },
	{ .name = "a pending grant with an authorization",
	  .sql = "UPDATE device_grant SET status = 0, decided = 0",
	  .words = "pending device grants with" },
	{ .name = "a redeemed grant that was never redeemed",
	  .sql = "UPDATE device_grant SET redeemed = 0",
	  .words = "times do not fit" },
	{ .name = "an authorization that ends too early",
	  .sql = "UPDATE authorization SET ends = created",
	  .words = "end before" },
	{ .name = "two unused refresh tokens",
	  .words = "more than one unused refresh token",
	  .sql = "INSERT INTO refresh_token (authorization, hash, scope, created, expires)"
		 " SELECT authorization, x'00', scope, created, expires FROM refresh_token" },
	{ .name = "a session of nobody",
	  .sql = "DELETE FROM session_user",
	  .words = "sessions without a person" },
	{ .name = "a session of a disabled person",
	  .sql = "UPDATE user SET enabled = 0",
	  .words = "who are disabled" },
	{ .name = "a person without a password",
	  .sql = "DELETE FROM credential",
	  .words = "without a password" },
	{ .name = "an index that lacks a row",
	  .words = "missing from index",
	  .sql = "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE INDEX device_grant_by_expires ON"
		 " device_grant (created)' WHERE name = 'device_grant_by_expires'" },
};

struct report {
	const char *words;
	size_t count;
	size_t with_words;
};

static void note(void *arg, struct slice fault)
{
	struct report *report = arg;
	report->count++;
	report->with_words += memmem(fault.ptr, fault.len, report->words, strlen(report->words)) !=
			      NULL;
}

START_TEST(a_check_finds_the_damage)
{
	const struct fault_row *row = &fault_rows[_i];
	WORLD(w);
	struct report report = { .words = row->words };
	size_t faults;
	world_redeemed(&w);
	ck_ok(store_check(w.store, note, &report, &faults));
	ck_assert_uint_eq(faults, 0);
	store_close(&w.store);
	damage(&w, row->sql);
	ck_ok(store_open(&(struct store_options){ .database = w.database, .read_only = true },
			 &w.store));
	ck_ok(store_check(w.store, note, &report, &faults));
	ck_assert_msg(faults > 0 && faults == report.count, "%s: %zu", row->name, faults);
	ck_assert_msg(report.with_words > 0, "%s: %zu of %zu", row->name, report.with_words,
		      report.count);
}
END_TEST

struct bad_value {
	const char *name;
	const char *sql;
};

static const struct bad_value bad_values[] = {
	{ "a state that does not exist", "UPDATE device_grant SET status = 17" },
	{ "a hash that is too short", "UPDATE device_grant SET code_hash = x'0102'" },
	{ "a client id that is too long", "UPDATE device_grant SET client = randomblob(17)" },
};

/* A security check takes a failed look-up as a refusal. */
START_TEST(a_stored_value_of_the_wrong_form_fails_the_look_up)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct device_grant *found;
	damage(&w, bad_values[_i].sql);
	ck_assert_int_eq(
		store_device_grant_find(w.store, w.arena, &grant.grant.authorization, &found),
		FIND_FAILED);
}
END_TEST

static void add_tests(TCase *tc)
{
	world_set_engine(&sqlite_for_tests);
	tcase_add_loop_test(tc, a_schema_that_is_not_ours_is_refused, 0, ARRAY_LEN(schema_rows));
	tcase_add_loop_test(tc, a_check_finds_the_damage, 0, ARRAY_LEN(fault_rows));
	tcase_add_loop_test(tc, a_stored_value_of_the_wrong_form_fails_the_look_up, 0,
			    ARRAY_LEN(bad_values));
}

TEST_MAIN("store/sqlite/damage", add_tests)
