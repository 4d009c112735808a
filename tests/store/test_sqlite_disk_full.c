/* SPDX-License-Identifier: Apache-2.0
 *
 * The disk is full, or broken, at every n-th call: an operation is answered ERR_DATABASE and has
 * done nothing, reads go on, and when there is room again the same store goes on. What a sync that
 * failed did not write is never written (the kernel takes it for written), and nothing is answered
 * that rests on it: the power is cut afterwards, and all that was answered is looked for. */
#include "check_main.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "crew.h"
#include "power_cut.h"

struct row {
	const char *name;
	struct power_fault fault;
	unsigned cut_every; /* rounds */
};

static void expect_nothing_wrong(const struct verdict *verdict, const char *what)
{
	verdict_print(verdict, what);
	ck_assert_uint_gt(verdict->steps, 0);
	ck_assert_uint_eq(verdict_sum(verdict), 0);
}

/* --- each call in its turn
 * ---------------------------------------------------------------------------------------------
 */

static const struct row rows[] = {
	{ "the disk is full from one write on",
	  { .calls = POWER_WRITE, .files = POWER_WATCHED, .stays = true, .result = SQLITE_FULL },
	  8 },
	{ "the disk is full for one write",
	  { .calls = POWER_WRITE, .files = POWER_WATCHED, .result = SQLITE_FULL },
	  8 },
	{ "one write fails",
	  { .calls = POWER_WRITE, .files = POWER_WATCHED, .result = SQLITE_IOERR_WRITE },
	  8 },
	{ "everything fails from one call on",
	  { .calls = POWER_OPEN | POWER_WRITE | POWER_SYNC | POWER_CUT | POWER_REMOVE | POWER_SHARE,
	    .files = POWER_WATCHED,
	    .stays = true,
	    .result = SQLITE_IOERR_WRITE },
	  8 },
	{ "one sync fails",
	  { .calls = POWER_SYNC, .files = POWER_WATCHED, .result = SQLITE_IOERR_FSYNC },
	  1 },
	{ "every sync fails from one on",
	  { .calls = POWER_SYNC,
	    .files = POWER_WATCHED,
	    .stays = true,
	    .result = SQLITE_IOERR_FSYNC },
	  1 },
	{ "one sync fails and the kernel drops the pages",
	  { .calls = POWER_SYNC,
	    .files = POWER_WATCHED,
	    .forgets = true,
	    .result = SQLITE_IOERR_FSYNC },
	  1 },
	{ "one sync finds no room",
	  { .calls = POWER_SYNC, .files = POWER_WATCHED, .result = SQLITE_FULL },
	  1 },
};

struct sweep_state {
	struct world *w;
	struct ledger *ledger;
	struct dice dice;
	struct verdict verdict;
	size_t refused;
};

static void judge_running(struct sweep_state *sweep)
{
	const struct ledger_marks marks = ledger_mark(sweep->ledger);
	size_t faults;
	ledger_judge(sweep->ledger, &marks, sweep->w->store, &sweep->verdict);
	ck_ok(store_check(sweep->w->store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}

static void judge_after_cut(struct sweep_state *sweep)
{
	struct cut cut;
	cut_init(&cut, sweep->ledger, &sweep->dice);
	cut_now(&cut);
	cut_judge(&cut, sweep->w, &sweep->verdict);
	cut_fini(&cut);
}

/* All there is now and then, since that takes longer the more there is. */
static void read_on_bad_disk(struct sweep_state *sweep)
{
	struct user *user;
	ck_found(store_user_find(sweep->w->store, sweep->w->arena, &sweep->w->user, &user));
	if (sweep->refused % 8 == 1)
		judge_running(sweep);
}

/* The next write begins the log afresh, so that its head is among what fails. */
static void begin_log(struct sweep_state *sweep)
{
	sqlite3 *db;
	ck_assert_int_eq(sqlite3_open_v2(sweep->w->database, &db, SQLITE_OPEN_READWRITE, NULL),
			 SQLITE_OK);
	ck_assert_int_eq(sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL),
			 SQLITE_OK);
	sqlite3_close(db);
}

/* While the disk is as it is, what can be read is read; a step that was refused has done nothing,
 * since the next try, on a good disk, is not refused as a repetition. */
static void step_on_bad_disk(struct sweep_state *sweep)
{
	enum err err = ledger_next(sweep->ledger, 0, sweep->w);
	if (err == ERR_OK)
		return;
	ck_err(err, ERR_DATABASE);
	sweep->refused++;
	read_on_bad_disk(sweep);
	power_vfs_mend();
	ck_ok(ledger_next(sweep->ledger, 0, sweep->w));
}

static unsigned flow_on_bad_disk(struct sweep_state *sweep, const struct row *row, unsigned after)
{
	struct power_fault fault = row->fault;
	fault.after = after;
	begin_log(sweep);
	power_vfs_fail(&fault);
	for (size_t i = 0; i < LEDGER_STEPS; i++)
		step_on_bad_disk(sweep);
	power_vfs_mend();
	if (after % row->cut_every == 0)
		judge_after_cut(sweep);
	return power_vfs_failures();
}

START_TEST(a_bad_disk_fails_the_operation_and_not_the_store)
{
	WORLD(w);
	AUTO(ledger) struct ledger *ledger = ledger_new();
	const struct row *row = &rows[_i];
	struct sweep_state sweep = { .w = &w, .ledger = ledger, .dice = power_dice(row->name) };
	unsigned after = 0;
	while (flow_on_bad_disk(&sweep, row, after) > 0)
		after++;
	judge_running(&sweep);
	judge_after_cut(&sweep);
	expect_nothing_wrong(&sweep.verdict, row->name);
	ck_assert_uint_ge(sweep.refused, after);
	ck_assert_uint_ge(after, LEDGER_STEPS);
}
END_TEST

/* --- stopping and starting
 * ---------------------------------------------------------------------------------------------
 */

/* The log is copied back and removed when a store stops, and read when it starts. */
static unsigned restart_on_bad_disk(struct sweep_state *sweep, const struct row *row,
				    unsigned after)
{
	const struct store_options options = { .database = sweep->w->database };
	struct power_fault fault = row->fault;
	fault.after = after;
	ledger_flows(sweep->ledger, 0, 1, sweep->w);
	power_vfs_fail(&fault);
	store_close(&sweep->w->store);
	enum err err = store_open(&options, &sweep->w->store);
	power_vfs_mend();
	if (err != ERR_OK) {
		ck_err(err, ERR_DATABASE);
		ck_ok(store_open(&options, &sweep->w->store));
	}
	if (after % row->cut_every == 0)
		judge_after_cut(sweep);
	return power_vfs_failures();
}

START_TEST(a_bad_disk_loses_nothing_when_the_store_stops_and_starts)
{
	WORLD(w);
	AUTO(ledger) struct ledger *ledger = ledger_new();
	const struct row *row = &rows[_i];
	struct sweep_state sweep = { .w = &w, .ledger = ledger, .dice = power_dice(row->name) };
	unsigned after = 0;
	while (restart_on_bad_disk(&sweep, row, after) > 0)
		after++;
	judge_running(&sweep);
	expect_nothing_wrong(&sweep.verdict, row->name);
	ck_assert_uint_gt(after, 0);
}
END_TEST

/* --- many at once
 * ---------------------------------------------------------------------------------------------------
 */

enum { ROUNDS = 30, STEPS_PER_ROUND = 10 };

static void write_on_bad_disk(void *arg, size_t number)
{
	struct sweep_state *sweep = arg;
	for (size_t i = 0; i < STEPS_PER_ROUND; i++) {
		enum err err;
		while ((err = ledger_next(sweep->ledger, number, sweep->w)) != ERR_OK) {
			ck_err(err, ERR_DATABASE);
			if (power_vfs_failures() > 2)
				power_vfs_mend();
		}
	}
}

static void round_on_bad_disk(struct sweep_state *sweep, struct crew *crew)
{
	struct cut cut;
	struct power_fault fault = rows[dice_below(&sweep->dice, ARRAY_LEN(rows))].fault;
	bool syncs = (fault.calls & POWER_WRITE) == 0;
	fault.after = dice_below(&sweep->dice, syncs ? 20 : 200);
	cut_init(&cut, sweep->ledger, &sweep->dice);
	power_vfs_fail(&fault);
	cut_at(&cut, dice_below(&sweep->dice, 400));
	crew_round(crew);
	sweep->refused += power_vfs_failures();
	power_vfs_mend();
	cut_now(&cut);
	cut_judge(&cut, sweep->w, &sweep->verdict);
	cut_fini(&cut);
}

START_TEST(a_bad_disk_fails_whole_groups)
{
	WORLD(w);
	struct crew crew;
	AUTO(ledger) struct ledger *ledger = ledger_new();
	struct sweep_state sweep = { .w = &w, .ledger = ledger, .dice = power_dice("groups") };
	crew_init(&crew, LEDGER_THREADS, write_on_bad_disk, &sweep);
	for (size_t i = 0; i < ROUNDS; i++)
		round_on_bad_disk(&sweep, &crew);
	crew_fini(&crew);
	judge_running(&sweep);
	expect_nothing_wrong(&sweep.verdict, "groups");
	ck_assert_uint_gt(sweep.refused, 0);
}
END_TEST

/* --- the log is copied back
 * ---------------------------------------------------------------------------------------------
 */

/* The writer copies after 6,000 pages; one change of an application with long addresses writes a
 * hundred. */
enum { ADDRESSES = 400000, CHANGES_PER_COPY = 65 };

static void fill_log(struct world *w, size_t changes)
{
	static char text[ADDRESSES];
	AUTO(arena) struct arena *arena = arena_new();
	struct client *client;
	ck_found(store_client_find(w->store, arena, &w->client, &client));
	client->redirect_uris = slice_of(text, sizeof(text));
	for (size_t i = 0; i < changes; i++) {
		int64_t now = client->updated + 1;
		memset(text, 'a' + (int)(now % 26), sizeof(text)); /* what is the same is not
								      written */
		ck_ok(store_client_update(w->store, client, now, NULL));
		client->updated = now;
	}
}

struct standing {
	struct sweep_state *sweep;
	size_t seen;
};

/* The first one that is seen stands in the log as it is now, while that grows and is copied back up
 * to here. */
static void stand_in_log(void *arg, const struct device_brief *brief UNUSED)
{
	struct standing *standing = arg;
	if (standing->seen++ == 0)
		fill_log(standing->sweep->w, CHANGES_PER_COPY);
}

static void fail_a_sync_of_the_database(struct sweep_state *sweep, bool forgets)
{
	struct standing standing = { .sweep = sweep };
	const struct power_fault fault = { .calls = POWER_SYNC,
					   .files = POWER_FILE(POWER_DATABASE),
					   .forgets = forgets,
					   .result = SQLITE_IOERR_FSYNC };
	ledger_flows(sweep->ledger, 0, 10, sweep->w);
	world_pending(sweep->w);
	ck_ok(store_device_grant_each_live(sweep->w->store, sweep->w->now, stand_in_log,
					   &standing));
	ck_assert_uint_gt(standing.seen, 0);
	power_vfs_fail(&fault);
	while (power_vfs_failures() == 0)
		fill_log(sweep->w, 1);
}

/* A reader keeps the log from being copied back whole, so the first copy is not synced; the next
 * one is, in vain, and the kernel forgets both. The log must not start afresh before all of it was
 * copied once more. */
START_TEST(what_a_failed_sync_forgot_is_copied_again)
{
	WORLD(w);
	AUTO(ledger) struct ledger *ledger = ledger_new();
	struct sweep_state sweep = { .w = &w,
				     .ledger = ledger,
				     .dice = power_dice("a failed sync of the database") };
	for (size_t i = 0; i < 2; i++) {
		fail_a_sync_of_the_database(&sweep, _i == 1);
		fill_log(&w, 1); /* when this is answered the writer has made good */
		judge_running(&sweep);
		judge_after_cut(&sweep);
		fill_log(&w, 2 * CHANGES_PER_COPY);
		judge_after_cut(&sweep);
	}
	judge_running(&sweep);
	expect_nothing_wrong(&sweep.verdict, "a failed sync of the database");
}
END_TEST

/* --- room in the log
 * -----------------------------------------------------------------------------------------------
 */

/* Two numbers in the head of the log, which change when it starts afresh. */
static uint64_t log_salt(const struct world *w)
{
	char path[CONTRACT_DATABASE_MAX + 8];
	uint64_t salt = 0;
	snprintf(path, sizeof(path), "%s-wal", w->database);
	FILE *file = fopen(path, "re");
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fseek(file, 16, SEEK_SET), 0);
	ck_assert_uint_eq(fread(&salt, sizeof(salt), 1, file), 1);
	fclose(file);
	return salt;
}

START_TEST(a_log_that_can_grow_no_further_starts_afresh)
{
	static const struct power_fault full = { .calls = POWER_WRITE,
						 .files = POWER_FILE(POWER_LOG),
						 .result = SQLITE_FULL };
	WORLD(w);
	struct device_grant_new new = world_grant(&w);
	world_pending(&w);
	uint64_t before = log_salt(&w);
	world_pending(&w);
	ck_assert_uint_eq(log_salt(&w), before);
	power_vfs_fail(&full);
	ck_err(store_device_grant_insert(w.store, &new, NULL), ERR_DATABASE);
	power_vfs_mend();
	ck_ok(store_device_grant_insert(w.store, &new, NULL));
	ck_assert_uint_ne(log_salt(&w), before);
}
END_TEST

static void add_tests(TCase *tc)
{
	power_worlds();
	tcase_add_test(tc, a_log_that_can_grow_no_further_starts_afresh);
	tcase_add_loop_test(tc, a_bad_disk_fails_the_operation_and_not_the_store, 0,
			    ARRAY_LEN(rows));
	tcase_add_loop_test(tc, a_bad_disk_loses_nothing_when_the_store_stops_and_starts, 0,
			    ARRAY_LEN(rows));
	tcase_add_test(tc, a_bad_disk_fails_whole_groups);
	tcase_add_loop_test(tc, what_a_failed_sync_forgot_is_copied_again, 0, 2);
}

TEST_MAIN_TIMEOUT("store/sqlite/disk_full", add_tests, 120)
