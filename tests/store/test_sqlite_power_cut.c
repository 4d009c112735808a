/* SPDX-License-Identifier: Apache-2.0
 *
 * The power goes at any moment, and the disk holds what was synced and some of the rest: every
 * write that was answered is there, every other one whole or not at all, and the database goes on.
 * POWER_SEED in the environment repeats the dice of a run, if not its threads; STORE_ROUNDS sets
 * another number of databases. */
#include "check_main.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "power_cut.h"
#include "sqlite_engine.h"

enum { DATABASES = 10, CUTS = 20, FLOWS_PER_CUT = 2, COPIES_PER_CUT = 3 };

static size_t databases(size_t usual)
{
	const char *text = getenv("STORE_ROUNDS");
	int64_t number;
	if (text == NULL || slice_parse_int64(slice_str(text), &number) != ERR_OK)
		return usual;
	return (size_t)number;
}

struct life {
	struct world *w;
	struct ledger *ledger;
	struct dice dice;
	struct dice copier; /* of the thread that copies */
	unsigned long changes;
	struct verdict verdict;
};

/* --- what happens until the cut
 * ----------------------------------------------------------------------------------------
 */

/* The log is copied back at other moments than the writer would choose, since it would only after
 * megabytes. */
static void copy_back(struct life *life)
{
	static const int modes[] = { SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_PASSIVE,
				     SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE };
	sqlite3 *db;
	ck_assert_int_eq(sqlite3_open_v2(life->w->database, &db, SQLITE_OPEN_READWRITE, NULL),
			 SQLITE_OK);
	sqlite3_busy_timeout(db, 1000);
	for (int i = 0; i < COPIES_PER_CUT; i++) {
		int mode = modes[dice_below(&life->copier, ARRAY_LEN(modes))];
		int rc = sqlite3_wal_checkpoint_v2(db, NULL, mode, NULL, NULL);
		ck_assert(rc == SQLITE_OK || rc == SQLITE_BUSY);
	}
	sqlite3_close(db);
}

static void live(void *arg, size_t number)
{
	struct life *life = arg;
	if (number == LEDGER_THREADS)
		copy_back(life);
	else
		ledger_flows(life->ledger, number, FLOWS_PER_CUT, life->w);
}

/* In one round of five the store is closed and opened again meanwhile, too. */
static void live_and_cut(struct life *life, struct crew *crew)
{
	struct cut cut;
	unsigned long before = power_vfs_changes();
	cut_init(&cut, life->ledger, &life->dice);
	if (dice_below(&life->dice, 5) == 0) {
		cut_at(&cut, dice_below(&life->dice, 60));
		world_reopen(life->w);
	}
	if (!cut.taken)
		cut_at(&cut, dice_below(&life->dice, (uint32_t)life->changes + 1));
	crew_round(crew);
	cut_now(&cut);
	life->changes = power_vfs_changes() - before;
	cut_judge(&cut, life->w, &life->verdict);
	cut_fini(&cut);
}

static void live_through(struct life *life, size_t cuts)
{
	WORLD(w);
	struct crew crew;
	AUTO(ledger) struct ledger *ledger = ledger_new();
	life->w = &w;
	life->ledger = ledger;
	life->copier.state = life->dice.state;
	life->changes = 300;
	crew_init(&crew, LEDGER_THREADS + 1, live, life);
	for (size_t i = 0; i < cuts; i++)
		live_and_cut(life, &crew);
	crew_fini(&crew);
	const struct ledger_marks marks = ledger_mark(ledger);
	store_close(&w.store);
	ledger_judge_database(ledger, &marks, &w, w.database, &life->verdict);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
}

START_TEST(what_was_answered_survives_a_power_cut)
{
	static struct life life;
	life.dice = power_dice("power cuts");
	for (size_t i = databases(DATABASES); i > 0; i--)
		live_through(&life, CUTS);
	verdict_print(&life.verdict, "power cuts");
	ck_assert_uint_gt(life.verdict.steps, 0);
	ck_assert_uint_eq(verdict_sum(&life.verdict), 0);
}
END_TEST

/* --- the proof that losses are seen
 * ----------------------------------------------------------------------------------
 */

static void live_on_a_lie(struct life *life)
{
	WORLD(w);
	struct crew crew;
	AUTO(ledger) struct ledger *ledger = ledger_new();
	life->w = &w;
	life->ledger = ledger;
	life->changes = 300;
	crew_init(&crew, LEDGER_THREADS, live, life);
	/* Of what is written before, a cut would leave too little to be a database. */
	store_close(&w.store);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
	power_vfs_lie(true);
	for (size_t i = 0; i < CUTS; i++)
		live_and_cut(life, &crew);
	power_vfs_lie(false);
	crew_fini(&crew);
}

START_TEST(a_disk_that_lies_about_its_syncs_is_found_out)
{
	static struct life life;
	life.dice = power_dice("a lying disk");
	live_on_a_lie(&life);
	verdict_print(&life.verdict, "a lying disk");
	ck_assert_uint_gt(life.verdict.lost, 0);
}
END_TEST

/* --- what a killed program leaves
 * --------------------------------------------------------------------------------------------------
 */

/* A program that is killed between the write of a commit and its sync leaves what others can read
 * and a power cut may take. Whoever opens the database next must not answer by it before it is
 * synced. */
static void open_after_a_kill(struct dice *dice, struct verdict *verdict)
{
	WORLD(w);
	struct store *next;
	struct cut cut;
	AUTO(ledger) struct ledger *ledger = ledger_new();
	cut_init(&cut, ledger, dice);
	power_vfs_lie(true);
	ledger_flows(ledger, 0, 1, &w);
	power_vfs_lie(false);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &next));
	cut_now(&cut);
	cut_judge(&cut, &w, verdict);
	cut_fini(&cut);
	store_close(&next);
}

START_TEST(what_a_store_can_read_when_it_is_opened_survives_a_power_cut)
{
	struct verdict verdict = { 0 };
	struct dice dice = power_dice("a killed program");
	for (size_t i = databases(DATABASES); i > 0; i--)
		open_after_a_kill(&dice, &verdict);
	verdict_print(&verdict, "a killed program");
	ck_assert_uint_gt(verdict.steps, 0);
	ck_assert_uint_eq(verdict_sum(&verdict), 0);
}
END_TEST

/* --- a new database
 * --------------------------------------------------------------------------------------------------
 */

/* What is left may have no schema yet, or an older one: then it is migrated. */
static void expect_a_fresh_start(const char *database, int64_t now)
{
	struct store *store;
	size_t faults;
	ck_ok(store_open(&(struct store_options){ .database = database }, &store));
	ck_ok(store_migrate(store, now));
	ck_assert_int_eq(store_schema_state(store), SCHEMA_CURRENT);
	ck_ok(store_check(store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
	store_close(&store);
}

static bool cut_while_made(unsigned long after, struct dice *dice, const struct ledger *ledger)
{
	struct cut cut;
	struct world w = { .engine = &sqlite_for_tests, .now = 1800000000 };
	char database[CONTRACT_DATABASE_MAX];
	cut_init(&cut, ledger, dice);
	w.engine->create(w.database);
	power_vfs_watch(w.database);
	cut_at(&cut, after);
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &w.store));
	ck_ok(store_migrate(w.store, w.now));
	store_close(&w.store);
	bool taken = cut.taken;
	cut_now(&cut);
	/* Before the file is seen by SQLite there is nothing of it here. */
	cut.image.there[POWER_DATABASE] = true;
	cut_save(&cut, database);
	expect_a_fresh_start(database, w.now);
	w.engine->drop(database);
	w.engine->drop(w.database);
	cut_fini(&cut);
	return taken;
}

START_TEST(a_new_database_survives_a_power_cut_while_it_is_made)
{
	struct dice dice = power_dice("a new database");
	AUTO(ledger) struct ledger *ledger = ledger_new();
	unsigned long after = 0;
	while (cut_while_made(after, &dice, ledger))
		after += 1 + dice_below(&dice, 3);
	ck_assert_uint_gt(after, 20);
}
END_TEST

static void add_tests(TCase *tc)
{
	power_worlds();
	tcase_add_test(tc, what_was_answered_survives_a_power_cut);
	tcase_add_test(tc, a_disk_that_lies_about_its_syncs_is_found_out);
	tcase_add_test(tc, what_a_store_can_read_when_it_is_opened_survives_a_power_cut);
	tcase_add_test(tc, a_new_database_survives_a_power_cut_while_it_is_made);
}

TEST_MAIN_TIMEOUT("store/sqlite/power_cut", add_tests, 120)
