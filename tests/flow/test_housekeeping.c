/* SPDX-License-Identifier: Apache-2.0
 *
 * The housekeeper: warms the poll table, learns of decisions taken elsewhere, raises the alarm,
 * sweeps, and stops at once. Where it takes a round or two, the test asks again until it is so, or
 * fails. */
#include "flow/housekeeping.h"

#include <time.h>

#include "base/clock.h"
#include "base/rng.h"
#include "check_main.h"
#include "check_time.h"
#include "flow/alarm.h"
#include "flow/budget.h"
#include "flow/flow_fixture.h"
#include "flow/issue_meter.h"
#include "flow/poll_table.h"
#include "flow/sign_in.h"

enum { PATIENCE_MS = 30000 };

static struct fixture fixture;
static struct housekeeping *keeper;
static struct client *client;

static void setup(void)
{
	struct slice secret;
	fixture_start(&fixture, "1");
	fixture.call.now = clock_now();
	client = fixture_client(&fixture, "tv", CLIENT_PUBLIC, &secret);
	keeper = NULL;
}

static void teardown(void)
{
	housekeeping_stop(&keeper);
	fixture_stop(&fixture);
}

static void start(void)
{
	const struct housekeeping_options options = { .flow = &fixture.flow,
						      .keep_dead = 86400,
						      .keep_events = 86400 };
	ck_assert_int_eq(housekeeping_start(&options, &keeper), ERR_OK);
}

#define WAIT_UNTIL(condition) \
	do { \
		int64_t give_up = clock_mono_ms() + PATIENCE_MS; \
		while (!(condition)) { \
			ck_assert_msg(clock_mono_ms() < give_up, "never: %s", #condition); \
			nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL); \
		} \
	} while (0)

static struct device_grant_new insert_grant(const char *address, int64_t expires)
{
	struct device_grant_new new = { .code = { .key_id = 1 } };
	rng_bytes(new.code.hash.bytes, HASH_BYTES);
	rng_bytes(new.grant.authorization.bytes, ID_BYTES);
	rng_bytes(new.grant.code_hash.bytes, HASH_BYTES);
	new.grant.client = client->id;
	new.grant.scope = SLICE("openid");
	new.grant.address = slice_str(address);
	new.grant.created = expires - 1800;
	new.grant.expires = expires;
	ck_assert_int_eq(store_device_grant_insert(fixture.store, &new, NULL), ERR_OK);
	return new;
}

static void approve_as(const char *name, const struct device_grant_new *new)
{
	struct sign_in_result result;
	struct session *session;
	const struct sign_in_request request = { .name = slice_str(name),
						 .password = FIXTURE_PASSWORD };
	fixture_person(&fixture, name);
	ck_assert_int_eq(sign_in(&fixture.flow, &fixture.call, &request, &result), SIGN_IN_OK);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	const struct device_decision decision = {
		.authorization = new->grant.authorization,
		.accept = true,
		.user = session->user.id,
		.scope = new->grant.scope,
		.now = clock_now(),
		.auth_time = session->auth_time,
		.amr = session->amr,
		.acr = session->acr,
		.sid = session->sid,
		.session = session->hash,
	};
	ck_assert_int_eq(store_device_grant_decide(fixture.store, &decision, NULL), ERR_OK);
}

static void approve(const struct device_grant_new *new)
{
	approve_as("ada", new);
}

/* DEVICE_STATUS_COUNT: not in the table */
static enum device_status status_of(const struct device_grant_new *new)
{
	struct poll_result result;
	if (poll_table_poll(fixture.flow.polls, &new->grant.code_hash, &client->id, 1, &result) !=
	    POLL_KNOWN)
		return DEVICE_STATUS_COUNT;
	return result.status;
}

START_TEST(the_table_is_warmed)
{
	struct device_grant_new pending = insert_grant("192.0.2.1", clock_now() + 600);
	struct device_grant_new approved = insert_grant("2001:db8::1", clock_now() + 600);
	struct device_grant_new expired = insert_grant("192.0.2.1", clock_now() - 1);
	struct device_grant_new local = insert_grant("unix", clock_now() + 600);
	approve(&approved);
	start();
	WAIT_UNTIL(housekeeping_is_warm(keeper));
	ck_assert_int_eq(status_of(&pending), DEVICE_PENDING);
	ck_assert_int_eq(status_of(&approved), DEVICE_APPROVED);
	ck_assert_int_eq(status_of(&expired), DEVICE_STATUS_COUNT);
	ck_assert_int_eq(status_of(&local), DEVICE_PENDING);
	ck_assert_uint_eq(poll_table_live(fixture.flow.polls), 2);
}
END_TEST

START_TEST(warming_counts_live_codes_by_source)
{
	/* the fixture's meter lets ten live */
	for (int i = 0; i < 10; i++)
		insert_grant("192.0.2.1", clock_now() + 600);
	start();
	WAIT_UNTIL(housekeeping_is_warm(keeper));
	int64_t retry_after;
	ck_assert_int_eq(
		issue_meter_take(fixture.flow.meter, &fixture.call.address, 0, &retry_after),
		ERR_FULL);
	struct address elsewhere;
	ck_assert_int_eq(address_parse(SLICE("198.51.100.1"), &elsewhere), ERR_OK);
	ck_assert_int_eq(issue_meter_take(fixture.flow.meter, &elsewhere, 0, &retry_after), ERR_OK);
}
END_TEST

START_TEST(what_was_in_the_table_already_is_counted_once)
{
	struct device_grant_new known = insert_grant("192.0.2.1", clock_now() + 600);
	const uint64_t source = issue_meter_source(fixture.flow.meter, &fixture.call.address);
	const struct poll_entry entry = { &known.grant.code_hash, &client->id, known.grant.expires,
					  source };
	issue_meter_add_live(fixture.flow.meter, source);
	ck_assert(poll_table_add(fixture.flow.polls, &entry));
	for (int i = 0; i < 8; i++)
		insert_grant("192.0.2.1", clock_now() + 600);
	start();
	WAIT_UNTIL(housekeeping_is_warm(keeper));
	int64_t retry_after;
	ck_assert_int_eq(
		issue_meter_take(fixture.flow.meter, &fixture.call.address, 0, &retry_after),
		ERR_OK);
	ck_assert_int_eq(
		issue_meter_take(fixture.flow.meter, &fixture.call.address, 0, &retry_after),
		ERR_FULL);
}
END_TEST

START_TEST(decisions_taken_elsewhere_are_learnt)
{
	struct device_grant_new grant = insert_grant("192.0.2.1", clock_now() + 600);
	start();
	WAIT_UNTIL(housekeeping_is_warm(keeper));
	ck_assert_int_eq(status_of(&grant), DEVICE_PENDING);
	approve(&grant);
	WAIT_UNTIL(status_of(&grant) == DEVICE_APPROVED);
	ck_assert_uint_eq(poll_table_live(fixture.flow.polls), 0);
}
END_TEST

START_TEST(guessing_all_over_the_server_raises_the_alarm) /* RFC8628#5.1 */
{
	struct throttle_plan plan = { .counters = { { .kind = THROTTLE_CODE_SERVER } },
				      .count = 1 };
	struct budget budget;
	struct failure_taken taken;
	budget_make(&fixture.flow, &plan, &budget);
	for (uint32_t i = 0; i < throttle_row(THROTTLE_CODE_SERVER)->limit; i++)
		ck_assert_int_eq(
			store_failure_take(fixture.store, budget.counters, 1, clock_now(), &taken),
			ERR_OK);
	start();
	WAIT_UNTIL(alarm_code_attack(fixture.flow.alarm));
	for (uint32_t i = 0; i < 10; i++)
		budget_give_back(&fixture.flow, &fixture.call, &budget);
	WAIT_UNTIL(!alarm_code_attack(fixture.flow.alarm));
}
END_TEST

static enum find find_grant(const struct device_grant_new *new)
{
	struct device_grant *grant;
	return store_device_grant_find(fixture.store, fixture.call.arena, &new->grant.authorization,
				       &grant);
}

START_TEST(what_expired_is_deleted_batch_after_batch)
{
	struct device_grant_new alive = insert_grant("192.0.2.1", clock_now() + 600);
	struct device_grant_new first = insert_grant("192.0.2.1", clock_now() - 100000);
	for (int i = 0; i < 600; i++)
		insert_grant("192.0.2.1", clock_now() - 100000);
	struct device_grant_new last = insert_grant("192.0.2.1", clock_now() - 90000);
	start();
	WAIT_UNTIL(find_grant(&first) == ABSENT && find_grant(&last) == ABSENT);
	ck_assert_int_eq(find_grant(&alive), FOUND);
}
END_TEST

/* A round re-reads decisions and then sweeps: two of them, and the first one's sweep is over. */
static void wait_for_a_sweep(void)
{
	static const char *const names[] = { "grace", "edith" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct device_grant_new grant = insert_grant("192.0.2.1", clock_now() + 600);
		approve_as(names[i], &grant);
		const struct poll_entry entry = { &grant.grant.code_hash, &client->id,
						  grant.grant.expires, 7 };
		ck_assert(poll_table_add(fixture.flow.polls, &entry));
		WAIT_UNTIL(status_of(&grant) == DEVICE_APPROVED);
	}
}

START_TEST(only_the_holder_of_the_lease_sweeps)
{
	struct device_grant_new expired = insert_grant("192.0.2.1", clock_now() - 100000);
	const struct lease lease = { SLICE("sweep"), { { 9 } }, 600 };
	uint64_t fence;
	ck_assert_int_eq(store_lease_take(fixture.store, &lease, clock_now(), &fence), ERR_OK);
	start();
	WAIT_UNTIL(housekeeping_is_warm(keeper));
	wait_for_a_sweep();
	ck_assert_int_eq(find_grant(&expired), FOUND);
}
END_TEST

START_TEST(it_gives_the_lease_back_when_it_stops)
{
	struct device_grant_new expired = insert_grant("192.0.2.1", clock_now() - 100000);
	const struct lease lease = { SLICE("sweep"), { { 9 } }, 600 };
	uint64_t fence;
	start();
	WAIT_UNTIL(find_grant(&expired) == ABSENT);
	ck_assert_int_eq(store_lease_take(fixture.store, &lease, clock_now(), &fence),
			 ERR_UNCHANGED);
	housekeeping_stop(&keeper);
	ck_assert_int_eq(store_lease_take(fixture.store, &lease, clock_now(), &fence), ERR_OK);
	ck_assert_uint_ge(fence, 2);
}
END_TEST

START_TEST(codes_that_expire_let_go_of_their_source)
{
	/* in the table, and expired: as after a pause of the machine */
	struct hash hash = { { 1 } };
	const struct poll_entry entry = { &hash, &client->id, clock_now() - 1, 5 };
	ck_assert(poll_table_add(fixture.flow.polls, &entry));
	ck_assert_uint_eq(poll_table_live(fixture.flow.polls), 1);
	start();
	WAIT_UNTIL(poll_table_live(fixture.flow.polls) == 0);
}
END_TEST

static int64_t stop_ms(void)
{
	start();
	WAIT_UNTIL(housekeeping_is_warm(keeper));
	int64_t before = clock_mono_ms();
	housekeeping_stop(&keeper);
	ck_assert_ptr_null(keeper);
	return clock_mono_ms() - before;
}

/* And not when it would look about again, a second later. */
START_TEST(it_stops_at_once)
{
	CK_LEAST_LT(stop_ms(), 300);
	housekeeping_stop(&keeper);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_table_is_warmed);
	tcase_add_test(tc, warming_counts_live_codes_by_source);
	tcase_add_test(tc, what_was_in_the_table_already_is_counted_once);
	tcase_add_test(tc, decisions_taken_elsewhere_are_learnt);
	tcase_add_test(tc, guessing_all_over_the_server_raises_the_alarm);
	tcase_add_test(tc, what_expired_is_deleted_batch_after_batch);
	tcase_add_test(tc, only_the_holder_of_the_lease_sweeps);
	tcase_add_test(tc, it_gives_the_lease_back_when_it_stops);
	tcase_add_test(tc, codes_that_expire_let_go_of_their_source);
	tcase_add_test(tc, it_stops_at_once);
}

TEST_MAIN("flow/housekeeping", add_tests)
