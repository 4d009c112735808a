/* SPDX-License-Identifier: Apache-2.0
 *
 * Several people in one browser: who is in a session, under which sid, and who acts. */
#include "flow/accounts.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"
#include "flow/people.h"
#include "flow/sign_in.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture_person(&fixture, "ada");
	fixture_person(&fixture, "bob");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static struct session *enter(const char *name, const struct session *old, bool keeps)
{
	struct session *session;
	struct sign_in_result result;
	const struct sign_in_request request = {
		.name = slice_str(name),
		.password = FIXTURE_PASSWORD,
		.replaces = old ? &old->hash : NULL,
		.keeps_others = keeps,
	};
	ck_assert_int_eq(sign_in(&fixture.flow, &fixture.call, &request, &result), SIGN_IN_OK);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	return session;
}

static struct session_list people_of(const struct session *session)
{
	struct session_list people;
	ck_assert_int_eq(account_people(&fixture.flow, &fixture.call, session, &people), ERR_OK);
	return people;
}

START_TEST(who_is_added_acts_and_the_other_keeps_his_sid_and_time)
{
	struct session *ada = enter("ada", NULL, false);
	ck_assert_uint_eq(ada->others, 0);
	fixture_wait(&fixture, 100);
	struct session *both = enter("bob", ada, true);
	struct session_list people = people_of(both);
	ck_assert_uint_eq(both->others, 1);
	ck_assert_uint_eq(people.count, 2);
	ck_slice_str(people.items[0].user.name, "bob");
	ck_assert_int_eq(people.items[0].auth_time, fixture.call.now);
	ck_slice_str(people.items[1].user.name, "ada");
	ck_assert_int_eq(people.items[1].auth_time, FIXTURE_NOW);
	ck_assert(id_equal(&people.items[1].sid, &ada->sid));
	ck_assert(!id_equal(&people.items[0].sid, &ada->sid));
}
END_TEST

START_TEST(whoever_signs_in_once_more_keeps_his_sid)
{
	struct session *first = enter("ada", NULL, false);
	fixture_wait(&fixture, 100);
	struct session *beside = enter("ada", first, true);
	ck_assert(id_equal(&beside->sid, &first->sid));
	ck_assert_int_eq(beside->auth_time, fixture.call.now);
	ck_assert_uint_eq(people_of(beside).count, 1);
	struct session *over = enter("ada", beside, false);
	ck_assert(id_equal(&over->sid, &first->sid));
	ck_assert(!hash_equal(&over->hash, &first->hash));
}
END_TEST

START_TEST(whoever_comes_back_after_another_has_a_new_sid)
{
	struct session *first = enter("ada", NULL, false);
	struct session *bob = enter("bob", first, false);
	ck_assert_uint_eq(people_of(bob).count, 1);
	struct session *again = enter("ada", bob, true);
	ck_assert(!id_equal(&again->sid, &first->sid));
}
END_TEST

START_TEST(the_old_session_is_gone)
{
	struct session *found;
	struct session *first = enter("ada", NULL, false);
	enter("bob", first, true);
	ck_assert_int_eq(
		store_session_find(fixture.store, fixture.call.arena, &first->hash, &found),
		ABSENT);
}
END_TEST

START_TEST(who_is_chosen_acts)
{
	struct session *ada = enter("ada", NULL, false);
	struct session *both = enter("bob", ada, true);
	ck_assert_int_eq(account_choose(&fixture.flow, &fixture.call, both, &ada->user.id), ERR_OK);
	ck_slice_str(people_of(both).items[0].user.name, "ada");
	struct event event = fixture_event(&fixture, EVENT_ACCOUNT_CHOSEN);
	ck_assert(id_equal(&event.user, &ada->user.id));
}
END_TEST

START_TEST(who_is_not_signed_in_here_cannot_be_chosen)
{
	struct session *ada = enter("ada", NULL, false);
	struct session *bob = enter("bob", NULL, false);
	ck_assert_int_eq(account_choose(&fixture.flow, &fixture.call, ada, &bob->user.id),
			 ERR_ABSENT);
	ck_slice_str(people_of(ada).items[0].user.name, "ada");
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_ACCOUNT_CHOSEN), 0);
}
END_TEST

/* ASVS 7.3.2 */
START_TEST(whose_sign_in_is_too_old_cannot_be_chosen)
{
	struct session *ada = enter("ada", NULL, false);
	fixture_wait(&fixture, 3000);
	struct session *both = enter("bob", ada, true);
	fixture.flow.settings.session.idle = 100000;
	fixture_wait(&fixture, 43200 - 3000);
	ck_assert_uint_eq(people_of(both).count, 1);
	ck_assert_int_eq(account_choose(&fixture.flow, &fixture.call, both, &ada->user.id),
			 ERR_ABSENT);
}
END_TEST

START_TEST(who_is_disabled_cannot_be_chosen)
{
	struct session *ada = enter("ada", NULL, false);
	struct session *both = enter("bob", ada, true);
	ck_assert_int_eq(people_set_enabled(&fixture.flow, &fixture.call, &ada->user, false),
			 ERR_OK);
	ck_assert_uint_eq(people_of(both).count, 1);
	ck_assert_int_eq(account_choose(&fixture.flow, &fixture.call, both, &ada->user.id),
			 ERR_ABSENT);
}
END_TEST

START_TEST(there_is_room_for_so_many)
{
	char name[8] = "user0";
	struct session *session = enter("ada", NULL, false);
	for (int i = 0; i < SESSION_PEOPLE_MAX; i++) {
		name[4] = (char)('a' + i);
		fixture_person(&fixture, name);
		session = enter(name, session, true);
	}
	struct session_list people = people_of(session);
	ck_assert_uint_eq(people.count, SESSION_PEOPLE_MAX);
	for (size_t i = 0; i < people.count; i++)
		ck_assert(!slice_equal(people.items[i].user.name, SLICE("ada")));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, who_is_added_acts_and_the_other_keeps_his_sid_and_time);
	tcase_add_test(tc, whoever_signs_in_once_more_keeps_his_sid);
	tcase_add_test(tc, whoever_comes_back_after_another_has_a_new_sid);
	tcase_add_test(tc, the_old_session_is_gone);
	tcase_add_test(tc, who_is_chosen_acts);
	tcase_add_test(tc, who_is_not_signed_in_here_cannot_be_chosen);
	tcase_add_test(tc, whose_sign_in_is_too_old_cannot_be_chosen);
	tcase_add_test(tc, who_is_disabled_cannot_be_chosen);
	tcase_add_test(tc, there_is_room_for_so_many);
}

TEST_MAIN("flow/accounts", add_tests)
