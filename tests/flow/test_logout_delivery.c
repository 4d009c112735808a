/* SPDX-License-Identifier: Apache-2.0
 *
 * The threads that deliver: a client that hangs keeps nobody waiting, and stopping waits for what
 * is under way. */
#include "flow/logout_delivery.h"

#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/rng.h"
#include "check_main.h"
#include "fetch/fetch.h"
#include "flow/logout_fixture.h"
#include "flow/signing_fixture.h"
#include "support/origin.h"

enum { WAIT_MS = 20000, TIMEOUT_MS = 3000, HANGING = 12 };

static const struct origin_answer answers[] = {
	{ ORIGIN_AT_ONCE, "/out", ORIGIN_OK("", "") },
	{ ORIGIN_HOLD, "/hold", "" },
};

static struct fixture fixture;
static struct origin *origin;
static struct network loopback;
static struct session *session;
static struct client *good;
static struct client *bad;

static struct client *client_at(const char *client_id, const char *path)
{
	struct slice uri = arena_printf(fixture.call.arena,
					"backchannel_logout_uri=http://127.0.0.1:%u%s",
					(unsigned)origin_port(origin), path);
	const char *const settings[] = { arena_cstr(fixture.call.arena, uri), NULL };
	return logout_client(&fixture, client_id, settings);
}

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture_sign(&fixture);
	origin = origin_start(answers, ARRAY_LEN(answers), false);
	ck_assert_int_eq(network_parse(SLICE("127.0.0.1"), &loopback), ERR_OK);
	const struct fetch_options options = {
		.allowed = &loopback,
		.allowed_count = 1,
		.allow_http = true,
		.timeout_ms = TIMEOUT_MS,
		.most_bytes = 4096,
	};
	fixture.flow.fetch = fetch_new(&options);
	fixture_person(&fixture, "ada");
	session = logout_sign_in(&fixture, "ada", NULL);
	good = client_at("good", "/out");
	bad = client_at("bad", "/hold");
	ck_assert_int_eq(logout_delivery_start(&fixture.flow, &fixture.flow.deliveries), ERR_OK);
	ck_assert_ptr_nonnull(fixture.flow.deliveries);
}

static void teardown(void)
{
	origin_stop(&origin);
	fetch_free(&fixture.flow.fetch);
	fixture_stop(&fixture);
}

static void add_job(const struct client *client)
{
	struct job_row job = {
		.kind = JOB_BACKCHANNEL_LOGOUT,
		.client = client->id,
		.user = session->user.id,
		.payload = SLICE("a sid"),
		.created = clock_now(),
		.due = clock_now(),
	};
	rng_bytes(job.id.bytes, ID_BYTES);
	ck_assert_int_eq(store_job_insert(fixture.store, &job, 1, NULL), ERR_OK);
	logout_delivery_wake(fixture.flow.deliveries);
}

static void pause_a_moment(void)
{
	const struct timespec span = { .tv_nsec = 5000000 };
	nanosleep(&span, NULL);
}

static void wait_for_delivered(size_t count)
{
	int64_t until = clock_mono_ms() + WAIT_MS;
	while (fixture_events(&fixture, EVENT_LOGOUT_DELIVERED) < count) {
		ck_assert_msg(clock_mono_ms() < until, "in vain waited for %zu", count);
		pause_a_moment();
	}
}

static void wait_for_requests(unsigned count)
{
	int64_t until = clock_mono_ms() + WAIT_MS;
	while (origin_requests(origin) < count) {
		ck_assert_msg(clock_mono_ms() < until, "in vain waited for %u requests", count);
		pause_a_moment();
	}
}

START_TEST(jobs_are_delivered_as_they_come)
{
	for (size_t i = 1; i <= 20; i++)
		add_job(good);
	wait_for_delivered(20);
	logout_delivery_stop(&fixture.flow.deliveries);
	ck_assert_ptr_null(fixture.flow.deliveries);
	ck_assert_uint_eq(origin_requests(origin), 20);
}
END_TEST

/* After the first time-out the one that hangs has a thread at a time. */
/* One after the other, after so many before: milliseconds that took. */
static int64_t deliver_twenty(size_t before)
{
	int64_t began = clock_mono_ms();
	for (size_t i = 1; i <= 20; i++) {
		add_job(good);
		wait_for_delivered(before + i);
	}
	return clock_mono_ms() - began;
}

START_TEST(who_hangs_keeps_nobody_waiting)
{
	int64_t alone_ms = deliver_twenty(0);
	for (int i = 0; i < HANGING; i++)
		add_job(bad);
	wait_for_requests(20 + 5); /* the first four have timed out */
	int64_t beside_ms = deliver_twenty(20);
	ck_assert_int_lt(beside_ms, TIMEOUT_MS + 10 * alone_ms);
	logout_delivery_stop(&fixture.flow.deliveries);
}
END_TEST

START_TEST(stopping_waits_for_what_is_under_way)
{
	add_job(bad);
	wait_for_requests(1);
	int64_t began = clock_mono_ms();
	logout_delivery_stop(&fixture.flow.deliveries);
	ck_assert_int_lt(clock_mono_ms() - began, TIMEOUT_MS + WAIT_MS);
	struct job_list jobs;
	const struct job_claim claim = { clock_now() + 20, clock_now() + 60, 10 };
	ck_assert_int_eq(store_job_claim(fixture.store, fixture.call.arena, &claim, &jobs), ERR_OK);
	ck_assert_uint_eq(jobs.count, 1); /* to be tried again */
	ck_assert_uint_eq(jobs.items[0].attempts, 1);
}
END_TEST

START_TEST(a_program_that_asks_nobody_delivers_nothing)
{
	logout_delivery_stop(&fixture.flow.deliveries);
	struct flow mute = fixture.flow;
	mute.fetch = NULL;
	ck_assert_int_eq(logout_delivery_start(&mute, &mute.deliveries), ERR_OK);
	ck_assert_ptr_null(mute.deliveries);
	logout_delivery_wake(mute.deliveries);
	logout_delivery_stop(&mute.deliveries);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, jobs_are_delivered_as_they_come);
	tcase_add_test(tc, who_hangs_keeps_nobody_waiting);
	tcase_add_test(tc, stopping_waits_for_what_is_under_way);
	tcase_add_test(tc, a_program_that_asks_nobody_delivers_nothing);
}

TEST_MAIN("flow/logout_delivery", add_tests)
