/* SPDX-License-Identifier: Apache-2.0
 *
 * Migrations of PostgreSQL while other programs serve the database, or stand in the way. */
#include "check_main.h"

#include <libpq-fe.h>

#include "base/log.h"
#include "crew.h"
#include "migrations.h"
#include "postgres_engine.h"
#include "store/postgres/pg_object.h"
#include "world.h"

static const struct migrations_engine postgres_migrations = {
	.databases = &postgres_for_tests,
	.folder = "sql/postgres/",
	.run = pg_migrate_run_set,
	.state = pg_migrate_state_of,
};

static const char expand[] = "ALTER TABLE scope ADD COLUMN hint text";
static const char contract[] = "ALTER TABLE scope DROP COLUMN description";

/* --- programs that serve
 * ---------------------------------------------------------------------------------------------- */

static struct id beat(struct world *w)
{
	struct node node = { .id = world_id(), .name = SLICE("elder") };
	struct node_census census;
	ck_ok(store_node_beat(w->store, &node, &census));
	return node.id;
}

START_TEST(nothing_is_taken_away_from_a_program_that_serves)
{
	WORLD(w);
	struct steps steps;
	steps_init(&steps, &postgres_migrations, STEPS_ALL);
	steps_add(&steps, "expand", expand);
	steps_add(&steps, "contract_less", contract);
	struct id elder = beat(&w);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	for (int i = 0; i < 2; i++) {
		ck_err(pg_migrate_run_set(w.store, &steps.set, w.now), ERR_UNCHANGED);
		ck_assert_int_eq(pg_migrate_state_of(w.store, &steps.set), SCHEMA_CURRENT);
		ck_assert_int_eq(store_schema_state(w.store), SCHEMA_AHEAD);
		world_redeemed(&w);
		struct scope_list list;
		ck_ok(store_scope_list(w.store, w.arena, &list));
	}
	ck_ok(store_node_leave(w.store, &elder));
	ck_ok(pg_migrate_run_set(w.store, &steps.set, w.now));
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_NEWER);
}
END_TEST

START_TEST(a_program_that_died_is_not_waited_for)
{
	WORLD(w);
	struct steps steps;
	steps_init(&steps, &postgres_migrations, STEPS_ALL);
	steps_add(&steps, "time_passes", "UPDATE node SET seen = seen - interval '31 seconds'");
	steps_add(&steps, "contract_less", contract);
	beat(&w);
	ck_ok(pg_migrate_run_set(w.store, &steps.set, w.now));
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_NEWER);
}
END_TEST

START_TEST(a_program_that_knows_the_step_is_not_waited_for)
{
	WORLD(w);
	struct steps steps;
	steps_init(&steps, &postgres_migrations, STEPS_ALL);
	steps_add(&steps, "the_node_is_replaced", "UPDATE node SET schema = schema + 2");
	steps_add(&steps, "contract_less", contract);
	beat(&w);
	ck_ok(pg_migrate_run_set(w.store, &steps.set, w.now));
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_NEWER);
}
END_TEST

/* --- what stands in the way
 * ---------------------------------------------------------------------------------------------- */

static void exec(PGconn *conn, const char *sql)
{
	PGresult *result = PQexec(conn, sql);
	ExecStatusType status = PQresultStatus(result);
	ck_assert_msg(status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK, "%s: %s", sql,
		      PQerrorMessage(conn));
	PQclear(result);
}

/* As a dump does, for hours. Those who come after the waiting step would wait as long. */
START_TEST(a_step_does_not_wait_for_a_long_reader)
{
	WORLD(w);
	struct steps steps;
	steps_init(&steps, &postgres_migrations, STEPS_ALL);
	steps_add(&steps, "expand", expand);
	PGconn *reader = PQconnectdb(w.database);
	exec(reader, "BEGIN");
	exec(reader, "SELECT * FROM scope");
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	ck_err(pg_migrate_run_set(w.store, &steps.set, w.now), ERR_DATABASE);
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_CURRENT);
	exec(reader, "COMMIT");
	PQfinish(reader);
	ck_ok(pg_migrate_run_set(w.store, &steps.set, w.now));
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_AHEAD);
}
END_TEST

struct slow {
	struct world *w;
	struct steps steps;
	enum err results[4];
};

static void run_slow(void *arg, size_t number)
{
	struct slow *slow = arg;
	struct store *store;
	ck_ok(store_open(&(struct store_options){ .database = slow->w->database, .wait_ms = 1500 },
			 &store));
	slow->results[number] = pg_migrate_run_set(store, &slow->steps.set, slow->w->now);
	store_close(&store);
}

/* The patience of a request is not that of a migration, neither for its work nor for another's. */
START_TEST(a_step_may_take_longer_than_a_request_waits)
{
	static struct slow slow;
	WORLD(w);
	struct crew crew;
	slow.w = &w;
	steps_init(&slow.steps, &postgres_migrations, STEPS_ALL);
	steps_add(&slow.steps, "slow",
		  "ALTER TABLE scope ADD COLUMN hint text; SELECT pg_sleep(3)");
	crew_init(&crew, ARRAY_LEN(slow.results), run_slow, &slow);
	crew_round(&crew);
	crew_fini(&crew);
	for (size_t i = 0; i < ARRAY_LEN(slow.results); i++)
		ck_ok(slow.results[i]);
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_AHEAD);
}
END_TEST

/* --- databases that are not as they should be
 * ---------------------------------------------------------------------------------------------- */

struct odd_row {
	const char *name;
	const char *sql; /* in a database without tables */
	enum store_schema state;
	enum err migrated;
};

static const struct odd_row odd_rows[] = {
	{ "one that a runner left before its first step",
	  "CREATE TABLE migration (version integer PRIMARY KEY, name text NOT NULL,"
	  " applied bigint NOT NULL, needs integer NOT NULL)",
	  SCHEMA_EMPTY, ERR_OK },
	{ "one with an extension's table",
	  "CREATE SCHEMA IF NOT EXISTS public; CREATE EXTENSION IF NOT EXISTS plpgsql;"
	  "CREATE TABLE of_the_extension (a integer);"
	  "ALTER EXTENSION plpgsql ADD TABLE of_the_extension",
	  SCHEMA_EMPTY, ERR_OK },
	{ "one with tables in another schema",
	  "CREATE SCHEMA other; CREATE TABLE other.t (a integer)", SCHEMA_EMPTY, ERR_OK },
	{ "one of another program", "CREATE TABLE wiki (page text)", SCHEMA_UNKNOWN, ERR_INVALID },
	{ "one of another program that has migrations",
	  "CREATE TABLE wiki (page text); CREATE TABLE migration (id integer)", SCHEMA_UNKNOWN,
	  ERR_DATABASE },
};

START_TEST(only_an_empty_database_is_taken)
{
	const struct odd_row *row = &odd_rows[_i];
	struct world w = { .engine = &postgres_for_tests, .now = 1800000000, .arena = arena_new() };
	w.engine->create(w.database);
	PGconn *conn = PQconnectdb(w.database);
	exec(conn, "SET client_min_messages = error");
	exec(conn, row->sql);
	PQfinish(conn);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
	ck_assert_msg(store_schema_state(w.store) == row->state, "%s", row->name);
	ck_assert_msg(store_migrate(w.store, w.now) == row->migrated, "%s", row->name);
	if (row->migrated == ERR_OK)
		ck_assert_int_eq(store_schema_state(w.store), SCHEMA_CURRENT);
	world_fini(&w);
}
END_TEST

static void add_tests(TCase *tc)
{
	migrations_add_tests(tc, &postgres_migrations);
	tcase_add_test(tc, nothing_is_taken_away_from_a_program_that_serves);
	tcase_add_test(tc, a_program_that_died_is_not_waited_for);
	tcase_add_test(tc, a_program_that_knows_the_step_is_not_waited_for);
	tcase_add_test(tc, a_step_does_not_wait_for_a_long_reader);
	tcase_add_test(tc, a_step_may_take_longer_than_a_request_waits);
	tcase_add_loop_test(tc, only_an_empty_database_is_taken, 0, ARRAY_LEN(odd_rows));
}

TEST_MAIN_TIMEOUT("store/migrations of postgres", add_tests, 120)
