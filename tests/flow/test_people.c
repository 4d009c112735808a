/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts: what is refused, what is stored, what a change ends, and what is recorded. */
#include "flow/people.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"
#include "flow/sign_in.h"

static struct fixture fixture;

static const struct row {
	const char *name;
	struct slice person;
	struct slice password;
	enum err err;
} rows[] = {
	{ .name = "a name and a long password",
	  .person = SLICE("ada"),
	  .password = SLICE("entirely my own") },
	{ .name = "letters of other scripts",
	  .person = SLICE("J\xc3\xb8rgen"),
	  .password = SLICE("entirely my own") },
	{ .name = "an address as a name",
	  .person = SLICE("ada@example.org"),
	  .password = SLICE("entirely my own") },
	{ .name = "no name",
	  .person = SLICE(""),
	  .password = SLICE("entirely my own"),
	  .err = ERR_INVALID },
	{ .name = "a blank in the name",
	  .person = SLICE("a b"),
	  .password = SLICE("entirely my own"),
	  .err = ERR_INVALID },
	{ .name = "markup in the name",
	  .person = SLICE("<b>"),
	  .password = SLICE("entirely my own"),
	  .err = ERR_INVALID },
	{ .name = "the name as a password",
	  .person = SLICE("lovelace"),
	  .password = SLICE("Lovelace"),
	  .err = ERR_INVALID },
	/* ASVS 6.2.1 */
	{ .name = "a short password",
	  .person = SLICE("ada"),
	  .password = SLICE("seven77"),
	  .err = ERR_INVALID },
	/* ASVS 6.2.4 */
	{ .name = "a common password",
	  .person = SLICE("ada"),
	  .password = SLICE("password1"),
	  .err = ERR_INVALID },
	{ .name = "no password",
	  .person = SLICE("ada"),
	  .password = SLICE(""),
	  .err = ERR_INVALID },
};

static void setup(void)
{
	fixture_start(&fixture, "1");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

START_TEST(add)
{
	const struct row *row = &rows[_i];
	const struct person_new person = { .name = row->person, .password = row->password };
	struct id id = { 0 };
	struct slice why;
	struct user *user;
	ck_assert_msg(people_add(&fixture.flow, &fixture.call, &person, &id, &why) == row->err,
		      "%s", row->name);
	ck_assert_msg(slice_is_empty(why) == (row->err == ERR_OK), "%s: a sentence", row->name);
	enum find find = people_find(&fixture.flow, &fixture.call, row->person, &user);
	ck_assert_msg(find == (row->err == ERR_OK ? FOUND : ABSENT), "%s: stored", row->name);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_USER_ADDED), row->err == ERR_OK);
	if (row->err == ERR_OK)
		ck_assert(id_equal(&id, &user->id));
}
END_TEST

START_TEST(a_password_over_the_cap_is_refused)
{
	char *text = arena_alloc(fixture.call.arena, 4000);
	for (size_t i = 0; i < 4000; i++)
		text[i] = (char)('a' + i * 7 % 23);
	const struct person_new person = { .name = SLICE("ada"), .password = slice_of(text, 1025) };
	struct id id;
	struct slice why;
	ck_assert_int_eq(people_add(&fixture.flow, &fixture.call, &person, &id, &why), ERR_INVALID);
	ck_assert(!slice_is_empty(why));
}
END_TEST

START_TEST(a_new_person_is_as_asked)
{
	const struct person_new person = { .name = SLICE("Ada"),
					   .password = FIXTURE_PASSWORD,
					   .admin = true };
	struct id id;
	struct slice why;
	struct user *user;
	ck_assert_int_eq(people_add(&fixture.flow, &fixture.call, &person, &id, &why), ERR_OK);
	ck_assert_int_eq(people_find(&fixture.flow, &fixture.call, SLICE("aDA"), &user), FOUND);
	ck_slice_str(user->name, "Ada");
	ck_assert(user->admin && user->enabled);
	ck_assert_int_eq(user->created, FIXTURE_NOW);
	ck_assert_int_eq(user->last_sign_in, 0);
	struct event event = fixture_event(&fixture, EVENT_USER_ADDED);
	ck_assert(id_equal(&event.user, &id));
	ck_slice_str(event.detail, "test");
}
END_TEST

START_TEST(names_differ_in_more_than_case)
{
	fixture_person(&fixture, "ada");
	const struct person_new person = { .name = SLICE("ADA"), .password = FIXTURE_PASSWORD };
	struct id id;
	struct slice why;
	ck_assert_int_eq(people_add(&fixture.flow, &fixture.call, &person, &id, &why),
			 ERR_CONFLICT);
}
END_TEST

START_TEST(nobody_is_found_by_a_name_that_cannot_be)
{
	struct user *user;
	ck_assert_int_eq(people_find(&fixture.flow, &fixture.call, SLICE("ada"), &user), ABSENT);
	ck_assert_int_eq(people_find(&fixture.flow, &fixture.call, SLICE("a b"), &user), ABSENT);
	ck_assert_int_eq(people_find(&fixture.flow, &fixture.call, SLICE(""), &user), ABSENT);
}
END_TEST

static enum sign_in_outcome try_password(struct slice password, struct sign_in_result *result)
{
	const struct sign_in_request request = { .name = SLICE("ada"), .password = password };
	return sign_in(&fixture.flow, &fixture.call, &request, result);
}

START_TEST(a_new_password_ends_the_sessions)
{
	struct user *user = fixture_person(&fixture, "ada");
	struct sign_in_result result;
	struct session *session;
	struct slice why;
	ck_assert_int_eq(try_password(FIXTURE_PASSWORD, &result), SIGN_IN_OK);
	ck_assert_int_eq(
		people_set_password(&fixture.flow, &fixture.call, user, SLICE("short"), &why),
		ERR_INVALID);
	ck_assert(!slice_is_empty(why));
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		FOUND);
	ck_assert_int_eq(people_set_password(&fixture.flow, &fixture.call, user,
					     SLICE("another good one"), &why),
			 ERR_OK);
	/* ASVS 7.4.3 */
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		ABSENT);
	ck_assert_int_eq(try_password(FIXTURE_PASSWORD, &result), SIGN_IN_WRONG);
	ck_assert_int_eq(try_password(SLICE("another good one"), &result), SIGN_IN_OK);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_USER_PASSWORD_CHANGED), 1);
}
END_TEST

START_TEST(disabling_ends_the_sessions)
{
	struct user *user = fixture_person(&fixture, "ada");
	struct sign_in_result result;
	struct session *session;
	ck_assert_int_eq(try_password(FIXTURE_PASSWORD, &result), SIGN_IN_OK);
	ck_assert_int_eq(people_set_enabled(&fixture.flow, &fixture.call, user, false), ERR_OK);
	/* ASVS 7.4.2 */
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		ABSENT);
	ck_assert_int_eq(people_set_enabled(&fixture.flow, &fixture.call, user, true), ERR_OK);
	ck_assert_int_eq(
		sign_in_session(&fixture.flow, &fixture.call, result.session, false, &session),
		ABSENT);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_USER_DISABLED), 1);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_USER_ENABLED), 1);
}
END_TEST

/* Nobody is what a client of its own acts for. */
START_TEST(only_who_is_enabled_stands)
{
	const struct id nobody = { 0 };
	const struct id stranger = { .bytes = { 1 } };
	struct user *found;
	struct user *ada = fixture_person(&fixture, "ada");
	const struct flow *flow = &fixture.flow;
	const struct call *call = &fixture.call;
	ck_assert_int_eq(people_stand(flow, call, &ada->id, &found), FOUND);
	ck_slice_str(found->name, "ada");
	ck_assert_int_eq(people_stand(flow, call, &nobody, &found), FOUND);
	ck_assert_ptr_null(found);
	ck_assert_int_eq(people_stand(flow, call, &stranger, &found), ABSENT);
	ck_assert_int_eq(people_set_enabled(flow, call, ada, false), ERR_OK);
	ck_assert_int_eq(people_stand(flow, call, &ada->id, &found), ABSENT);
}
END_TEST

START_TEST(the_event_says_what_became_of_an_administrator)
{
	struct user *user = fixture_person(&fixture, "ada");
	ck_assert_int_eq(people_set_admin(&fixture.flow, &fixture.call, user, true), ERR_OK);
	ck_slice_str(fixture_event(&fixture, EVENT_USER_CHANGED).detail,
		     "is an administrator test");
	ck_assert_int_eq(people_find(&fixture.flow, &fixture.call, SLICE("ada"), &user), FOUND);
	ck_assert(user->admin);
}
END_TEST

START_TEST(who_was_removed_is_gone)
{
	struct user *user = fixture_person(&fixture, "ada");
	struct user *found;
	struct slice why;
	ck_assert_int_eq(people_remove(&fixture.flow, &fixture.call, user), ERR_OK);
	ck_assert_int_eq(people_find(&fixture.flow, &fixture.call, SLICE("ada"), &found), ABSENT);
	ck_assert_int_eq(people_remove(&fixture.flow, &fixture.call, user), ERR_ABSENT);
	ck_assert_int_eq(people_set_enabled(&fixture.flow, &fixture.call, user, true), ERR_ABSENT);
	ck_assert_int_eq(people_set_admin(&fixture.flow, &fixture.call, user, true), ERR_ABSENT);
	ck_assert_int_eq(people_set_password(&fixture.flow, &fixture.call, user,
					     SLICE("another good one"), &why),
			 ERR_ABSENT);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_USER_REMOVED), 1);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, add, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_password_over_the_cap_is_refused);
	tcase_add_test(tc, a_new_person_is_as_asked);
	tcase_add_test(tc, names_differ_in_more_than_case);
	tcase_add_test(tc, nobody_is_found_by_a_name_that_cannot_be);
	tcase_add_test(tc, a_new_password_ends_the_sessions);
	tcase_add_test(tc, disabling_ends_the_sessions);
	tcase_add_test(tc, only_who_is_enabled_stands);
	tcase_add_test(tc, the_event_says_what_became_of_an_administrator);
	tcase_add_test(tc, who_was_removed_is_gone);
}

TEST_MAIN("flow/people", add_tests)
