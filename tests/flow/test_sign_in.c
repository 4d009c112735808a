/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-in: every way to be wrong looks the same, budgets hold for names that do not exist, a known
 * browser has its own, and sessions end when they should. */
#include "flow/sign_in.h"

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "domain/throttle.h"
#include "flow/flow_fixture.h"
#include "flow/known_device.h"
#include "flow/logout.h"
#include "flow/password_gate.h"
#include "flow/people.h"

static struct fixture fixture;
static struct user *ada;

static void setup(void)
{
	fixture_start(&fixture, "1");
	ada = fixture_person(&fixture, "Ada");
	const struct user *eve = fixture_person(&fixture, "eve");
	ck_assert_int_eq(people_set_enabled(&fixture.flow, &fixture.call, eve, false), ERR_OK);
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static enum sign_in_outcome attempt(struct slice name, struct slice password, struct slice device,
				    struct sign_in_result *result)
{
	const struct sign_in_request request = { .name = name,
						 .password = password,
						 .device = device };
	return sign_in(&fixture.flow, &fixture.call, &request, result);
}

static const struct row {
	const char *name;
	struct slice user;
	struct slice password;
	enum sign_in_outcome outcome;
	const char *detail;
} rows[] = {
	{ .name = "name and password", .user = SLICE("Ada"), .password = FIXTURE_PASSWORD },
	{ .name = "the name in another case", .user = SLICE("ADA"), .password = FIXTURE_PASSWORD },
	{ .name = "a blank that a keyboard added",
	  .user = SLICE("ada "),
	  .password = FIXTURE_PASSWORD },
	{ .name = "a wrong password",
	  .user = SLICE("ada"),
	  .password = SLICE("wrong"),
	  .outcome = SIGN_IN_WRONG,
	  .detail = "wrong password" },
	{ .name = "the password in another case",
	  .user = SLICE("ada"),
	  .password = SLICE("Correct horse battery"),
	  .outcome = SIGN_IN_WRONG,
	  .detail = "wrong password" },
	{ .name = "an unknown name",
	  .user = SLICE("bob"),
	  .password = FIXTURE_PASSWORD,
	  .outcome = SIGN_IN_WRONG,
	  .detail = "unknown name" },
	{ .name = "a name that cannot be",
	  .user = SLICE("a\x01"
			"b"),
	  .password = FIXTURE_PASSWORD,
	  .outcome = SIGN_IN_WRONG,
	  .detail = "unknown name" },
	{ .name = "no name",
	  .user = SLICE(""),
	  .password = FIXTURE_PASSWORD,
	  .outcome = SIGN_IN_WRONG,
	  .detail = "unknown name" },
	{ .name = "no password",
	  .user = SLICE("ada"),
	  .password = SLICE(""),
	  .outcome = SIGN_IN_WRONG,
	  .detail = "wrong password" },
	{ .name = "a disabled account",
	  .user = SLICE("eve"),
	  .password = FIXTURE_PASSWORD,
	  .outcome = SIGN_IN_WRONG,
	  .detail = "account is disabled" },
	{ .name = "a disabled account, wrong password",
	  .user = SLICE("eve"),
	  .password = SLICE("wrong"),
	  .outcome = SIGN_IN_WRONG,
	  .detail = "wrong password" },
};

START_TEST(outcome)
{
	const struct row *row = &rows[_i];
	struct sign_in_result result;
	enum sign_in_outcome got = attempt(row->user, row->password, SLICE(""), &result);
	ck_assert_msg(got == row->outcome, "%s: %d", row->name, got);
	bool ok = row->outcome == SIGN_IN_OK;
	ck_assert_msg(slice_is_empty(result.session) == !ok && slice_is_empty(result.device) == !ok,
		      "%s", row->name);
	ck_assert_msg((result.user != NULL) == ok, "%s: nobody is named", row->name);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_SIGNED_IN), ok);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_SIGN_IN_REFUSED), !ok);
	if (row->detail)
		ck_slice_row(row->name, fixture_event(&fixture, EVENT_SIGN_IN_REFUSED).detail,
			     slice_str(row->detail));
}
END_TEST

START_TEST(a_password_over_the_cap_is_wrong)
{
	struct sign_in_result result;
	char *text = arena_alloc(fixture.call.arena, PASSWORD_MAX_BYTES + 1);
	for (size_t i = 0; i <= PASSWORD_MAX_BYTES; i++)
		text[i] = 'x';
	struct slice password = slice_of(text, PASSWORD_MAX_BYTES + 1);
	ck_assert_int_eq(attempt(SLICE("ada"), password, SLICE(""), &result), SIGN_IN_WRONG);
	ck_assert_int_eq(attempt(SLICE("bob"), password, SLICE(""), &result), SIGN_IN_WRONG);
}
END_TEST

START_TEST(a_sign_in_opens_a_session)
{
	struct sign_in_result result;
	struct session *session;
	struct user *user;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
	ck_assert_uint_eq(result.session.len, encode_base62_width(SESSION_TOKEN_BYTES));
	ck_assert_uint_eq(result.device.len, KNOWN_DEVICE_TEXT);
	ck_assert(id_equal(&result.user->id, &ada->id));
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	ck_assert(id_equal(&session->user.id, &ada->id) && !id_is_zero(&session->sid));
	ck_assert_int_eq(session->auth_time, FIXTURE_NOW);
	ck_slice_str(session->amr, "pwd");
	ck_slice_str(session->acr, "");
	ck_assert_int_eq(people_find(&fixture.flow, &fixture.call, SLICE("ada"), &user), FOUND);
	ck_assert_int_eq(user->last_sign_in, FIXTURE_NOW);
}
END_TEST

START_TEST(the_old_session_of_the_browser_ends) /* ASVS 7.2.4 */
{
	struct sign_in_result first;
	struct sign_in_result second;
	struct session *session;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &first), SIGN_IN_OK);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, first.session, false, &session),
		FOUND);
	const struct sign_in_request request = { .name = SLICE("ada"),
						 .password = FIXTURE_PASSWORD,
						 .replaces = &session->hash };
	ck_assert_int_eq(sign_in(&fixture.flow, &fixture.call, &request, &second), SIGN_IN_OK);
	ck_assert(!slice_equal(first.session, second.session));
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, first.session, false, &session),
		ABSENT);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, second.session, false, &session),
		FOUND);
}
END_TEST

static void use_up(struct slice name, struct slice device)
{
	struct sign_in_result result;
	enum sign_in_outcome got = SIGN_IN_WRONG;
	for (int i = 0; i < 1000 && got == SIGN_IN_WRONG; i++)
		got = attempt(name, SLICE("wrong"), device, &result);
	ck_assert_int_eq(got, SIGN_IN_OVER_BUDGET);
	ck_assert_int_gt(result.retry_after, 0);
}

START_TEST(guessing_ends_soon) /* ASVS 6.3.1 */
{
	struct sign_in_result result;
	use_up(SLICE("ada"), SLICE(""));
	uint32_t limit = throttle_row(THROTTLE_NAME_ADDRESS)->limit;
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_SIGN_IN_REFUSED), limit);
	ck_assert_msg(attempt(SLICE("ADA"), FIXTURE_PASSWORD, SLICE(""), &result) ==
			      SIGN_IN_OVER_BUDGET,
		      "not even the right password");
	ck_assert_msg(attempt(SLICE("eve"), SLICE("wrong"), SLICE(""), &result) == SIGN_IN_WRONG,
		      "another name");
	fixture_set_address(&fixture, "198.51.100.1");
	ck_assert_msg(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result) == SIGN_IN_OK,
		      "the person elsewhere");
	fixture_set_address(&fixture, "192.0.2.99");
	ck_assert_msg(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result) ==
			      SIGN_IN_OVER_BUDGET,
		      "the same /24");
	fixture_wait(&fixture, throttle_row(THROTTLE_NAME_ADDRESS)->window);
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
}
END_TEST

START_TEST(unknown_names_have_the_same_budget) /* ASVS 6.3.8 */
{
	use_up(SLICE("nobody"), SLICE(""));
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_SIGN_IN_REFUSED),
			  throttle_row(THROTTLE_NAME_ADDRESS)->limit);
}
END_TEST

/* As when every place is taken and nobody more may wait. */
START_TEST(a_full_gate_refuses_at_once_and_costs_no_budget)
{
	struct sign_in_result result;
	password_gate_free(&fixture.flow.gate);
	fixture.flow.gate = password_gate_new(1, 0);
	ck_assert(password_gate_enter(fixture.flow.gate, GATE_STRANGER));
	for (uint32_t i = 0; i < 2 * throttle_row(THROTTLE_NAME_ADDRESS)->limit; i++) {
		enum sign_in_outcome got = attempt(i % 2 ? SLICE("ada") : SLICE("bob"),
						   SLICE("wrong"), SLICE(""), &result);
		ck_assert_int_eq(got, SIGN_IN_UNAVAILABLE);
	}
	password_gate_leave(fixture.flow.gate);
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
}
END_TEST

START_TEST(success_costs_no_budget)
{
	struct sign_in_result result;
	for (uint32_t i = 0; i < throttle_row(THROTTLE_NAME_ADDRESS)->limit + 3; i++)
		ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result),
				 SIGN_IN_OK);
}
END_TEST

START_TEST(a_known_browser_is_not_locked_out_by_strangers)
{
	struct sign_in_result known;
	struct sign_in_result result;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &known), SIGN_IN_OK);
	use_up(SLICE("ada"), SLICE(""));
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, known.device, &result),
			 SIGN_IN_OK);
	ck_assert_msg(slice_equal(result.device, known.device), "and stays the same browser");
	use_up(SLICE("ada"), known.device);
	ck_assert_msg(attempt(SLICE("ada"), FIXTURE_PASSWORD, known.device, &result) ==
			      SIGN_IN_OVER_BUDGET,
		      "its own budget ends too");
}
END_TEST

static struct slice changed(struct slice cookie, size_t at)
{
	char *bytes = arena_cstr(fixture.call.arena, cookie);
	bytes[at] = bytes[at] == '1' ? '2' : '1';
	return slice_of(bytes, cookie.len);
}

START_TEST(a_browser_that_is_not_known_gets_nothing)
{
	struct sign_in_result known;
	struct sign_in_result result;
	fixture_person(&fixture, "bob");
	ck_assert_int_eq(attempt(SLICE("bob"), FIXTURE_PASSWORD, SLICE(""), &known), SIGN_IN_OK);
	struct slice bobs = known.device;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &known), SIGN_IN_OK);
	use_up(SLICE("ada"), SLICE(""));
	const struct slice cookies[] = {
		bobs,
		changed(known.device, 21),
		changed(known.device, 43),
		changed(known.device, 65),
		slice_sub(known.device, 0, 65),
		SLICE("------------------------------------------------------------------"),
	};
	for (size_t i = 0; i < ARRAY_LEN(cookies); i++)
		ck_assert_msg(attempt(SLICE("ada"), FIXTURE_PASSWORD, cookies[i], &result) ==
				      SIGN_IN_OVER_BUDGET,
			      "%zu", i);
	fixture_set_keys(&fixture, "2");
	use_up(SLICE("ada"), SLICE(""));
	ck_assert_msg(attempt(SLICE("ada"), FIXTURE_PASSWORD, known.device, &result) ==
			      SIGN_IN_OVER_BUDGET,
		      "made under a key that is gone");
}
END_TEST

START_TEST(a_known_browser_survives_a_new_key)
{
	struct sign_in_result known;
	struct sign_in_result result;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &known), SIGN_IN_OK);
	fixture_set_keys(&fixture, "21");
	use_up(SLICE("ada"), SLICE(""));
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, known.device, &result),
			 SIGN_IN_OK);
	ck_assert_msg(!slice_equal(result.device, known.device),
		      "its cookie moves under the current key");
	fixture_set_keys(&fixture, "2");
	use_up(SLICE("ada"), SLICE(""));
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, result.device, &known),
			 SIGN_IN_OK);
}
END_TEST

static struct slice stored_hash(void)
{
	struct user *user;
	struct slice hash;
	ck_assert_int_eq(store_user_find_by_name(fixture.store, fixture.call.arena, SLICE("ada"),
						 &user, &hash),
			 FOUND);
	return hash;
}

START_TEST(an_outdated_hash_is_renewed)
{
	struct sign_in_result result;
	struct session *session;
	struct slice before = stored_hash();
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
	ck_assert_msg(slice_equal(before, stored_hash()), "of this cost already");
	struct slice first = result.session;
	fixture.flow.settings.password_cost.passes = 2;
	ck_assert_int_eq(attempt(SLICE("ada"), SLICE("wrong"), SLICE(""), &result), SIGN_IN_WRONG);
	ck_assert(slice_equal(before, stored_hash()));
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
	ck_assert(!slice_equal(before, stored_hash()));
	ck_assert(!password_is_outdated(stored_hash(), &fixture.flow.settings.password_cost));
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
	ck_assert_int_eq(sign_in_session(&fixture.flow, &fixture.call, first, false, &session),
			 FOUND);
}
END_TEST

/* --- sessions
 * --------------------------------------------------------------------------------------------------------
 */

static const struct slice no_cookies[] = {
	SLICE(""),
	SLICE("short"),
	SLICE("0000000000000000000000000000000000000000001"), /* never issued */
	SLICE("zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"), /* more than 32 bytes hold */
	SLICE("----------------------------------------- -"),
	SLICE("00000000000000000000000000000000000000000001"), /* one too many */
};

START_TEST(what_is_no_cookie_of_ours)
{
	struct session *session;
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, no_cookies[_i], true, &session),
		ABSENT);
	ck_assert_ptr_null(session);
}
END_TEST

START_TEST(a_session_ends_when_idle) /* ASVS 7.3.1 */
{
	struct sign_in_result result;
	struct session *session;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
	fixture_wait(&fixture, 3599);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	fixture_wait(&fixture, 1);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, true, &session),
		ABSENT);
	ck_assert_ptr_null(session);
}
END_TEST

START_TEST(use_keeps_a_session_alive_but_not_for_ever) /* ASVS 7.3.2 */
{
	struct sign_in_result result;
	struct session *session;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
	for (int i = 0; i < 14; i++) {
		fixture_wait(&fixture, 3000);
		ck_assert_int_eq(sign_in_session(&fixture.flow, &fixture.call, result.session, true,
						 &session),
				 FOUND);
		ck_assert_int_eq(session->seen, fixture.call.now);
	}
	fixture_wait(&fixture, 1200);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, true, &session),
		ABSENT);
}
END_TEST

START_TEST(a_session_is_touched_once_a_minute_and_never_on_a_loop)
{
	struct sign_in_result result;
	struct session *session;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
	fixture_wait(&fixture, 59);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, true, &session),
		FOUND);
	ck_assert_int_eq(session->seen, FIXTURE_NOW);
	fixture_wait(&fixture, 1);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	ck_assert_int_eq(session->seen, FIXTURE_NOW);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, true, &session),
		FOUND);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	ck_assert_int_eq(session->seen, FIXTURE_NOW + 60);
}
END_TEST

START_TEST(signing_out_twice_is_fine)
{
	struct sign_in_result result;
	struct session *session;
	struct session *gone;
	struct logout_frames frames;
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_IN_OK);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	ck_assert_int_eq(logout_session(&fixture.flow, &fixture.call, session, &frames), ERR_OK);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &gone),
		ABSENT);
	ck_assert_int_eq(logout_session(&fixture.flow, &fixture.call, session, &frames), ERR_OK);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_SIGNED_OUT), 1);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, outcome, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_password_over_the_cap_is_wrong);
	tcase_add_test(tc, a_sign_in_opens_a_session);
	tcase_add_test(tc, the_old_session_of_the_browser_ends);
	tcase_add_test(tc, guessing_ends_soon);
	tcase_add_test(tc, unknown_names_have_the_same_budget);
	tcase_add_test(tc, a_full_gate_refuses_at_once_and_costs_no_budget);
	tcase_add_test(tc, success_costs_no_budget);
	tcase_add_test(tc, a_known_browser_is_not_locked_out_by_strangers);
	tcase_add_test(tc, a_browser_that_is_not_known_gets_nothing);
	tcase_add_test(tc, a_known_browser_survives_a_new_key);
	tcase_add_test(tc, an_outdated_hash_is_renewed);
	tcase_add_loop_test(tc, what_is_no_cookie_of_ours, 0, ARRAY_LEN(no_cookies));
	tcase_add_test(tc, a_session_ends_when_idle);
	tcase_add_test(tc, use_keeps_a_session_alive_but_not_for_ever);
	tcase_add_test(tc, a_session_is_touched_once_a_minute_and_never_on_a_loop);
	tcase_add_test(tc, signing_out_twice_is_fine);
}

TEST_MAIN("flow/sign_in", add_tests)
