/* SPDX-License-Identifier: Apache-2.0
 *
 * The server goes, or what is said to it or by it gets lost on the way: what is answered must be
 * true, once, and in time. */
#include "check_main.h"
#include "check_time.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "forwarder.h"
#include "postgres_engine.h"
#include "store/postgres/pg_object.h"
#include "world.h"

enum { WAIT_MS = 3000, SLACK_MS = 10000, AT_ONCE_MS = 100 };

/* A world whose `store` goes through a forwarder, and `direct` does not. */
struct far {
	struct world w;
	struct store *direct;
	struct forwarder *forwarder;
	char through[CONTRACT_DATABASE_MAX];
};

static void far_init(struct far *far)
{
	log_configure(LOG_LEVEL_COUNT, LOG_LOGFMT);
	world_init(&far->w);
	far->forwarder = forwarder_new(far->w.database, far->through);
	far->direct = far->w.store;
	ck_ok(store_open(&(struct store_options){ .database = far->through, .wait_ms = WAIT_MS },
			 &far->w.store));
}

static void far_fini(struct far *far)
{
	store_close(&far->direct);
	forwarder_set(far->forwarder, FORWARD_DOWN);
	store_close(&far->w.store);
	forwarder_free(&far->forwarder);
	far->w.engine->drop(far->w.database);
	arena_free(&far->w.arena);
}
#define FAR(name) \
	AUTO_FINI(far) struct far name; \
	far_init(&name)

/* What the database really holds. */
static size_t events(struct far *far, enum event_kind kind)
{
	struct store *through = far->w.store;
	far->w.store = far->direct;
	size_t count = world_events(&far->w, kind);
	far->w.store = through;
	return count;
}

static struct event marked(struct far *far, enum event_kind kind)
{
	struct event event = world_event(&far->w, kind);
	event.request_id = SLICE("request-7");
	return event;
}

/* So that the statement itself has been prepared. */
static void warm_up(struct far *far)
{
	struct device_grant_new grant = world_approved(&far->w);
	struct redemption redemption = world_redemption(&far->w, &grant);
	ck_ok(store_device_grant_redeem(far->w.store, &redemption, NULL));
}

/* --- one statement
 * -------------------------------------------------------------------------------------- */

static const enum forwarder_fault faults[] = { FAULT_CUT, FAULT_SWALLOW, FAULT_WARN };

START_TEST(a_redemption_is_answered_truly_whatever_gets_lost)
{
	FAR(far);
	warm_up(&far);
	struct device_grant_new grant = world_approved(&far.w);
	struct redemption redemption = world_redemption(&far.w, &grant);
	struct event event = marked(&far, EVENT_DEVICE_REDEEMED);
	forwarder_arm(far.forwarder, faults[_i], "request-7");
	size_t before = forwarder_accepted(far.forwarder);
	ck_ok(store_device_grant_redeem(far.w.store, &redemption, &event));
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_gt(forwarder_accepted(far.forwarder), before);
	ck_assert_uint_eq(events(&far, EVENT_DEVICE_REDEEMED), 1);
	ck_err(store_device_grant_redeem(far.w.store, &redemption, &event), ERR_UNCHANGED);
	ck_assert(world_has_access(&far.w, &redemption));
	ck_assert_uint_eq(events(&far, EVENT_DEVICE_REDEEMED), 1);
}
END_TEST

START_TEST(a_refusal_is_answered_truly_whatever_gets_lost)
{
	FAR(far);
	warm_up(&far);
	struct device_grant_new grant = world_pending(&far.w);
	struct redemption redemption = world_redemption(&far.w, &grant);
	struct event event = marked(&far, EVENT_DEVICE_REDEEMED);
	forwarder_arm(far.forwarder, faults[_i], "request-7");
	ck_err(store_device_grant_redeem(far.w.store, &redemption, &event), ERR_UNCHANGED);
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_eq(events(&far, EVENT_DEVICE_REDEEMED), 0);
}
END_TEST

/* The lost answer is followed by somebody else's success: ours must not take it for its own. */
START_TEST(a_rival_is_not_taken_for_oneself)
{
	FAR(far);
	warm_up(&far);
	struct device_grant_new grant = world_approved(&far.w);
	struct redemption redemption = world_redemption(&far.w, &grant);
	struct redemption rival = world_redemption(&far.w, &grant);
	struct event event = marked(&far, EVENT_DEVICE_REDEEMED);
	ck_ok(store_device_grant_redeem(far.direct, &rival, &event));
	forwarder_arm(far.forwarder, FAULT_SWALLOW, "request-7");
	ck_err(store_device_grant_redeem(far.w.store, &redemption, &event), ERR_UNCHANGED);
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_eq(events(&far, EVENT_DEVICE_REDEEMED), 1);
}
END_TEST

/* Rows of the statement are gone with the answer, and the caller wants them. */
START_TEST(a_decision_is_told_though_its_answer_was_lost)
{
	FAR(far);
	struct device_grant_new grant = world_pending(&far.w);
	struct device_decision decision = world_decision(&far.w, &grant, true);
	struct event event = marked(&far, EVENT_DEVICE_APPROVED);
	forwarder_arm(far.forwarder, FAULT_SWALLOW, "request-7");
	ck_ok(store_device_grant_decide(far.w.store, &decision, &event));
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_eq(events(&far, EVENT_DEVICE_APPROVED), 1);
	ck_err(store_device_grant_decide(far.w.store, &decision, &event), ERR_UNCHANGED);
}
END_TEST

/* What an insert finds taken may be its own row. */
START_TEST(an_insert_does_not_stumble_over_itself)
{
	FAR(far);
	struct device_grant_new grant = world_grant(&far.w);
	struct event event = marked(&far, EVENT_DEVICE_STARTED);
	forwarder_arm(far.forwarder, faults[_i], "request-7");
	ck_ok(store_device_grant_insert(far.w.store, &grant, &event));
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_eq(events(&far, EVENT_DEVICE_STARTED), 1);
	ck_err(store_device_grant_insert(far.w.store, &grant, &event), ERR_CONFLICT);
}
END_TEST

/* Else the person is told that the request was answered before, and the code that was made for it
 * is revoked. */
START_TEST(a_request_is_not_taken_for_one_that_was_used_by_another)
{
	FAR(far);
	struct kept_request request = { .hash = world_hash(),
					.kind = KEPT_PUSHED,
					.client = far.w.client,
					.parameters = SLICE("scope=openid"),
					.created = far.w.now,
					.expires = far.w.now + 600 };
	struct event event = marked(&far, EVENT_REQUEST_USED);
	ck_ok(store_kept_insert(far.direct, &request, NULL));
	forwarder_arm(far.forwarder, faults[_i], "request-7");
	ck_ok(store_kept_use(far.w.store, &request.hash, far.w.now, &event));
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_eq(events(&far, EVENT_REQUEST_USED), 1);
	ck_err(store_kept_use(far.w.store, &request.hash, far.w.now, &event), ERR_UNCHANGED);
	ck_assert_uint_eq(events(&far, EVENT_REQUEST_USED), 1);
}
END_TEST

/* --- a transaction
 * -------------------------------------------------------------------------------------- */

/* With the length before it: not the READ COMMITTED of a BEGIN. */
#define COMMIT_MESSAGE \
	"\x0b" \
	"COMMIT"

static enum err insert_user(struct far *far, const char *name)
{
	struct user user = world_user(&far->w, name);
	struct event event = marked(far, EVENT_USER_ADDED);
	const struct user_new new = { &user, slice_str(name), SLICE("hash"), NULL };
	return store_user_insert(far->w.store, &new, &event);
}

START_TEST(a_commit_is_answered_truly_whatever_gets_lost)
{
	FAR(far);
	struct user *user;
	struct slice hash;
	size_t before = events(&far, EVENT_USER_ADDED);
	forwarder_arm(far.forwarder, faults[_i], COMMIT_MESSAGE);
	size_t accepted = forwarder_accepted(far.forwarder);
	ck_ok(insert_user(&far, "grace"));
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_gt(forwarder_accepted(far.forwarder), accepted);
	ck_assert_uint_eq(events(&far, EVENT_USER_ADDED), before + 1);
	ck_found(store_user_find_by_name(far.direct, far.w.arena, SLICE("grace"), &user, &hash));
	ck_err(insert_user(&far, "grace"), ERR_CONFLICT);
}
END_TEST

static struct job_row job_of(const struct far *far)
{
	return (struct job_row){ .id = world_id(),
				 .kind = JOB_BACKCHANNEL_LOGOUT,
				 .client = far->w.client,
				 .user = far->w.user,
				 .payload = SLICE("sid"),
				 .created = far->w.now,
				 .due = far->w.now };
}

/* Else the person would try once more, and his applications be told twice. */
START_TEST(jobs_do_not_stumble_over_themselves)
{
	FAR(far);
	struct job_row jobs[2] = { job_of(&far), job_of(&far) };
	struct job_list list;
	const struct job_claim claim = { far.w.now, far.w.now + 60, 10 };
	struct event event = marked(&far, EVENT_LOGOUT_QUEUED);
	forwarder_arm(far.forwarder, faults[_i], COMMIT_MESSAGE);
	ck_ok(store_job_insert(far.w.store, jobs, ARRAY_LEN(jobs), &event));
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_eq(events(&far, EVENT_LOGOUT_QUEUED), 1);
	ck_ok(store_job_claim(far.direct, far.w.arena, &claim, &list));
	ck_assert_uint_eq(list.count, 2);
	ck_err(store_job_insert(far.w.store, jobs, ARRAY_LEN(jobs), &event), ERR_CONFLICT);
	ck_assert_uint_eq(events(&far, EVENT_LOGOUT_QUEUED), 1);
}
END_TEST

static enum err run_with_accident(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	static const char kill[] = "SELECT count(*) FROM (SELECT pg_terminate_backend($1)) AS done";
	struct far *far = arg;
	int64_t pid = PQbackendPID(conn->pg);
	int64_t one;
	if (pg_run(conn, "INSERT INTO meta (name, value) VALUES ('n', '')", NO_VALUES) != ERR_OK)
		return ERR_DATABASE;
	if (far->direct == NULL)
		return ERR_OK;
	/* Once. */
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(far->direct, &rows, "SELECT pg_terminate_backend($1::integer)", VALUES(V_INT(pid)));
	ck_found(pg_rows_next(&rows));
	store_close(&far->direct);
	return pg_number(conn, kill, VALUES(V_INT(0)), &one) == FOUND ? ERR_OK : ERR_DATABASE;
}

START_TEST(a_transaction_whose_connection_ends_is_run_again)
{
	FAR(far);
	ck_ok(pg_write(far.w.store, run_with_accident, &far, NULL));
	ck_assert_ptr_null(far.direct);
	struct meta_list list;
	ck_ok(store_meta_list(far.w.store, far.w.arena, SLICE("n"), 10, &list));
	ck_assert_uint_eq(list.count, 1);
}
END_TEST

/* --- the server goes and comes back
 * --------------------------------------------------------------------- */

static enum err ask(struct far *far, int64_t *took_ms)
{
	struct slice value;
	int64_t started_ms = clock_mono_ms();
	enum find found = store_meta_find(far->w.store, far->w.arena, SLICE("n"), &value);
	*took_ms = clock_mono_ms() - started_ms;
	return found == FIND_FAILED ? ERR_DATABASE : ERR_OK;
}

static enum err tell(struct far *far, int64_t *took_ms)
{
	int64_t started_ms = clock_mono_ms();
	enum err err = store_meta_remove(far->w.store, SLICE("n"));
	*took_ms = clock_mono_ms() - started_ms;
	return err == ERR_ABSENT ? ERR_OK : err;
}

START_TEST(who_waits_for_a_frozen_server_is_answered_in_time)
{
	static enum err (*const calls[])(struct far * far, int64_t * took_ms) = { ask, tell };
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		FAR(far);
		int64_t took_ms;
		ck_ok(calls[i](&far, &took_ms));
		forwarder_set(far.forwarder, FORWARD_FROZEN);
		ck_err(calls[i](&far, &took_ms), ERR_DATABASE);
		ck_assert_int_ge(took_ms, WAIT_MS - 20);
		ck_assert_int_lt(took_ms, WAIT_MS + SLACK_MS);
		forwarder_set(far.forwarder, FORWARD);
		ck_ok(calls[i](&far, &took_ms));
	}
}
END_TEST

static void wait_ms(int64_t ms)
{
	struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

static int64_t tell_in_vain(struct far *far)
{
	int64_t took_ms;
	ck_err(tell(far, &took_ms), ERR_DATABASE);
	return took_ms;
}

START_TEST(a_server_that_stays_away_makes_nobody_wait)
{
	FAR(far);
	int64_t took_ms;
	forwarder_set(far.forwarder, FORWARD_DOWN);
	ck_err(ask(&far, &took_ms), ERR_DATABASE);
	ck_assert_int_lt(took_ms, WAIT_MS + SLACK_MS);
	ck_err(store_ping(far.w.store), ERR_DATABASE);
	do {
		ck_err(ask(&far, &took_ms), ERR_DATABASE);
	} while (took_ms > AT_ONCE_MS);
	CK_LEAST_LT(tell_in_vain(&far), AT_ONCE_MS);
	forwarder_set(far.forwarder, FORWARD);
	int64_t back_ms = clock_mono_ms();
	while (ask(&far, &took_ms) != ERR_OK)
		wait_ms(5);
	ck_assert_int_lt(clock_mono_ms() - back_ms, 1000 + SLACK_MS);
	ck_ok(tell(&far, &took_ms));
	ck_ok(store_ping(far.w.store));
}
END_TEST

struct waiting {
	struct far *far;
	atomic_int *begun;
	enum err err;
	int64_t took_ms;
};

static void *ask_in_thread(void *arg)
{
	struct waiting *waiting = arg;
	int64_t started_ms = clock_mono_ms();
	int64_t own_ms;
	atomic_fetch_add(waiting->begun, 1);
	waiting->err = ask(waiting->far, &own_ms);
	waiting->took_ms = clock_mono_ms() - started_ms;
	return NULL;
}

START_TEST(who_waits_for_a_server_that_comes_back_is_served)
{
	enum { THREADS = 8 };
	FAR(far);
	struct waiting waiting[THREADS];
	pthread_t threads[THREADS];
	atomic_int begun = 0;
	forwarder_set(far.forwarder, FORWARD_DOWN);
	for (size_t i = 0; i < THREADS; i++) {
		waiting[i] = (struct waiting){ .far = &far, .begun = &begun };
		ck_assert(pthread_create(&threads[i], NULL, ask_in_thread, &waiting[i]) == 0);
	}
	while (atomic_load(&begun) < THREADS)
		wait_ms(1);
	wait_ms(WAIT_MS / 3);
	forwarder_set(far.forwarder, FORWARD);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		ck_ok(waiting[i].err);
		ck_assert_int_ge(waiting[i].took_ms, WAIT_MS / 3);
	}
}
END_TEST

/* As after a restart of the server: the idle ones are found out before anything is sent on them. */
START_TEST(connections_that_ended_while_idle_are_not_used)
{
	static const char sql[] = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
				  " WHERE datname = current_database() AND pid <> pg_backend_pid()";
	FAR(far);
	int64_t took_ms;
	ck_ok(ask(&far, &took_ms));
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_read(far.direct, &rows, sql, NO_VALUES);
	ck_found(pg_rows_next(&rows));
	ck_assert_int_ge(pg_rows_int64(&rows), 1);
	struct event event = marked(&far, EVENT_USER_CHANGED);
	ck_ok(store_user_set_admin(far.w.store, &far.w.user, true, &event));
	ck_assert_uint_eq(events(&far, EVENT_USER_CHANGED), 1);
}
END_TEST

/* --- without an event
 * -------------------------------------------------------------------------------------- */

/* Nothing marks it as ours when it is found: neither fresh nor seen may be said of it. */
START_TEST(what_may_have_been_seen_is_neither_fresh_nor_seen)
{
	static const enum err expected[] = { ERR_OK, ERR_DATABASE, ERR_DATABASE };
	FAR(far);
	struct hash warm = world_hash();
	struct hash hash;
	memset(&hash, 'j', sizeof(hash));
	ck_ok(store_seen_insert(far.w.store, &warm, far.w.now, far.w.now + 60));
	ck_err(store_seen_insert(far.w.store, &warm, far.w.now, far.w.now + 60), ERR_CONFLICT);
	forwarder_arm(far.forwarder, faults[_i], "jjjjjjjjjjjjjjjj");
	ck_err(store_seen_insert(far.w.store, &hash, far.w.now, far.w.now + 60), expected[_i]);
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_err(store_seen_insert(far.w.store, &hash, far.w.now, far.w.now + 60), ERR_CONFLICT);
}
END_TEST

/* --- posted events
 * -------------------------------------------------------------------------------------- */

static void post(struct far *far, size_t count)
{
	struct event event = marked(far, EVENT_CODE_REFUSED);
	for (size_t i = 0; i < count; i++)
		store_event_post(far->w.store, &event);
}

START_TEST(posted_events_are_written_once_whatever_gets_lost)
{
	enum { POSTED = 300 };
	FAR(far);
	forwarder_arm(far.forwarder, faults[_i], "request-7");
	post(&far, POSTED);
	while (events(&far, EVENT_CODE_REFUSED) < POSTED)
		wait_ms(5);
	store_close(&far.w.store);
	ck_assert(forwarder_has_tripped(far.forwarder));
	ck_assert_uint_eq(events(&far, EVENT_CODE_REFUSED), POSTED);
}
END_TEST

START_TEST(posted_events_wait_for_the_server)
{
	enum { POSTED = 2000, KEPT = 1024 };
	FAR(far);
	forwarder_set(far.forwarder, FORWARD_DOWN);
	post(&far, POSTED);
	ck_assert_uint_eq(events(&far, EVENT_CODE_REFUSED), 0);
	forwarder_set(far.forwarder, FORWARD);
	while (events(&far, EVENT_CODE_REFUSED) < KEPT)
		wait_ms(5);
	store_close(&far.w.store);
	ck_assert_uint_eq(events(&far, EVENT_CODE_REFUSED), KEPT);
}
END_TEST

START_TEST(closing_writes_what_was_posted)
{
	FAR(far);
	post(&far, 500);
	store_close(&far.w.store);
	ck_assert_uint_eq(events(&far, EVENT_CODE_REFUSED), 500);
}
END_TEST

static void add_tests(TCase *tc)
{
	const int count = ARRAY_LEN(faults);
	world_set_engine(&postgres_for_tests);
	tcase_add_loop_test(tc, a_redemption_is_answered_truly_whatever_gets_lost, 0, count);
	tcase_add_loop_test(tc, a_refusal_is_answered_truly_whatever_gets_lost, 0, count);
	tcase_add_test(tc, a_rival_is_not_taken_for_oneself);
	tcase_add_test(tc, a_decision_is_told_though_its_answer_was_lost);
	tcase_add_loop_test(tc, an_insert_does_not_stumble_over_itself, 0, count);
	tcase_add_loop_test(tc, a_request_is_not_taken_for_one_that_was_used_by_another, 0, count);
	tcase_add_loop_test(tc, a_commit_is_answered_truly_whatever_gets_lost, 0, count);
	tcase_add_loop_test(tc, jobs_do_not_stumble_over_themselves, 0, count);
	tcase_add_test(tc, a_transaction_whose_connection_ends_is_run_again);
	tcase_add_test(tc, who_waits_for_a_frozen_server_is_answered_in_time);
	tcase_add_test(tc, a_server_that_stays_away_makes_nobody_wait);
	tcase_add_test(tc, who_waits_for_a_server_that_comes_back_is_served);
	tcase_add_test(tc, connections_that_ended_while_idle_are_not_used);
	tcase_add_loop_test(tc, what_may_have_been_seen_is_neither_fresh_nor_seen, 0, count);
	tcase_add_loop_test(tc, posted_events_are_written_once_whatever_gets_lost, 0, count);
	tcase_add_test(tc, posted_events_wait_for_the_server);
	tcase_add_test(tc, closing_writes_what_was_posted);
}

TEST_MAIN("store/postgres lost", add_tests)
