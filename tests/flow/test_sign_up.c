/* SPDX-License-Identifier: Apache-2.0
 *
 * Making an account: what is asked for, what is told to whom, and what an attempt costs. */
#include "flow/sign_up.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"
#include "flow/sign_in.h"
#include "flow/tickets.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture.flow.settings.sign_up = SIGN_UP_OPEN;
	fixture_person(&fixture, "Ada");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static struct slice invite(enum ticket_kind kind)
{
	struct slice text;
	struct ticket row;
	const struct ticket_new ticket = { .kind = kind, .uses = 1, .lifetime = 3600 };
	ck_assert_int_eq(ticket_add(&fixture.flow, &fixture.call, &ticket, &text, &row), ERR_OK);
	return text;
}

static enum sign_up_outcome attempt(struct slice name, struct slice password,
				    struct slice invitation, struct sign_up_result *result)
{
	const struct sign_up_request request = { .name = name,
						 .password = password,
						 .invitation = invitation };
	return sign_up(&fixture.flow, &fixture.call, &request, result);
}

static const struct row {
	const char *name;
	struct slice user;
	struct slice password;
	enum sign_up_outcome outcome;
	bool name_fault;
	bool password_fault;
} rows[] = {
	{ .name = "a new name", .user = SLICE("eve"), .password = FIXTURE_PASSWORD },
	{ .name = "a blank that a keyboard added",
	  .user = SLICE("eve "),
	  .password = FIXTURE_PASSWORD },
	{ .name = "a name that is taken",
	  .user = SLICE("Ada"),
	  .password = FIXTURE_PASSWORD,
	  .outcome = SIGN_UP_REFUSED,
	  .name_fault = true },
	{ .name = "a name that is taken in another case",
	  .user = SLICE("aDA"),
	  .password = FIXTURE_PASSWORD,
	  .outcome = SIGN_UP_REFUSED,
	  .name_fault = true },
	{ .name = "no name",
	  .user = SLICE(""),
	  .password = FIXTURE_PASSWORD,
	  .outcome = SIGN_UP_REFUSED,
	  .name_fault = true },
	{ .name = "a name that cannot be",
	  .user = SLICE("a\x01"
			"b"),
	  .password = FIXTURE_PASSWORD,
	  .outcome = SIGN_UP_REFUSED,
	  .name_fault = true },
	{ .name = "a short password",
	  .user = SLICE("eve"),
	  .password = SLICE("short"),
	  .outcome = SIGN_UP_REFUSED,
	  .password_fault = true },
	{ .name = "no password",
	  .user = SLICE("eve"),
	  .password = SLICE(""),
	  .outcome = SIGN_UP_REFUSED,
	  .password_fault = true },
	{ .name = "both wrong: both are said",
	  .user = SLICE("a b"),
	  .password = SLICE("short"),
	  .outcome = SIGN_UP_REFUSED,
	  .name_fault = true,
	  .password_fault = true },
};

START_TEST(an_attempt)
{
	const struct row *row = &rows[_i];
	struct sign_up_result result;
	ck_assert_msg(attempt(row->user, row->password, SLICE(""), &result) == row->outcome, "%s",
		      row->name);
	ck_assert_msg(slice_is_empty(result.faults.name) != row->name_fault, "%s", row->name);
	ck_assert_msg(slice_is_empty(result.faults.password) != row->password_fault, "%s",
		      row->name);
	ck_assert_msg(slice_is_empty(result.session) == (row->outcome != SIGN_UP_DONE), "%s",
		      row->name);
}
END_TEST

START_TEST(who_has_made_an_account_is_signed_in)
{
	struct sign_up_result result;
	struct session *session;
	ck_assert_int_eq(attempt(SLICE("Eve"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_UP_DONE);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	ck_slice_str(session->user.name, "Eve");
	ck_assert(!session->user.admin);
	ck_slice_str(session->amr, "pwd");
	ck_assert_int_eq(session->auth_time, FIXTURE_NOW);
	ck_assert_uint_gt(result.device.len, 0);
}
END_TEST

static const struct invited {
	const char *name;
	enum ticket_kind kind;
	int64_t later;
	const char *text; /* NULL: the invitation */
} invited[] = {
	{ .name = "nothing", .kind = TICKET_SIGN_UP, .text = "" },
	{ .name = "an invented one",
	  .kind = TICKET_SIGN_UP,
	  .text = "dct_0000000000000000000000000000000000000000000" },
	{ .name = "something that is none", .kind = TICKET_SIGN_UP, .text = "please" },
	{ .name = "a ticket for something else", .kind = TICKET_REGISTRATION },
	{ .name = "one that has expired", .kind = TICKET_SIGN_UP, .later = 3600 },
};

/* ASVS 6.3.8: who has no invitation learns nothing of names */
START_TEST(without_an_invitation_there_is_no_account)
{
	struct sign_up_result result;
	fixture.flow.settings.sign_up = SIGN_UP_INVITE;
	struct slice text = invite(invited[_i].kind);
	fixture_wait(&fixture, invited[_i].later);
	if (invited[_i].text)
		text = slice_str(invited[_i].text);
	static const char *const names[] = { "eve", "ada" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		ck_assert_int_eq(attempt(slice_str(names[i]), FIXTURE_PASSWORD, text, &result),
				 SIGN_UP_REFUSED);
		ck_assert_msg(!slice_is_empty(result.invitation), "%s", invited[_i].name);
		ck_assert_msg(slice_is_empty(result.faults.name), "%s", invited[_i].name);
	}
}
END_TEST

START_TEST(an_invitation_is_used_once_and_by_no_mistake)
{
	struct sign_up_result result;
	fixture.flow.settings.sign_up = SIGN_UP_INVITE;
	struct slice text = invite(TICKET_SIGN_UP);
	ck_assert_int_eq(attempt(SLICE("ada"), FIXTURE_PASSWORD, text, &result), SIGN_UP_REFUSED);
	ck_assert_int_eq(attempt(SLICE("eve"), SLICE("short"), text, &result), SIGN_UP_REFUSED);
	ck_assert_int_eq(attempt(SLICE("eve"), FIXTURE_PASSWORD, text, &result), SIGN_UP_DONE);
	ck_assert_int_eq(attempt(SLICE("bob"), FIXTURE_PASSWORD, text, &result), SIGN_UP_REFUSED);
	ck_assert(!slice_is_empty(result.invitation));
}
END_TEST

START_TEST(attempts_are_counted_whatever_becomes_of_them)
{
	struct sign_up_result result;
	char name[8] = "user00";
	enum sign_up_outcome outcome = SIGN_UP_DONE;
	int tries = 0;
	for (; tries < 100 && outcome != SIGN_UP_OVER_BUDGET; tries++) {
		name[4] = (char)('a' + tries / 10);
		name[5] = (char)('a' + tries % 10);
		struct slice password = tries % 2 == 0 ? SLICE("short") : FIXTURE_PASSWORD;
		struct slice who = tries % 3 == 0 ? SLICE("ada") : slice_str(name);
		outcome = attempt(who, password, SLICE(""), &result);
	}
	ck_assert_int_eq(tries, 61);
	ck_assert_int_gt(result.retry_after, 0);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_THROTTLED), 1);
	fixture_set_address(&fixture, "198.51.100.1");
	ck_assert_int_eq(attempt(SLICE("eve"), FIXTURE_PASSWORD, SLICE(""), &result), SIGN_UP_DONE);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, an_attempt, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, who_has_made_an_account_is_signed_in);
	tcase_add_loop_test(tc, without_an_invitation_there_is_no_account, 0, ARRAY_LEN(invited));
	tcase_add_test(tc, an_invitation_is_used_once_and_by_no_mistake);
	tcase_add_test(tc, attempts_are_counted_whatever_becomes_of_them);
}

TEST_MAIN("flow/sign_up", add_tests)
