/* SPDX-License-Identifier: Apache-2.0
 *
 * What the object files of the PostgreSQL engine stand on: the place for the event, what becomes of
 * a statement that fails, and of one that is in another's way. */
#include "check_main.h"
#include "check_time.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "crew.h"
#include "postgres_engine.h"
#include "store/postgres/pg_object.h"
#include "world.h"

/* The rest of a test is about errors, which need not be read. */
static void be_quiet(void)
{
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
}

static int64_t number_of(struct world *w, const char *sql)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(w->store, &rows, sql, NO_VALUES);
	ck_found(pg_rows_next(&rows));
	return pg_rows_int64(&rows);
}

/* --- the place for the event
 * ---------------------------------------------------------------------------- */

static const char put_sql[] =
	"WITH done AS (INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name)"
	" DO NOTHING RETURNING 1) {event} SELECT count(*) FROM done";

static enum err put(struct world *w, const char *name, const struct event *event)
{
	return PG_CHANGE(w->store, put_sql, VALUES(V_TEXT(slice_str(name)), V_BLOB(SLICE("v"))),
			 ERR_UNCHANGED, event);
}

static void check_events(struct world *w)
{
	struct event event = world_event(w, EVENT_KEY_ROTATED);
	struct event_list list;
	ck_ok(put(w, "without", NULL));
	ck_assert_uint_eq(world_events(w, EVENT_KEY_ROTATED), 0);
	ck_ok(put(w, "with", &event));
	ck_assert_uint_eq(world_events(w, EVENT_KEY_ROTATED), 1);
	ck_err(put(w, "with", &event), ERR_UNCHANGED);
	ck_assert_uint_eq(world_events(w, EVENT_KEY_ROTATED), 1);
	event.authorization = world_id();
	event.user = event.client = (struct id){ 0 };
	ck_ok(put(w, "of another shard", &event));
	ck_ok(store_event_list(w->store, w->arena, &(struct event_filter){ .limit = 1 }, &list));
	ck_assert(id_equal(&list.items[0].authorization, &event.authorization));
	ck_assert(id_is_zero(&list.items[0].user) && id_is_zero(&list.items[0].client));
	ck_slice(list.items[0].address, "203.0.113.7");
	ck_slice(list.items[0].detail, "test");
}

START_TEST(an_event_is_recorded_with_its_write)
{
	WORLD_EMPTY(w);
	check_events(&w);
}
END_TEST

/* Nothing is prepared then, and the text is made anew each time. */
START_TEST(an_event_is_recorded_through_a_pooler)
{
	WORLD_EMPTY(w);
	store_close(&w.store);
	ck_ok(store_open(&(struct store_options){ .database = w.database, .pooler = true },
			 &w.store));
	check_events(&w);
	ck_assert_int_eq(number_of(&w, "SELECT count(*) FROM pg_prepared_statements"), 0);
}
END_TEST

/* --- fates
 * ------------------------------------------------------------------------------------------------
 */

START_TEST(a_taken_value_and_a_missing_row_are_told_apart)
{
	static const char taken[] = "WITH done AS (INSERT INTO meta (name, value) VALUES ($1, $2)"
				    " RETURNING 1) {event} SELECT count(*) FROM done";
	static const char missing[] =
		"WITH done AS (INSERT INTO access_token (\"authorization\", hash, scope, created,"
		" expires) VALUES ($1, $2, '', 0, 0) RETURNING 1) SELECT count(*) FROM done";
	WORLD_EMPTY(w);
	struct event event = world_event(&w, EVENT_KEY_ROTATED);
	struct id id = world_id();
	struct hash hash = world_hash();
	ck_ok(put(&w, "n", NULL));
	ck_err(PG_CHANGE(w.store, taken, VALUES(V_TEXT(SLICE("n")), V_BLOB(SLICE("v"))),
			 ERR_UNCHANGED, &event),
	       ERR_CONFLICT);
	ck_err(PG_CHANGE(w.store, missing, VALUES(V_ID(&id), V_HASH(&hash)), ERR_UNCHANGED, NULL),
	       ERR_ABSENT);
	ck_assert_uint_eq(world_events(&w, EVENT_KEY_ROTATED), 0);
}
END_TEST

static enum err run_badly(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	int *runs = arg;
	(*runs)++;
	ck_ok(pg_run(conn, "INSERT INTO meta (name, value) VALUES ('half', '')", NO_VALUES));
	ck_err(pg_change(conn, "DELETE FROM meta WHERE name = 'other'", NO_VALUES, ERR_ABSENT),
	       ERR_ABSENT);
	return pg_run(conn, "SELECT 1 / 0", NO_VALUES);
}

static enum err run_blindly(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	int *runs = arg;
	(*runs)++;
	ck_ok(pg_run(conn, "INSERT INTO meta (name, value) VALUES ('half', '')", NO_VALUES));
	ck_err(pg_run(conn, "SELECT 1 / 0", NO_VALUES), ERR_DATABASE);
	return ERR_OK;
}

START_TEST(what_fails_is_undone_and_not_tried_again)
{
	static pg_write_fn *const functions[] = { run_badly, run_blindly };
	WORLD_EMPTY(w);
	be_quiet();
	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		int runs = 0;
		ck_err(pg_write(w.store, functions[i], &runs, NULL), ERR_DATABASE);
		ck_err(pg_write_locking(w.store, functions[i], &runs, NULL), ERR_DATABASE);
		ck_assert_int_eq(runs, 2);
	}
	ck_assert_int_eq(number_of(&w, "SELECT count(*) FROM meta"), 0);
	ck_assert_int_eq(number_of(&w, "SELECT count(*) FROM pg_stat_activity"
				       " WHERE datname = current_database()"),
			 1);
}
END_TEST

static enum err run_nothing(struct pg_conn *conn UNUSED, void *arg UNUSED, bool *unrecorded)
{
	*unrecorded = true;
	return ERR_OK;
}

static enum err run_refusal(struct pg_conn *conn, void *arg UNUSED, bool *unrecorded UNUSED)
{
	ck_ok(pg_run(conn, "INSERT INTO meta (name, value) VALUES ('half', '')", NO_VALUES));
	return ERR_FULL;
}

START_TEST(what_a_transaction_refuses_is_undone)
{
	WORLD_EMPTY(w);
	struct event event = world_event(&w, EVENT_KEY_ROTATED);
	ck_err(pg_write(w.store, run_refusal, NULL, &event), ERR_FULL);
	ck_ok(pg_write(w.store, run_nothing, NULL, &event));
	ck_assert_int_eq(number_of(&w, "SELECT count(*) FROM meta"), 0);
	ck_assert_uint_eq(world_events(&w, EVENT_KEY_ROTATED), 0);
}
END_TEST

/* --- in another's way
 * ---------------------------------------------------------------------------------- */

static atomic_int runs;

/* Two whose first attempts meet halfway. */
struct crossing {
	struct world *w;
	pthread_barrier_t middle;
	void (*cross)(struct crossing *crossing, size_t number);
};

struct path {
	struct crossing *crossing;
	const char *names[2];
	bool met;
};

static void meet(struct path *path)
{
	atomic_fetch_add(&runs, 1);
	if (!path->met)
		pthread_barrier_wait(&path->crossing->middle);
	path->met = true;
}

static void cross_once(void *arg, size_t number)
{
	struct crossing *crossing = arg;
	crossing->cross(crossing, number);
}

static void add_lease(struct world *w, const char *name)
{
	struct lease lease = { .name = slice_str(name), .holder = world_id(), .seconds = 60 };
	uint64_t fence;
	ck_ok(store_lease_take(w->store, &lease, w->now, &fence));
}

static void cross(struct crossing *crossing)
{
	struct crew crew;
	add_lease(crossing->w, "a");
	add_lease(crossing->w, "b");
	pthread_barrier_init(&crossing->middle, NULL, 2);
	crew_init(&crew, 2, cross_once, crossing);
	crew_round(&crew);
	crew_fini(&crew);
	pthread_barrier_destroy(&crossing->middle);
}

static enum err run_count(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	int64_t count;
	if (pg_number(conn, "SELECT fence FROM lease WHERE name = 'a'", NO_VALUES, &count) != FOUND)
		return ERR_DATABASE;
	meet(arg);
	return pg_run(conn, "UPDATE lease SET fence = $1 WHERE name = 'a'",
		      VALUES(V_INT(count + 1)));
}

static void count_up(struct crossing *crossing, size_t number UNUSED)
{
	struct path path = { .crossing = crossing };
	ck_ok(pg_write(crossing->w->store, run_count, &path, NULL));
}

START_TEST(serialisable_transactions_are_run_until_each_has_had_its_turn)
{
	WORLD_EMPTY(w);
	struct crossing crossing = { .w = &w, .cross = count_up };
	cross(&crossing);
	ck_assert_int_eq(number_of(&w, "SELECT fence FROM lease WHERE name = 'a'"), 3);
	ck_assert_int_ge(atomic_load(&runs), 3);
}
END_TEST

static enum err run_across(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char sql[] = "UPDATE lease SET fence = fence + 1 WHERE name = $1";
	struct path *path = arg;
	enum err err = pg_run(conn, sql, VALUES(V_TEXT(slice_str(path->names[0]))));
	meet(path);
	return err == ERR_OK ? pg_run(conn, sql, VALUES(V_TEXT(slice_str(path->names[1])))) : err;
}

static void go_across(struct crossing *crossing, size_t number)
{
	struct path path = { .crossing = crossing };
	path.names[0] = number == 0 ? "a" : "b";
	path.names[1] = number == 0 ? "b" : "a";
	ck_ok(pg_write_locking(crossing->w->store, run_across, &path, NULL));
}

START_TEST(of_two_who_wait_for_each_other_both_get_through)
{
	WORLD_EMPTY(w);
	struct crossing crossing = { .w = &w, .cross = go_across };
	cross(&crossing);
	ck_assert_int_eq(number_of(&w, "SELECT sum(fence)::bigint FROM lease"), 2 + 4);
	ck_assert_int_ge(atomic_load(&runs), 3);
}
END_TEST

/* --- a lock that is not let go
 * ----------------------------------------------------------------------------- */

struct holder {
	struct world *w;
	enum err result;
	int64_t took_ms;
};

static enum err run_while_held(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char sql[] = "WITH done AS (UPDATE lease SET fence = fence + 100"
				  " WHERE name = 'n' RETURNING 1) SELECT count(*) FROM done";
	struct holder *holder = arg;
	int64_t started_ms = clock_mono_ms();
	conn->deadline_ms += 20000;
	ck_ok(pg_run(conn, "UPDATE lease SET fence = fence + 1 WHERE name = 'n'", NO_VALUES));
	holder->result = PG_CHANGE(holder->w->store, sql, NO_VALUES, ERR_ABSENT, NULL);
	holder->took_ms = clock_mono_ms() - started_ms;
	return ERR_OK;
}

/* What was given up must not happen later. */
START_TEST(who_waits_for_a_lock_gives_up_and_so_does_the_server)
{
	enum { WAIT_MS = 2000, HELD_MS = 15000 };
	WORLD_EMPTY(w);
	be_quiet();
	add_lease(&w, "n");
	store_close(&w.store);
	ck_ok(store_open(&(struct store_options){ .database = w.database, .wait_ms = WAIT_MS },
			 &w.store));
	struct holder holder = { .w = &w };
	ck_ok(pg_write_locking(w.store, run_while_held, &holder, NULL));
	ck_err(holder.result, ERR_DATABASE);
	ck_assert_int_ge(holder.took_ms, WAIT_MS / 2);
	ck_assert_int_lt(holder.took_ms, HELD_MS);
	while (number_of(&w, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
			     " AND datname = current_database()") > 1)
		continue;
	ck_assert_int_eq(number_of(&w, "SELECT fence FROM lease WHERE name = 'n'"), 2);
}
END_TEST

/* --- opening
 * ---------------------------------------------------------------------------------------------- */

START_TEST(who_opened_for_reading_writes_nothing)
{
	WORLD_EMPTY(w);
	be_quiet();
	store_close(&w.store);
	ck_ok(store_open(&(struct store_options){ .database = w.database, .read_only = true },
			 &w.store));
	struct event event = world_event(&w, EVENT_KEY_ROTATED);
	int count = 0;
	ck_err(put(&w, "n", &event), ERR_DATABASE);
	ck_err(pg_write(w.store, run_badly, &count, NULL), ERR_DATABASE);
	ck_err(pg_write_locking(w.store, run_badly, &count, NULL), ERR_DATABASE);
	store_event_post(w.store, &event);
	store_device_grant_watch(w.store, NULL, NULL);
	ck_assert_int_eq(count, 0);
	ck_assert_int_eq(number_of(&w, "SELECT count(*) FROM meta"), 0);
}
END_TEST

static const struct {
	const char *database;
	enum err err;
} addresses[] = {
	{ "postgresql://doorcode:pass@word@127.0.0.1/doorcode", ERR_INVALID },
	{ "postgresql://127.0.0.1/doorcode?no_such_option=1", ERR_INVALID },
	{ "postgres://[::1/doorcode", ERR_INVALID },
	{ "postgresql://doorcode:password/doorcode", ERR_INVALID },
	{ "postgresql://doorcode:pass/word@127.0.0.1/doorcode", ERR_INVALID },
	{ "postgresql://doorcode:word%40%2F@127.0.0.1:1/doorcode?application_name=a@b",
	  ERR_DATABASE },
	{ "postgresql://127.0.0.1:1/doorcode", ERR_DATABASE },
	{ "postgres://nobody:nothing@127.0.0.1:1,127.0.0.1:2/doorcode", ERR_DATABASE },
};

static int64_t open_in_vain(const char *database, enum err err)
{
	const struct store_options options = { .database = database, .wait_ms = 300 };
	struct store *store;
	int64_t started_ms = clock_mono_ms();
	ck_err(store_open(&options, &store), err);
	ck_assert_ptr_null(store);
	return clock_mono_ms() - started_ms;
}

START_TEST(a_server_that_cannot_be_reached_is_noticed_in_time)
{
	be_quiet();
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
		CK_LEAST_LT(open_in_vain(addresses[i].database, addresses[i].err), 1500);
}
END_TEST

/* The URL of the tests' server with another password. */
static void with_password(const struct world *w, const char *password,
			  char out[2 * CONTRACT_DATABASE_MAX])
{
	const char *at = strrchr(w->database, '@');
	int len = snprintf(out, 2 * CONTRACT_DATABASE_MAX, "postgresql://doorcode:%s%s", password,
			   at);
	ck_assert(at != NULL && len > 0 && len < 2 * CONTRACT_DATABASE_MAX);
}

START_TEST(no_password_is_logged)
{
	static const char *const passwords[] = {
		"topsecret",  "topsecret@topsecret", "topsecret/topsecret",
		"@topsecret", "topsecret%",          "x:5432/topsecret?topsecret=1"
	};
	WORLD_EMPTY(w);
	char database[2 * CONTRACT_DATABASE_MAX];
	char log[65536];
	int fd = memfd_create("log", MFD_CLOEXEC);
	int before = dup(STDERR_FILENO);
	ck_assert(dup2(fd, STDERR_FILENO) >= 0);
	for (size_t i = 0; i < ARRAY_LEN(passwords); i++) {
		struct store *store;
		with_password(&w, passwords[i], database);
		ck_assert_int_ne(
			store_open(&(struct store_options){ .database = database, .wait_ms = 200 },
				   &store),
			ERR_OK);
	}
	ck_assert(dup2(before, STDERR_FILENO) >= 0);
	ssize_t len = pread(fd, log, sizeof(log), 0);
	ck_assert_int_gt(len, 0);
	ck_assert_ptr_nonnull(memmem(log, (size_t)len, "database", 8));
	ck_assert_msg(memmem(log, (size_t)len, "topsecret", 9) == NULL, "%.*s", (int)len, log);
	close(before);
	close(fd);
}
END_TEST

static void add_tests(TCase *tc)
{
	world_set_engine(&postgres_for_tests);
	tcase_add_test(tc, an_event_is_recorded_with_its_write);
	tcase_add_test(tc, an_event_is_recorded_through_a_pooler);
	tcase_add_test(tc, a_taken_value_and_a_missing_row_are_told_apart);
	tcase_add_test(tc, what_fails_is_undone_and_not_tried_again);
	tcase_add_test(tc, what_a_transaction_refuses_is_undone);
	tcase_add_test(tc, serialisable_transactions_are_run_until_each_has_had_its_turn);
	tcase_add_test(tc, of_two_who_wait_for_each_other_both_get_through);
	tcase_add_test(tc, who_waits_for_a_lock_gives_up_and_so_does_the_server);
	tcase_add_test(tc, who_opened_for_reading_writes_nothing);
	tcase_add_test(tc, a_server_that_cannot_be_reached_is_noticed_in_time);
	tcase_add_test(tc, no_password_is_logged);
}

TEST_MAIN("store/postgres core", add_tests)
