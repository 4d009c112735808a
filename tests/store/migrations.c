/* SPDX-License-Identifier: Apache-2.0
 *
 * Migrations while programs of several ages look at one database. */
#include "migrations.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "crew.h"
#include "world.h"

static const struct migrations_engine *engine;

static const char expand_sql[] = "ALTER TABLE scope ADD COLUMN hint text";
static const char contract_sql[] = "ALTER TABLE scope DROP COLUMN description";
/* The second statement comes after a change that must not stay. */
static const char broken_sql[] = "ALTER TABLE scope ADD COLUMN hint text; SELECT nonsense";

/* --- steps
 * ---------------------------------------------------------------------------------------------- */

void steps_init(struct steps *steps, const struct migrations_engine *of, size_t built_in)
{
	*steps = (struct steps){ .set = { steps->files, 0, of->folder } };
	for (size_t i = 0; i < asset_count && steps->set.count < built_in; i++) {
		if (!slice_has_prefix(slice_str(asset_table[i].name), slice_str(of->folder)))
			continue;
		ck_assert_uint_lt(steps->set.count, STEPS_MAX);
		steps->files[steps->set.count++] = asset_table[i];
	}
}

void steps_add(struct steps *steps, const char *name, const char *sql)
{
	size_t at = steps->set.count++;
	ck_assert_uint_lt(at, STEPS_MAX);
	snprintf(steps->names[at], STEP_NAME_MAX, "%s%04zu_%s.sql", steps->set.folder, at + 1,
		 name);
	steps->files[at] = (struct asset){ steps->names[at], (const unsigned char *)sql,
					   slice_str(sql).len };
}

/* Programs of four ages: today's; one that knows a step more, which adds; one that knows another,
 * which takes away; and one whose next step does not work. */
struct ages {
	struct steps today;
	struct steps expanding;
	struct steps contracting;
	struct steps broken;
};

static void ages_init(struct ages *ages)
{
	steps_init(&ages->today, engine, STEPS_ALL);
	steps_init(&ages->expanding, engine, STEPS_ALL);
	steps_add(&ages->expanding, "expand", expand_sql);
	steps_init(&ages->contracting, engine, STEPS_ALL);
	steps_add(&ages->contracting, "expand", expand_sql);
	steps_add(&ages->contracting, "contract_less", contract_sql);
	steps_init(&ages->broken, engine, STEPS_ALL);
	steps_add(&ages->broken, "broken", broken_sql);
}

#define ck_state(store, steps, expected) \
	ck_assert_int_eq(engine->state((store), &(steps).set), (expected))

/* --- one program
 * ---------------------------------------------------------------------------------------------- */

START_TEST(a_program_goes_on_with_a_schema_that_has_more)
{
	WORLD(w);
	struct ages ages;
	ages_init(&ages);
	ck_state(w.store, ages.expanding, SCHEMA_OLD);
	ck_ok(engine->run(w.store, &ages.expanding.set, w.now));
	ck_state(w.store, ages.expanding, SCHEMA_CURRENT);
	ck_state(w.store, ages.contracting, SCHEMA_CURRENT);
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_AHEAD);
	ck_ok(store_migrate(w.store, w.now)); /* has nothing to do */
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_AHEAD);
	world_redeemed(&w);
	world_reopen(&w);
	world_redeemed(&w);
	struct scope scope = { SLICE("print"), SLICE("Print documents"), true };
	struct scope_list list;
	ck_ok(store_scope_insert(w.store, &scope, NULL));
	ck_ok(store_scope_list(w.store, w.arena, &list));
	ck_assert_uint_eq(list.count, 7);
}
END_TEST

START_TEST(a_program_refuses_a_schema_that_has_less)
{
	WORLD(w);
	struct ages ages;
	ages_init(&ages);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	ck_ok(engine->run(w.store, &ages.contracting.set, w.now));
	ck_state(w.store, ages.contracting, SCHEMA_CURRENT);
	ck_state(w.store, ages.expanding, SCHEMA_NEWER);
	ck_err(engine->run(w.store, &ages.expanding.set, w.now), ERR_INVALID);
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_NEWER);
	ck_err(store_migrate(w.store, w.now), ERR_INVALID);
	ck_state(w.store, ages.contracting, SCHEMA_CURRENT);
}
END_TEST

START_TEST(a_step_that_fails_leaves_nothing)
{
	WORLD(w);
	struct ages ages;
	ages_init(&ages);
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	ck_err(engine->run(w.store, &ages.broken.set, w.now), ERR_DATABASE);
	ck_state(w.store, ages.broken, SCHEMA_OLD);
	ck_assert_int_eq(store_schema_state(w.store), SCHEMA_CURRENT);
	world_redeemed(&w);
	/* The same column once more: it is not there. */
	ck_ok(engine->run(w.store, &ages.expanding.set, w.now));
	ck_state(w.store, ages.expanding, SCHEMA_CURRENT);
}
END_TEST

START_TEST(an_empty_database_gets_every_step)
{
	struct ages ages;
	struct world w = { .now = 1800000000, .arena = arena_new() };
	ages_init(&ages);
	engine->databases->create(w.database);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
	ck_state(w.store, ages.contracting, SCHEMA_EMPTY);
	ck_ok(engine->run(w.store, &ages.contracting.set, w.now));
	ck_state(w.store, ages.contracting, SCHEMA_CURRENT);
	ck_state(w.store, ages.today, SCHEMA_NEWER);
	store_close(&w.store);
	engine->databases->drop(w.database);
	arena_free(&w.arena);
}
END_TEST

/* --- many at once
 * ---------------------------------------------------------------------------------------------- */

enum { RUNNERS = 8 };

struct running {
	const char *database;
	const struct migration_set *set;
	enum err results[RUNNERS];
};

static enum err run_alone(const struct running *running)
{
	struct store *store;
	enum err err = store_open(&(struct store_options){ .database = running->database }, &store);
	if (err != ERR_OK)
		return err;
	err = engine->run(store, running->set, 1800000000);
	if (err == ERR_OK && engine->state(store, running->set) != SCHEMA_CURRENT)
		err = ERR_INVALID;
	store_close(&store);
	return err;
}

static void run_one(void *arg, size_t number)
{
	struct running *running = arg;
	running->results[number] = run_alone(running);
}

static void run_in_threads(struct running *running)
{
	static struct crew crew;
	crew_init(&crew, RUNNERS, run_one, running);
	crew_round(&crew);
	crew_fini(&crew);
	for (size_t i = 0; i < RUNNERS; i++)
		ck_ok(running->results[i]);
}

/* All that were started have to be waited for, and all succeed. */
static void run_in_programs(struct running *running)
{
	pid_t pids[RUNNERS];
	int status;
	for (size_t i = 0; i < RUNNERS; i++) {
		pids[i] = fork();
		ck_assert_int_ge(pids[i], 0);
		if (pids[i] == 0)
			_exit((int)run_alone(running));
	}
	for (size_t i = 0; i < RUNNERS; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "program %zu: %d", i,
			      status);
	}
}

static void (*const ways[])(struct running *running) = { run_in_threads, run_in_programs };

/* A step taken twice would fail, or would make the scopes twice. */
static void verify(const struct running *running, size_t scopes)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct store *store;
	struct scope_list list;
	ck_ok(store_open(&(struct store_options){ .database = running->database }, &store));
	ck_assert_int_eq(engine->state(store, running->set), SCHEMA_CURRENT);
	ck_ok(store_scope_list(store, arena, &list));
	ck_assert_uint_eq(list.count, scopes);
	store_close(&store);
}

START_TEST(several_migrate_an_empty_database_at_once)
{
	char database[CONTRACT_DATABASE_MAX];
	struct ages ages;
	ages_init(&ages);
	engine->databases->create(database);
	struct running running = { .database = database, .set = &ages.expanding.set };
	ways[_i](&running);
	verify(&running, 6);
	engine->databases->drop(database);
}
END_TEST

START_TEST(several_bring_a_database_up_to_date_at_once)
{
	WORLD(w);
	struct ages ages;
	ages_init(&ages);
	ck_ok(store_scope_remove(w.store, SLICE("phone"), NULL));
	store_close(&w.store);
	struct running running = { .database = w.database, .set = &ages.expanding.set };
	ways[_i](&running);
	verify(&running, 5);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
	world_redeemed(&w);
}
END_TEST

void migrations_add_tests(TCase *tc, const struct migrations_engine *of)
{
	engine = of;
	world_set_engine(of->databases);
	tcase_add_test(tc, a_program_goes_on_with_a_schema_that_has_more);
	tcase_add_test(tc, a_program_refuses_a_schema_that_has_less);
	tcase_add_test(tc, a_step_that_fails_leaves_nothing);
	tcase_add_test(tc, an_empty_database_gets_every_step);
	tcase_add_loop_test(tc, several_migrate_an_empty_database_at_once, 0, ARRAY_LEN(ways));
	tcase_add_loop_test(tc, several_bring_a_database_up_to_date_at_once, 0, ARRAY_LEN(ways));
}
