/* SPDX-License-Identifier: Apache-2.0
 *
 * The person's side of the device grant: entering a code in all the ways people type it, what a
 * handle shows and to whom, and the decision, of which there is exactly one. */
#include "flow/device_verify.h"

#include "check_main.h"
#include "check_slice.h"
#include "domain/throttle.h"
#include "flow/alarm.h"
#include "flow/device_fixture.h"

static struct devices devices;
static const struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;

static void setup(void)
{
	devices_init(&devices);
}

static void teardown(void)
{
	devices_fini(&devices);
}

static enum enter_outcome enter(const struct session *session, struct slice typed)
{
	struct entered entered;
	return device_enter(flow, call, session, typed, &entered);
}

/* --- entering
 * --------------------------------------------------------------------------------------------------------
 */

/* WDJB-MJHT of a real code: the letters in place of 1 to 8. */
static const struct typed {
	const char *name;
	const char *form;
	bool is_wrong;
} typed[] = {
	/* RFC8628#6.1 */
	{ .name = "as it is shown", .form = "1234-5678" },
	{ .name = "without its dash", .form = "12345678" },
	{ .name = "with blanks all over", .form = " 1 2 3 4  5678 " },
	{ .name = "with an underscore", .form = "1234_5678" },
	{ .name = "with an en dash",
	  .form = "1234\xe2\x80\x93"
		  "5678" },
	{ .name = "with a zero-width space",
	  .form = "1234\xe2\x80\x8b"
		  "5678" },
	{ .name = "with a line feed", .form = "1234-5678\n" },
	{ .name = "with vowels that no code has", .form = "1234-a-5678" },
	{ .name = "a letter short", .form = "1234567", .is_wrong = true },
	{ .name = "a letter too many", .form = "123456788", .is_wrong = true },
	{ .name = "turned round", .form = "56781234", .is_wrong = true },
	{ .name = "three letters", .form = "123", .is_wrong = true },
	{ .name = "nothing", .form = "", .is_wrong = true },
	{ .name = "vowels alone", .form = "aeiouaei", .is_wrong = true },
	{ .name = "two codes at once", .form = "1234-5678 1234-5678", .is_wrong = true },
};

static struct slice write_form(const char *form, const struct device_started *started, bool lower)
{
	struct slice text = arena_slice(call->arena, slice_str(form));
	char *at = arena_alloc(call->arena, text.len + 1);
	static const int place[] = { 0, 1, 2, 3, 5, 6, 7, 8 };
	memcpy(at, text.ptr, text.len);
	for (size_t i = 0; i < text.len; i++) {
		if (at[i] < '1' || at[i] > '8')
			continue;
		at[i] = started->user_code[place[at[i] - '1']];
		if (lower)
			at[i] = (char)(at[i] - 'A' + 'a');
	}
	return slice_of(at, text.len);
}

START_TEST(a_code_is_taken_however_it_is_typed) /* RFC8628#6.1 */
{
	const struct typed *row = &typed[_i / 2];
	struct device_started started = devices_start(&devices, devices.tv, "");
	enum enter_outcome outcome = enter(devices.session,
					   write_form(row->form, &started, _i % 2));
	ck_assert_msg(outcome == (row->is_wrong ? ENTER_WRONG : ENTER_OK), "%s: %d", row->name,
		      outcome);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_CODE_REFUSED), row->is_wrong);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_CODE_ENTERED), !row->is_wrong);
}
END_TEST

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
	ck_assert_int_eq(devices_poll(&devices, devices.tv, started).error, OAUTH_OK);
}

static void expire(const struct device_started *started)
{
	(void)started;
	fixture_wait(&devices.fixture, DEVICES_LIFETIME);
}

static void remove_client(const struct device_started *started)
{
	(void)started;
	ck_assert_int_eq(store_client_remove(flow->store, &devices.tv->id, NULL), ERR_OK);
}

static const struct closed {
	const char *name;
	void (*close)(const struct device_started *started);
} closed[] = {
	{ "approved", approve },
	{ "denied", deny },
	{ "redeemed", redeem },
	{ "expired, in the very second", expire },
	{ "of a client that was removed", remove_client },
};

START_TEST(a_code_that_is_no_longer_open_is_like_one_that_never_was) /* RFC8628#5.1 */
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	closed[_i].close(&started);
	ck_assert_msg(enter(devices.session, slice_str(started.user_code)) == ENTER_WRONG, "%s",
		      closed[_i].name);
	struct event event = fixture_event(&devices.fixture, EVENT_CODE_REFUSED);
	ck_slice_str(event.detail, "wrong user code");
	ck_assert_msg(id_is_zero(&event.authorization) && id_is_zero(&event.client),
		      "the log tells no more");
}
END_TEST

START_TEST(a_code_is_taken_in_its_last_second)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	fixture_wait(&devices.fixture, DEVICES_LIFETIME - 1);
	ck_assert_int_eq(enter(devices.session, slice_str(started.user_code)), ENTER_OK);
}
END_TEST

START_TEST(codes_cannot_be_tried_without_end) /* RFC8628#5.1 */
{
	struct entered entered;
	struct device_started started = devices_start(&devices, devices.tv, "");
	for (uint32_t i = 0; i < throttle_row(THROTTLE_CODE_SESSION)->limit; i++)
		ck_assert_int_eq(enter(devices.session, SLICE("BBBBBBBB")), ENTER_WRONG);
	enum enter_outcome outcome = device_enter(flow, call, devices.session,
						  slice_str(started.user_code), &entered);
	ck_assert_msg(outcome == ENTER_OVER_BUDGET, "the right code tells nothing either");
	ck_assert_int_gt(entered.retry_after, 0);
	ck_assert_uint_eq(entered.handle.len, 0);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_THROTTLED), 1);
	ck_slice_str(fixture_event(&devices.fixture, EVENT_THROTTLED).detail, "code.session");
	fixture_wait(&devices.fixture, throttle_row(THROTTLE_CODE_SESSION)->window);
	ck_assert_int_eq(enter(devices.session, slice_str(started.user_code)), ENTER_OK);
}
END_TEST

START_TEST(new_sessions_do_not_give_new_tries)
{
	uint32_t tries = 0;
	for (int i = 0; i < 10; i++) {
		const struct session *session = devices_session(&devices, devices.ada);
		while (enter(session, SLICE("BBBBBBBB")) == ENTER_WRONG)
			tries++;
	}
	ck_assert_uint_eq(tries, throttle_row(THROTTLE_CODE_USER)->limit);
}
END_TEST

START_TEST(new_accounts_do_not_give_new_tries_at_one_address)
{
	uint32_t tries = 0;
	for (int i = 0; i < 10; i++) {
		const char *name = arena_printf(call->arena, "person%d", i).ptr;
		const struct session *session = devices_session(
			&devices, fixture_person(&devices.fixture, name));
		while (enter(session, SLICE("BBBBBBBB")) == ENTER_WRONG)
			tries++;
	}
	ck_assert_uint_eq(tries, throttle_row(THROTTLE_CODE_ADDRESS)->limit);
}
END_TEST

START_TEST(right_codes_cost_nothing)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	for (int i = 0; i < 30; i++)
		ck_assert_int_eq(enter(devices.session, slice_str(started.user_code)), ENTER_OK);
}
END_TEST

START_TEST(under_attack_a_fresh_sign_in_is_demanded) /* RFC8628#5.1 */
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	alarm_set_code_attack(flow->alarm, true);
	fixture_wait(&devices.fixture, 300);
	ck_assert_int_eq(enter(devices.session, slice_str(started.user_code)), ENTER_OK);
	fixture_wait(&devices.fixture, 1);
	ck_assert_int_eq(enter(devices.session, slice_str(started.user_code)), ENTER_STALE_SIGN_IN);
	ck_assert_int_eq(
		enter(devices_session(&devices, devices.ada), slice_str(started.user_code)),
		ENTER_OK);
}
END_TEST

static const char *const needed_tables[] = { "user_code", "device_handle", "failure" };

START_TEST(a_database_that_does_not_answer_is_no_wrong_code)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	devices_break(&devices, needed_tables[_i]);
	ck_assert_msg(enter(devices.session, slice_str(started.user_code)) == ENTER_UNAVAILABLE,
		      "%s", needed_tables[_i]);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_CODE_REFUSED), 0);
}
END_TEST

/* --- handles
 * ---------------------------------------------------------------------------------------------------------
 */

START_TEST(a_handle_shows_what_is_asked_for) /* RFC8628#3.3.1, #5.4 */
{
	struct device_started started = devices_start(&devices, devices.tv, "openid email");
	struct slice handle = devices_enter(&devices, devices.session, &started);
	struct device_shown shown = devices_show(&devices, devices.session, handle);
	ck_slice_str(shown.user_code, started.user_code);
	ck_slice_str(shown.client->client_id, "tv");
	ck_assert_uint_eq(shown.scopes.count, 2);
	ck_slice_str(shown.scopes.items[0].description, "Know who you are");
	ck_slice_str(shown.scopes.items[1].name, "email");
	ck_assert_int_eq(shown.grant->status, DEVICE_PENDING);
	ck_assert_uint_eq(handle.len, 22);
}
END_TEST

START_TEST(a_scope_without_a_row_is_shown_by_its_name)
{
	struct device_started started = devices_start(&devices, devices.tv, "openid email");
	struct slice handle = devices_enter(&devices, devices.session, &started);
	ck_assert_int_eq(store_scope_remove(flow->store, SLICE("email"), NULL), ERR_OK);
	fixture_wait(&devices.fixture, 6);
	struct device_shown shown = devices_show(&devices, devices.session, handle);
	ck_assert_uint_eq(shown.scopes.count, 2);
	ck_slice_str(shown.scopes.items[1].description, "email");
}
END_TEST

START_TEST(a_handle_outlives_a_change_of_keys)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct slice handle = devices_enter(&devices, devices.session, &started);
	fixture_set_keys(&devices.fixture, "21");
	ck_slice_str(devices_show(&devices, devices.session, handle).user_code, started.user_code);
	fixture_set_keys(&devices.fixture, "2");
	ck_slice_str(devices_show(&devices, devices.session, handle).user_code, "");
}
END_TEST

static enum find show(const struct session *session, struct slice handle)
{
	struct device_shown shown;
	return device_show(flow, call, session, handle, &shown);
}

START_TEST(a_handle_belongs_to_one_session)
{
	const struct session *eves = devices_session(&devices,
						     fixture_person(&devices.fixture, "eve"));
	const struct session *second = devices_session(&devices, devices.ada);
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct slice handle = devices_enter(&devices, devices.session, &started);
	ck_assert_int_eq(show(devices.session, handle), FOUND);
	ck_assert_msg(show(eves, handle) == ABSENT, "another person's session");
	ck_assert_msg(show(second, handle) == ABSENT, "another session of the same person");
}
END_TEST

START_TEST(a_handle_ends)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct slice handle = devices_enter(&devices, devices.session, &started);
	fixture_wait(&devices.fixture, DEVICES_HANDLE_LIFETIME - 1);
	ck_assert_int_eq(show(devices.session, handle), FOUND);
	fixture_wait(&devices.fixture, 1);
	ck_assert_int_eq(show(devices.session, handle), ABSENT);
}
END_TEST

static const struct bad_handle {
	const char *name;
	struct slice text;
} bad_handles[] = {
	{ "nothing", SLICE("") },
	{ "a user code", SLICE("WDJB-MJHT") },
	{ "one that was never given", SLICE("0123456789012345678901") },
	{ "the largest that would not fit", SLICE("zzzzzzzzzzzzzzzzzzzzzz") },
	{ "a path", SLICE("../../../../etc/passwd") },
	{ "quotes", SLICE("' OR hash IS NOT NULL--") },
};

START_TEST(what_is_no_handle_shows_nothing)
{
	devices_start(&devices, devices.tv, "");
	ck_assert_msg(show(devices.session, bad_handles[_i].text) == ABSENT, "%s",
		      bad_handles[_i].name);
}
END_TEST

/* --- the decision
 * ----------------------------------------------------------------------------------------------------
 */

/* What ada's session sees of this code. */
static struct device_shown entered_by(const struct session *session,
				      const struct device_started *started)
{
	return devices_show(&devices, session, devices_enter(&devices, session, started));
}

static struct id id_of(const struct device_started *started)
{
	struct id id;
	memcpy(id.bytes, started->code.authorization, ID_BYTES);
	return id;
}

static enum device_status status_of(const struct device_started *started)
{
	struct id id = id_of(started);
	struct device_grant *grant = NULL;
	ck_assert_int_eq(store_device_grant_find(flow->store, call->arena, &id, &grant), FOUND);
	return grant->status;
}

START_TEST(an_approval_makes_the_authorization)
{
	struct device_started started = devices_start(&devices, devices.tv, "openid email");
	struct device_shown shown = entered_by(devices.session, &started);
	struct id id = id_of(&started);
	struct authorization *made = NULL;
	fixture_wait(&devices.fixture, 20);
	ck_assert_int_eq(device_decide(flow, call, devices.session, &shown, true), ERR_OK);
	ck_assert_int_eq(store_authorization_find(flow->store, call->arena, &id, &made), FOUND);
	ck_assert(id_equal(&made->user, &devices.ada->id));
	ck_assert(id_equal(&made->client, &devices.tv->id));
	ck_assert(id_equal(&made->sid, &devices.session->sid));
	ck_slice_str(made->scope, "openid email");
	ck_slice_str(made->amr, "pwd");
	ck_assert_int_eq(made->auth_time, FIXTURE_NOW);
	ck_assert_int_eq(made->created, FIXTURE_NOW + 20);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_APPROVED), 1);
}
END_TEST

START_TEST(a_denial_makes_none)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct id id = id_of(&started);
	struct authorization *made = NULL;
	devices_decide(&devices, &started, false);
	ck_assert_int_eq(store_authorization_find(flow->store, call->arena, &id, &made), ABSENT);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_DENIED), 1);
}
END_TEST

START_TEST(entering_binds_nothing_and_the_first_decision_wins) /* RFC8628#5.5 */
{
	bool ada_accepts = _i & 1;
	bool eve_accepts = _i & 2;
	const struct session *eves = devices_session(&devices,
						     fixture_person(&devices.fixture, "eve"));
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct device_shown adas = entered_by(devices.session, &started);
	struct device_shown seen_by_eve = entered_by(eves, &started);
	ck_assert_int_eq(device_decide(flow, call, devices.session, &adas, ada_accepts), ERR_OK);
	/* eve's page was loaded before */
	ck_assert_int_eq(device_decide(flow, call, eves, &seen_by_eve, eve_accepts), ERR_UNCHANGED);
	ck_assert_int_eq(device_decide(flow, call, devices.session, &adas, !ada_accepts),
			 ERR_UNCHANGED);
	ck_assert_int_eq(status_of(&started), ada_accepts ? DEVICE_APPROVED : DEVICE_DENIED);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_APPROVED), ada_accepts);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_DENIED), !ada_accepts);
}
END_TEST

static void end_session(void)
{
	ck_assert_int_eq(store_session_remove(flow->store, &devices.session->hash, call->now, NULL),
			 ERR_OK);
}

static void disable_person(void)
{
	devices_set_user_enabled(&devices, devices.ada, false);
}

static void disable_person_for_a_moment(void)
{
	devices_set_user_enabled(&devices, devices.ada, false);
	devices_set_user_enabled(&devices, devices.ada, true);
}

static void disable_client(void)
{
	devices_set_client_enabled(&devices, devices.tv, false);
}

static void let_it_expire(void)
{
	fixture_wait(&devices.fixture, DEVICES_LIFETIME);
}

static const struct rival {
	const char *name;
	void (*happens)(void);
} rivals[] = {
	{ "the session ended", end_session },
	{ "the person was disabled", disable_person },
	{ "the person was disabled and enabled again: the session is gone",
	  disable_person_for_a_moment },
	{ "the client was disabled", disable_client },
	{ "the code expired", let_it_expire },
};

START_TEST(a_decision_stands_on_what_is_still_there)
{
	bool accept = _i % 2;
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct device_shown shown = entered_by(devices.session, &started);
	rivals[_i / 2].happens();
	ck_assert_msg(device_decide(flow, call, devices.session, &shown, accept) == ERR_UNCHANGED,
		      "%s", rivals[_i / 2].name);
	ck_assert_int_eq(status_of(&started), DEVICE_PENDING);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_DEVICE_APPROVED), 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_code_is_taken_however_it_is_typed, 0, 2 * ARRAY_LEN(typed));
	tcase_add_loop_test(tc, a_code_that_is_no_longer_open_is_like_one_that_never_was, 0,
			    ARRAY_LEN(closed));
	tcase_add_test(tc, a_code_is_taken_in_its_last_second);
	tcase_add_test(tc, codes_cannot_be_tried_without_end);
	tcase_add_test(tc, new_sessions_do_not_give_new_tries);
	tcase_add_test(tc, new_accounts_do_not_give_new_tries_at_one_address);
	tcase_add_test(tc, right_codes_cost_nothing);
	tcase_add_test(tc, under_attack_a_fresh_sign_in_is_demanded);
	tcase_add_loop_test(tc, a_database_that_does_not_answer_is_no_wrong_code, 0,
			    ARRAY_LEN(needed_tables));
	tcase_add_test(tc, a_handle_shows_what_is_asked_for);
	tcase_add_test(tc, a_scope_without_a_row_is_shown_by_its_name);
	tcase_add_test(tc, a_handle_outlives_a_change_of_keys);
	tcase_add_test(tc, a_handle_belongs_to_one_session);
	tcase_add_test(tc, a_handle_ends);
	tcase_add_loop_test(tc, what_is_no_handle_shows_nothing, 0, ARRAY_LEN(bad_handles));
	tcase_add_test(tc, an_approval_makes_the_authorization);
	tcase_add_test(tc, a_denial_makes_none);
	tcase_add_loop_test(tc, entering_binds_nothing_and_the_first_decision_wins, 0, 4);
	tcase_add_loop_test(tc, a_decision_stands_on_what_is_still_there, 0, 2 * ARRAY_LEN(rivals));
}

TEST_MAIN("flow/device_verify", add_tests)
