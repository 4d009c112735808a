/* SPDX-License-Identifier: Apache-2.0
 *
 * Budgets: that counters have unreadable keys of their own, that what is full refuses and says why,
 * and that what is given back can be taken again. */
#include "flow/budget.h"

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

static void plan_sign_in(const char *name, const char *device, struct budget *out)
{
	struct throttle_plan plan;
	throttle_plan_sign_in(&plan, slice_str(name), &fixture.call.address, slice_str(device));
	budget_make(&fixture.flow, &plan, out);
}

static uint32_t take_all(struct budget *budget)
{
	int64_t retry_after;
	uint32_t taken = 0;
	while (taken < 1000 &&
	       budget_take(&fixture.flow, &fixture.call, budget, &retry_after) == ERR_OK)
		taken++;
	ck_assert_int_gt(retry_after, 0);
	return taken;
}

START_TEST(each_counter_has_a_key_of_its_own)
{
	struct budget ada;
	struct budget bob;
	struct budget known;
	plan_sign_in("ada", "", &ada);
	plan_sign_in("bob", "", &bob);
	plan_sign_in("ada", "ada", &known);
	ck_assert_uint_eq(ada.count, 3);
	ck_assert_uint_eq(known.count, 1);
	ck_assert(!hash_equal(&ada.counters[0].key, &bob.counters[0].key));
	ck_assert_msg(hash_equal(&ada.counters[1].key, &bob.counters[1].key), "one address");
	ck_assert(!hash_equal(&ada.counters[2].key, &bob.counters[2].key));
	ck_assert_msg(!hash_equal(&ada.counters[2].key, &known.counters[0].key),
		      "the same word of another kind");
	struct budget same;
	plan_sign_in("ada", "", &same);
	ck_assert(hash_equal(&ada.counters[0].key, &same.counters[0].key));
	fixture_set_keys(&fixture, "2");
	plan_sign_in("ada", "", &same);
	ck_assert_msg(!hash_equal(&ada.counters[0].key, &same.counters[0].key),
		      "another master key");
}
END_TEST

START_TEST(what_is_full_refuses_and_is_named)
{
	struct budget budget;
	plan_sign_in("ada", "", &budget);
	ck_assert_uint_eq(take_all(&budget), throttle_row(THROTTLE_NAME_ADDRESS)->limit);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_THROTTLED), 1);
	ck_slice_str(fixture_event(&fixture, EVENT_THROTTLED).detail, "sign_in.name_address");
	for (uint32_t taken = throttle_row(THROTTLE_NAME_ADDRESS)->limit;
	     taken < throttle_row(THROTTLE_ADDRESS)->limit;) {
		char name[2] = { (char)('a' + taken % 26), '\0' };
		plan_sign_in(name, "", &budget);
		taken += take_all(&budget);
	}
	plan_sign_in("somebody", "", &budget);
	ck_assert_uint_eq(take_all(&budget), 0);
	ck_slice_str(fixture_event(&fixture, EVENT_THROTTLED).detail, "sign_in.address");
}
END_TEST

START_TEST(a_refusal_takes_nothing)
{
	struct budget budget;
	int64_t retry_after;
	plan_sign_in("ada", "", &budget);
	take_all(&budget);
	uint32_t address = budget.counts[1];
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(budget_take(&fixture.flow, &fixture.call, &budget, &retry_after),
				 ERR_FULL);
	ck_assert_uint_eq(budget.counts[1], address);
}
END_TEST

START_TEST(what_is_given_back_can_be_taken_again)
{
	struct budget budget;
	int64_t retry_after;
	plan_sign_in("ada", "", &budget);
	take_all(&budget);
	budget_give_back(&fixture.flow, &fixture.call, &budget);
	ck_assert_int_eq(budget_take(&fixture.flow, &fixture.call, &budget, &retry_after), ERR_OK);
	ck_assert_int_eq(budget_take(&fixture.flow, &fixture.call, &budget, &retry_after),
			 ERR_FULL);
}
END_TEST

START_TEST(whoever_waits_as_told_may_try_again)
{
	struct budget budget;
	int64_t retry_after;
	plan_sign_in("ada", "", &budget);
	take_all(&budget);
	ck_assert_int_eq(budget_take(&fixture.flow, &fixture.call, &budget, &retry_after),
			 ERR_FULL);
	fixture_wait(&fixture, retry_after - 1);
	int64_t rest;
	ck_assert_int_eq(budget_take(&fixture.flow, &fixture.call, &budget, &rest), ERR_FULL);
	ck_assert_int_eq(rest, 1);
	fixture_wait(&fixture, 1);
	ck_assert_int_eq(budget_take(&fixture.flow, &fixture.call, &budget, &rest), ERR_OK);
}
END_TEST

START_TEST(wrong_codes_count_for_the_whole_server) /* RFC8628#5.1 */
{
	uint32_t count;
	ck_assert_int_eq(budget_server_count(&fixture.flow, fixture.call.now, &count), ERR_OK);
	ck_assert_uint_eq(count, 0);
	const char *const people[] = { "one", "two", "three" };
	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		struct throttle_plan plan;
		struct budget budget;
		int64_t retry_after;
		throttle_plan_user_code(&plan, slice_str(people[i]), slice_str(people[i]),
					&fixture.call.address);
		budget_make(&fixture.flow, &plan, &budget);
		ck_assert_int_eq(budget_take(&fixture.flow, &fixture.call, &budget, &retry_after),
				 ERR_OK);
		ck_assert_uint_eq(budget.counts[budget.count - 1], i + 1);
	}
	ck_assert_int_eq(budget_server_count(&fixture.flow, fixture.call.now, &count), ERR_OK);
	ck_assert_uint_eq(count, 3);
	fixture_wait(&fixture, throttle_row(THROTTLE_CODE_SERVER)->window);
	ck_assert_int_eq(budget_server_count(&fixture.flow, fixture.call.now, &count), ERR_OK);
	ck_assert_uint_eq(count, 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_counter_has_a_key_of_its_own);
	tcase_add_test(tc, what_is_full_refuses_and_is_named);
	tcase_add_test(tc, a_refusal_takes_nothing);
	tcase_add_test(tc, what_is_given_back_can_be_taken_again);
	tcase_add_test(tc, whoever_waits_as_told_may_try_again);
	tcase_add_test(tc, wrong_codes_count_for_the_whole_server);
}

TEST_MAIN("flow/budget", add_tests)
