/* SPDX-License-Identifier: Apache-2.0
 *
 * An answer to a redeemed device code that was lost on the way: who gets it once more, for how
 * long, and that it ends with what it gave. */
#include "check_main.h"
#include "check_slice.h"
#include "flow/device_fixture.h"
#include "flow/lost_store.h"

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

static void approve(const struct device_started *started)
{
	devices_decide(&devices, started, true);
}

static const struct gone {
	const char *name;
	devices_event *happens;
	bool given;
} gone[] = {
	{ "the person was disabled", devices_disable_person, false },
	{ "the person was removed", devices_remove_person, false },
	{ "the authorization was revoked", devices_revoke, false },
	{ "another client was disabled", devices_disable_client, true },
};

static const struct lost {
	const char *name;
	bool is_public;
	int64_t replay_public;
	int64_t passed;
	bool given;
} lost[] = {
	{ .name = "a client with a secret, at once", .given = true },
	{ .name = "a client with a secret, in the last second", .passed = 9, .given = true },
	{ .name = "a client with a secret, too late", .passed = 10 },
	{ .name = "a public client", .is_public = true },
	{ .name = "a public client where that is allowed",
	  .is_public = true,
	  .replay_public = 5,
	  .passed = 4,
	  .given = true },
	{ .name = "a public client where that is allowed, too late",
	  .is_public = true,
	  .replay_public = 5,
	  .passed = 5 },
};

START_TEST(a_lost_answer_is_given_again_to_who_proves_himself)
{
	const struct lost *row = &lost[_i];
	struct client *client = row->is_public ? devices.tv : devices.web;
	flow->settings.replay_public = row->replay_public;
	struct device_started started = devices_start(&devices, client, "openid email");
	approve(&started);
	struct device_polled first = poll_as(client, &started);
	fixture_wait(&devices.fixture, row->passed);
	struct device_polled again = poll_as(client, &started);
	ck_assert_int_eq(first.error, OAUTH_OK);
	ck_assert_msg(again.error == (row->given ? OAUTH_OK : OAUTH_INVALID_GRANT), "%s",
		      row->name);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_ANSWER_REPLAYED), row->given);
	if (!row->given)
		return;
	ck_slice_row(row->name, again.answer.access_token, first.answer.access_token);
	ck_slice_row(row->name, again.answer.refresh_token, first.answer.refresh_token);
	ck_slice_row(row->name, again.answer.scope, first.answer.scope);
	ck_assert_int_eq(again.answer.expires_in, first.answer.expires_in);
}
END_TEST

START_TEST(a_lost_answer_is_not_given_to_another_client)
{
	struct device_started started = devices_start(&devices, devices.web, "");
	approve(&started);
	ck_assert_int_eq(poll_as(devices.web, &started).error, OAUTH_OK);
	ck_assert_int_eq(poll_as(devices.tv, &started).error, OAUTH_INVALID_GRANT);
}
END_TEST

START_TEST(a_lost_answer_is_not_given_without_the_proof)
{
	struct device_started started = devices_start(&devices, devices.web, "");
	struct client_authenticated unproven = devices_client(devices.web);
	struct device_polled polled = { 0 };
	approve(&started);
	ck_assert_int_eq(poll_as(devices.web, &started).error, OAUTH_OK);
	unproven.proved = false;
	const struct device_redeem_request request = { .client = &unproven, .code = &started.code };
	device_redeem(flow, call, &request, &polled);
	ck_assert_int_eq(polled.error, OAUTH_INVALID_GRANT);
}
END_TEST

START_TEST(a_lost_answer_is_not_given_once_what_it_gave_is_gone)
{
	struct device_started started = devices_start(&devices, devices.web, "");
	approve(&started);
	ck_assert_int_eq(poll_as(devices.web, &started).error, OAUTH_OK);
	gone[_i].happens(&devices, &started);
	struct device_polled polled = poll_as(devices.web, &started);
	enum oauth_error error = gone[_i].given ? OAUTH_OK : OAUTH_INVALID_GRANT;
	ck_assert_msg(polled.error == error, "%s", gone[_i].name);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_ANSWER_REPLAYED), gone[_i].given);
}
END_TEST

static void (*const losses[])(struct lost_store *lost, struct store *store) = {
	lost_store_lose_people,
	lost_store_lose_authorizations,
};

/* RFC8628#3.5: a device that hears invalid_grant gives up for good. */
START_TEST(a_lost_answer_that_cannot_be_looked_up_now_is_pending)
{
	struct lost_store lost_store;
	struct device_started started = devices_start(&devices, devices.web, "openid email");
	approve(&started);
	struct device_polled first = poll_as(devices.web, &started);
	losses[_i](&lost_store, flow->store);
	struct device_polled cut = poll_as(devices.web, &started);
	lost_store_fini(&lost_store);
	struct device_polled again = poll_as(devices.web, &started);
	ck_assert_int_eq(first.error, OAUTH_OK);
	ck_assert_int_eq(cut.error, OAUTH_AUTHORIZATION_PENDING);
	ck_assert_int_eq(again.error, OAUTH_OK);
	ck_slice_row("the same", again.answer.access_token, first.answer.access_token);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_lost_answer_that_cannot_be_looked_up_now_is_pending, 0,
			    ARRAY_LEN(losses));
	tcase_add_loop_test(tc, a_lost_answer_is_given_again_to_who_proves_himself, 0,
			    ARRAY_LEN(lost));
	tcase_add_test(tc, a_lost_answer_is_not_given_to_another_client);
	tcase_add_test(tc, a_lost_answer_is_not_given_without_the_proof);
	tcase_add_loop_test(tc, a_lost_answer_is_not_given_once_what_it_gave_is_gone, 0,
			    ARRAY_LEN(gone));
}

TEST_MAIN("flow/device_lost_answer", add_tests)
