/* SPDX-License-Identifier: Apache-2.0
 *
 * The device's side of the device grant: what each state answers to whom, and exactly one
 * redemption. */
#include "flow/device_redeem.h"
#include "flow/token_key.h"

#include <pthread.h>

#include "base/rng.h"
#include "check_main.h"
#include "check_slice.h"
#include "flow/device_fixture.h"
#include "flow/issue_meter.h"
#include "flow/poll_table.h"

static struct devices devices;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;

static void setup(void)
{
	devices_init(&devices);
}

static void teardown(void)
{
	devices_fini(&devices);
}

static struct device_polled poll_as(struct client *client, const struct device_started *started)
{
	return devices_poll(&devices, client, started);
}

/* As another node polls, or this one after it began anew: nothing of the code is in memory. */
static void forget_codes(void)
{
	const struct poll_table_options options = { .max = 1000, .interval_s = 5 };
	poll_table_free(&flow->polls);
	flow->polls = poll_table_new(&options);
}

/* --- what a poll answers
 * --------------------------------------------------------------------------------------------- */

static void nothing(const struct device_started *started)
{
	(void)started;
}

static void approve(const struct device_started *started)
{
	devices_decide(&devices, started, true);
}

static void deny(const struct device_started *started)
{
	devices_decide(&devices, started, false);
}

static void redeem(const struct device_started *started)
{
	approve(started);
	ck_assert_int_eq(poll_as(devices.tv, started).error, OAUTH_OK);
}

static const struct row {
	const char *name;
	void (*happens)(const struct device_started *started);
	int64_t passed;
	enum oauth_error answer;
} rows[] = {
	/* RFC8628#3.5 */
	{ .name = "approved", .happens = approve, .answer = OAUTH_OK },
	{ .name = "approved, in the last second",
	  .happens = approve,
	  .passed = DEVICES_LIFETIME - 1,
	  .answer = OAUTH_OK },
	{ .name = "pending", .happens = nothing, .answer = OAUTH_AUTHORIZATION_PENDING },
	{ .name = "pending, in the last second",
	  .happens = nothing,
	  .passed = DEVICES_LIFETIME - 1,
	  .answer = OAUTH_AUTHORIZATION_PENDING },
	{ .name = "denied", .happens = deny, .answer = OAUTH_ACCESS_DENIED },
	{ .name = "pending and expired",
	  .happens = nothing,
	  .passed = DEVICES_LIFETIME,
	  .answer = OAUTH_EXPIRED_TOKEN },
	{ .name = "approved and expired",
	  .happens = approve,
	  .passed = DEVICES_LIFETIME,
	  .answer = OAUTH_EXPIRED_TOKEN },
	{ .name = "denied and expired",
	  .happens = deny,
	  .passed = DEVICES_LIFETIME,
	  .answer = OAUTH_EXPIRED_TOKEN },
	/* RFC6749#5.2 */
	{ .name = "redeemed", .happens = redeem, .answer = OAUTH_INVALID_GRANT },
	{ .name = "redeemed and expired",
	  .happens = redeem,
	  .passed = DEVICES_LIFETIME,
	  .answer = OAUTH_INVALID_GRANT },
};

START_TEST(each_state_has_its_answer) /* RFC8628#3.5 */
{
	const struct row *row = &rows[_i / 2];
	struct device_started started = devices_start(&devices, devices.tv, "");
	row->happens(&started);
	fixture_wait(&devices.fixture, row->passed);
	if (_i % 2)
		forget_codes();
	struct device_polled polled = poll_as(devices.tv, &started);
	ck_assert_msg(polled.error == row->answer, "%s: %s", row->name,
		      oauth_error_row(polled.error)->name);
	ck_assert_msg(slice_is_empty(polled.answer.access_token) == (row->answer != OAUTH_OK),
		      "%s: token", row->name);
}
END_TEST

START_TEST(a_code_is_its_clients_alone) /* RFC8628#3.4, RFC6749#5.2 */
{
	const struct row *row = &rows[_i / 2];
	struct device_started started = devices_start(&devices, devices.tv, "");
	row->happens(&started);
	fixture_wait(&devices.fixture, row->passed);
	if (_i % 2)
		forget_codes();
	struct device_polled polled = poll_as(devices.web, &started);
	ck_assert_msg(polled.error == OAUTH_INVALID_GRANT, "%s", row->name);
	ck_assert_uint_eq(polled.answer.access_token.len, 0);
	/* and the owner's poll is none the worse, nor early */
	polled = poll_as(devices.tv, &started);
	ck_assert_msg(polled.error == row->answer, "%s: %s", row->name,
		      oauth_error_row(polled.error)->name);
}
END_TEST

START_TEST(a_code_with_a_good_check_part_that_was_never_given)
{
	struct device_started real = devices_start(&devices, devices.tv, "");
	struct device_started invented;
	uint8_t random[TOKEN_RANDOM_BYTES];
	approve(&real);
	rng_bytes(random, sizeof(random));
	/* even of an authorization that there is */
	token_make(flow->ring, TOKEN_DEVICE_CODE, real.code.authorization, random, &invented.code);
	ck_assert_int_eq(poll_as(devices.tv, &invented).error, OAUTH_INVALID_GRANT);
	memset(invented.code.authorization, 7, TOKEN_ID_BYTES);
	ck_assert_int_eq(poll_as(devices.tv, &invented).error, OAUTH_INVALID_GRANT);
	ck_assert_int_eq(poll_as(devices.tv, &real).error, OAUTH_OK);
}
END_TEST

/* --- timing
 * ----------------------------------------------------------------------------------------------------------
 */

START_TEST(early_polls_slow_down_and_cost_no_login) /* RFC8628#3.5 */
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	/* libpq polls at once */
	ck_assert_int_eq(poll_as(devices.tv, &started).error, OAUTH_AUTHORIZATION_PENDING);
	fixture_wait(&devices.fixture, 1);
	struct device_polled early = poll_as(devices.tv, &started);
	ck_assert_int_eq(early.error, OAUTH_SLOW_DOWN);
	ck_assert_int_eq(early.interval, 10);
	fixture_wait(&devices.fixture, 8);
	ck_assert_msg(poll_as(devices.tv, &started).error == OAUTH_AUTHORIZATION_PENDING,
		      "nine seconds of ten");
	fixture_wait(&devices.fixture, 9);
	ck_assert_msg(poll_as(devices.tv, &started).error == OAUTH_AUTHORIZATION_PENDING,
		      "the raised interval stays");
	fixture_wait(&devices.fixture, 5);
	ck_assert_int_eq(poll_as(devices.tv, &started).error, OAUTH_SLOW_DOWN);
	approve(&started);
	ck_assert_msg(poll_as(devices.tv, &started).error == OAUTH_OK,
		      "what is decided is never held back");
}
END_TEST

START_TEST(a_denial_is_never_held_back) /* RFC8628#3.5 */
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	poll_as(devices.tv, &started);
	deny(&started);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(poll_as(devices.tv, &started).error, OAUTH_ACCESS_DENIED);
}
END_TEST

START_TEST(a_pending_code_costs_no_look_at_the_database)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct device_polled polled;
	devices_break(&devices, "device_grant");
	ck_assert(device_poll_quick(flow, call, &devices.tv->id, &started.code, &polled));
	ck_assert_int_eq(polled.error, OAUTH_AUTHORIZATION_PENDING);
	ck_assert(device_poll_quick(flow, call, &devices.web->id, &started.code, &polled));
	ck_assert_int_eq(polled.error, OAUTH_INVALID_GRANT);
}
END_TEST

START_TEST(a_node_that_did_not_know_a_code_knows_it_after_one_poll)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct device_polled polled;
	forget_codes();
	ck_assert(!device_poll_quick(flow, call, &devices.tv->id, &started.code, &polled));
	ck_assert_int_eq(poll_as(devices.tv, &started).error, OAUTH_AUTHORIZATION_PENDING);
	ck_assert_uint_eq(poll_table_live(flow->polls), 1);
	fixture_wait(&devices.fixture, 1);
	ck_assert(device_poll_quick(flow, call, &devices.tv->id, &started.code, &polled));
	ck_assert_int_eq(polled.error, OAUTH_SLOW_DOWN);
}
END_TEST

START_TEST(a_code_that_a_node_learned_counts_against_its_address)
{
	struct device_started started[10];
	for (int i = 0; i < 10; i++) {
		fixture_wait(&devices.fixture, 60);
		started[i] = devices_start(&devices, devices.tv, "");
	}
	/* a new process: neither table holds anything */
	const struct issue_meter_options options = { .per_minute = 5, .live = 10 };
	issue_meter_free(&flow->meter);
	flow->meter = issue_meter_new(&options);
	forget_codes();
	fixture_set_address(&devices.fixture, "203.0.113.9"); /* polled from elsewhere */
	for (int i = 0; i < 10; i++)
		ck_assert_int_eq(poll_as(devices.tv, &started[i]).error,
				 OAUTH_AUTHORIZATION_PENDING);
	fixture_set_address(&devices.fixture, "192.0.2.7");
	fixture_wait(&devices.fixture, 60);
	struct device_started more;
	ck_assert_int_eq(devices_ask(&devices, devices.tv, "", &more),
			 OAUTH_TEMPORARILY_UNAVAILABLE);
	ck_assert(more.over_budget);
}
END_TEST

static const char *const needed_tables[] = { "device_grant", "access_token", "event" };

START_TEST(a_database_that_does_not_answer_is_pending) /* RFC8628#3.5 */
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	approve(&started);
	devices_break(&devices, needed_tables[_i]);
	struct device_polled polled = poll_as(devices.tv, &started);
	ck_assert_msg(polled.error == OAUTH_AUTHORIZATION_PENDING, "%s: %s", needed_tables[_i],
		      oauth_error_row(polled.error)->name);
}
END_TEST

/* --- the redemption
 * --------------------------------------------------------------------------------------------------
 */

START_TEST(an_approved_code_gives_tokens) /* RFC6749#5.1 */
{
	struct device_started started = devices_start(&devices, devices.tv, "email openid");
	approve(&started);
	struct device_polled polled = poll_as(devices.tv, &started);
	struct token token;
	struct token_row row;
	struct authorization *authorization;
	struct refresh_token *refresh;
	ck_assert_int_eq(polled.error, OAUTH_OK);
	ck_slice_str(polled.answer.scope, "email openid");
	ck_assert_int_eq(polled.answer.expires_in, 36000);
	ck_assert_int_eq(token_parse(flow->ring, TOKEN_ACCESS, polled.answer.access_token, &token),
			 ERR_OK);
	ck_assert_int_eq(memcmp(token.authorization, started.code.authorization, TOKEN_ID_BYTES),
			 0);
	struct token_key key = token_key(&token);
	ck_assert_int_eq(
		store_access_token_find(flow->store, call->arena, &key, &authorization, &row),
		FOUND);
	ck_assert_int_eq(row.expires, FIXTURE_NOW + 36000);
	ck_slice_str(row.scope, "email openid");
	ck_assert_int_eq(
		token_parse(flow->ring, TOKEN_REFRESH, polled.answer.refresh_token, &token),
		ERR_OK);
	key = token_key(&token);
	ck_assert_int_eq(store_refresh_token_find(flow->store, call->arena, &key, &refresh), FOUND);
	ck_assert(id_equal(&refresh->authorization.user, &devices.ada->id));
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_REDEEMED), 1);
	ck_assert(!devices_stored(&devices, polled.answer.access_token));
	ck_assert(!devices_stored(&devices, polled.answer.refresh_token));
}
END_TEST

START_TEST(a_code_that_comes_again_revokes_nothing) /* RFC6749#5.2 */
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct id id;
	struct authorization *authorization;
	memcpy(id.bytes, started.code.authorization, ID_BYTES);
	redeem(&started);
	ck_assert_int_eq(poll_as(devices.tv, &started).error, OAUTH_INVALID_GRANT);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_REUSED), 1);
	ck_assert_int_eq(store_authorization_find(flow->store, call->arena, &id, &authorization),
			 FOUND);
	ck_assert_int_eq(authorization->revoked, 0);
}
END_TEST

enum { RIVALS = 8 };

struct rival {
	pthread_t thread;
	pthread_barrier_t *start;
	struct client *client;
	const struct device_started *started;
	struct device_polled polled;
	char token[TOKEN_TEXT_LEN + 1];
};

static void *poll_once(void *arg)
{
	struct rival *rival = arg;
	struct call own = *call;
	const struct client_authenticated client = devices_client(rival->client);
	own.arena = arena_new();
	pthread_barrier_wait(rival->start);
	const struct device_redeem_request request = { .client = &client,
						       .code = &rival->started->code };
	device_redeem(flow, &own, &request, &rival->polled);
	if (rival->polled.error == OAUTH_OK)
		memcpy(rival->token, rival->polled.answer.access_token.ptr, TOKEN_TEXT_LEN);
	arena_free(&own.arena);
	return NULL;
}

static void race(struct client *client, struct rival rivals[RIVALS])
{
	struct device_started started = devices_start(&devices, client, "");
	pthread_barrier_t start;
	approve(&started);
	pthread_barrier_init(&start, NULL, RIVALS);
	for (int i = 0; i < RIVALS; i++) {
		rivals[i] = (struct rival){ .start = &start,
					    .client = client,
					    .started = &started };
		ck_assert_int_eq(pthread_create(&rivals[i].thread, NULL, poll_once, &rivals[i]), 0);
	}
	for (int i = 0; i < RIVALS; i++)
		pthread_join(rivals[i].thread, NULL);
	pthread_barrier_destroy(&start);
}

static size_t count(const struct rival rivals[RIVALS], enum oauth_error error)
{
	size_t found = 0;
	for (int i = 0; i < RIVALS; i++)
		found += rivals[i].polled.error == error;
	return found;
}

START_TEST(of_many_polls_at_once_one_gets_the_tokens) /* RFC8628#3.5 */
{
	struct rival rivals[RIVALS];
	race(devices.tv, rivals);
	ck_assert_uint_eq(count(rivals, OAUTH_OK), 1);
	ck_assert_uint_eq(count(rivals, OAUTH_INVALID_GRANT), RIVALS - 1);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_REDEEMED), 1);
}
END_TEST

START_TEST(of_many_polls_at_once_that_prove_themselves_all_get_the_same)
{
	struct rival rivals[RIVALS];
	race(devices.web, rivals);
	ck_assert_uint_eq(count(rivals, OAUTH_OK), RIVALS);
	for (int i = 1; i < RIVALS; i++)
		ck_assert_str_eq(rivals[i].token, rivals[0].token);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_REDEEMED), 1);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_ANSWER_REPLAYED), RIVALS - 1);
}
END_TEST

/* What the redemption relies on is read again in its statement. */
static const struct {
	const char *name;
	devices_event *happens;
} gone[] = {
	{ "the person was disabled", devices_disable_person },
	{ "the person was removed", devices_remove_person },
	{ "the client was disabled", devices_disable_client },
	{ "the authorization was revoked", devices_revoke },
};

START_TEST(what_was_approved_is_looked_at_again)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	approve(&started);
	gone[_i].happens(&devices, &started);
	struct device_polled polled = poll_as(devices.tv, &started);
	ck_assert_msg(polled.error == OAUTH_INVALID_GRANT, "%s: %s", gone[_i].name,
		      oauth_error_row(polled.error)->name);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_REDEEMED), 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, each_state_has_its_answer, 0, 2 * ARRAY_LEN(rows));
	tcase_add_loop_test(tc, a_code_is_its_clients_alone, 0, 2 * ARRAY_LEN(rows));
	tcase_add_test(tc, a_code_with_a_good_check_part_that_was_never_given);
	tcase_add_test(tc, early_polls_slow_down_and_cost_no_login);
	tcase_add_test(tc, a_denial_is_never_held_back);
	tcase_add_test(tc, a_pending_code_costs_no_look_at_the_database);
	tcase_add_test(tc, a_node_that_did_not_know_a_code_knows_it_after_one_poll);
	tcase_add_test(tc, a_code_that_a_node_learned_counts_against_its_address);
	tcase_add_loop_test(tc, a_database_that_does_not_answer_is_pending, 0,
			    ARRAY_LEN(needed_tables));
	tcase_add_test(tc, an_approved_code_gives_tokens);
	tcase_add_test(tc, a_code_that_comes_again_revokes_nothing);
	tcase_add_test(tc, of_many_polls_at_once_one_gets_the_tokens);
	tcase_add_test(tc, of_many_polls_at_once_that_prove_themselves_all_get_the_same);
	tcase_add_loop_test(tc, what_was_approved_is_looked_at_again, 0, ARRAY_LEN(gone));
}

TEST_MAIN("flow/device_redeem", add_tests)
