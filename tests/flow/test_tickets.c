/* SPDX-License-Identifier: Apache-2.0
 *
 * Tickets: for what, how often and how long they are good, and what is none. */
#include "flow/tickets.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static struct slice add(enum ticket_kind kind, uint32_t uses)
{
	const struct ticket_new ticket = {
		.kind = kind, .note = SLICE("for a test"), .uses = uses, .lifetime = 60
	};
	struct ticket row;
	struct slice text;
	ck_assert_int_eq(ticket_add(&fixture.flow, &fixture.call, &ticket, &text, &row), ERR_OK);
	ck_assert_uint_eq(text.len, 47);
	ck_assert(slice_has_prefix(text, SLICE("dct_")));
	return text;
}

static enum find find(enum ticket_kind kind, struct slice text)
{
	return ticket_find(&fixture.flow, &fixture.call, kind, text);
}

static enum err take(enum ticket_kind kind, struct slice text)
{
	return ticket_take(&fixture.flow, &fixture.call, kind, text);
}

START_TEST(a_ticket_is_good_for_its_uses)
{
	enum ticket_kind kind = (enum ticket_kind)_i;
	struct slice text = add(kind, 2);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(find(kind, text), FOUND);
		ck_assert_int_eq(take(kind, text), ERR_OK);
	}
	ck_assert_int_eq(find(kind, text), ABSENT);
	ck_assert_int_eq(take(kind, text), ERR_UNCHANGED);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_TICKET_ADDED), 1);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_TICKET_USED), 2);
}
END_TEST

START_TEST(a_ticket_for_one_thing_is_none_for_another)
{
	struct slice text = add(TICKET_SIGN_UP, 1);
	ck_assert_int_eq(find(TICKET_REGISTRATION, text), ABSENT);
	ck_assert_int_eq(take(TICKET_REGISTRATION, text), ERR_UNCHANGED);
	ck_assert_int_eq(take(TICKET_SIGN_UP, text), ERR_OK);
}
END_TEST

START_TEST(a_ticket_ends_with_its_time)
{
	struct slice text = add(TICKET_REGISTRATION, 1);
	fixture_wait(&fixture, 59);
	ck_assert_int_eq(find(TICKET_REGISTRATION, text), FOUND);
	fixture_wait(&fixture, 1);
	ck_assert_int_eq(find(TICKET_REGISTRATION, text), ABSENT);
	ck_assert_int_eq(take(TICKET_REGISTRATION, text), ERR_UNCHANGED);
}
END_TEST

static const char *const others[] = {
	"",
	"dct_",
	"dct_0000000000000000000000000000000000000000000",
	"dct_000000000000000000000000000000000000000000",
	"dct_0000000000000000000000000000000000000000000!",
	"dcs_0000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000",
};

START_TEST(what_is_none_is_refused)
{
	ck_assert_int_eq(find(TICKET_REGISTRATION, slice_str(others[_i])), ABSENT);
	ck_assert_int_eq(take(TICKET_REGISTRATION, slice_str(others[_i])), ERR_UNCHANGED);
}
END_TEST

START_TEST(kinds_have_names)
{
	ck_assert_int_eq(ticket_kind_parse(SLICE("registration")), TICKET_REGISTRATION);
	ck_assert_int_eq(ticket_kind_parse(SLICE("sign-up")), TICKET_SIGN_UP);
	ck_assert_int_eq(ticket_kind_parse(SLICE("")), TICKET_KIND_COUNT);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_ticket_is_good_for_its_uses, 0, TICKET_KIND_COUNT);
	tcase_add_test(tc, a_ticket_for_one_thing_is_none_for_another);
	tcase_add_test(tc, a_ticket_ends_with_its_time);
	tcase_add_loop_test(tc, what_is_none_is_refused, 0, ARRAY_LEN(others));
	tcase_add_test(tc, kinds_have_names);
}

TEST_MAIN("flow/tickets", add_tests)
