/* SPDX-License-Identifier: Apache-2.0
 *
 * Migrations of SQLite, and what the later built-in ones do with rows of the first schema. */
#include "check_main.h"

#include "migrations.h"
#include "sqlite_engine.h"
#include "store/sqlite/object.h"
#include "world.h"

static const struct migrations_engine sqlite_migrations = {
	.databases = &sqlite_for_tests,
	.folder = "sql/sqlite/",
	.run = migrate_run_set,
	.state = migrate_state_of,
};

/* The first schema knew tokens by their hash alone. */
START_TEST(tokens_of_the_first_schema_are_there_in_the_newest)
{
	struct world w = { .engine = &sqlite_for_tests, .now = 1800000000, .arena = arena_new() };
	struct steps first;
	steps_init(&first, &sqlite_migrations, 1);
	w.engine->create(w.database);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
	ck_ok(migrate_run_set(w.store, &first.set, w.now));
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_OLD);
	w.user = world_add_user(&w, "ada");
	w.client = world_add_client(&w, "television");
	w.session = world_add_session(&w, &w.user);
	struct redemption redeemed = world_redeemed(&w);
	struct rotation rotation = world_rotation(&w, &redeemed);
	ck_ok(store_refresh_token_rotate(w.store, &rotation, NULL));
	ck_ok(store_migrate(w.store, w.now));
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_CURRENT);
	ck_assert(world_has_access(&w, &redeemed) && world_has_refresh(&w, &redeemed));
	ck_assert(world_has_access(&w, &rotation) && world_has_refresh(&w, &rotation));
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
	world_fini(&w);
}
END_TEST

static void add_tests(TCase *tc)
{
	migrations_add_tests(tc, &sqlite_migrations);
	tcase_add_test(tc, tokens_of_the_first_schema_are_there_in_the_newest);
}

TEST_MAIN_TIMEOUT("store/migrations of sqlite", add_tests, 120)
