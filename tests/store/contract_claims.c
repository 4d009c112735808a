/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: what is known about a person. */
#include "world.h"

static int64_t read_claims(struct world *w, struct claim_list *list)
{
	int64_t changed;
	ck_ok(store_user_claims(w->store, w->arena, &w->user, list, &changed));
	return changed;
}

static enum err set_claim(struct world *w, const struct id *user, struct claim claim, int64_t at)
{
	const struct claim_set set = { &claim, 1, w->now + at };
	return store_user_claim_set(w->store, user, &set, NULL);
}

START_TEST(claims_are_set_together_and_listed_by_name)
{
	WORLD(w);
	struct claim_list list;
	struct event event = world_event(&w, EVENT_USER_CLAIM_CHANGED);
	const struct claim claims[] = {
		{ SLICE("name"), SLICE("Ada \xc3\xa9 'x'") },
		{ SLICE("email"), SLICE("ada@a.example") },
		{ SLICE("address.country"), SLICE("NZ") },
	};
	ck_assert_int_eq(read_claims(&w, &list), 0);
	ck_assert_uint_eq(list.count, 0);
	const struct claim_set set = { claims, ARRAY_LEN(claims), w.now + 1 };
	ck_ok(store_user_claim_set(w.store, &w.user, &set, &event));
	ck_assert_int_eq(read_claims(&w, &list), w.now + 1);
	ck_assert_uint_eq(list.count, 3);
	ck_slice(list.items[0].name, "address.country");
	ck_slice(list.items[1].name, "email");
	ck_slice(list.items[1].value, "ada@a.example");
	ck_slice(list.items[2].name, "name");
	ck_slice(list.items[2].value, "Ada \xc3\xa9 'x'");
	ck_assert_uint_eq(world_events(&w, EVENT_USER_CLAIM_CHANGED), 1);
}
END_TEST

START_TEST(the_time_is_that_of_the_last_change)
{
	WORLD(w);
	struct claim_list list;
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("name"), SLICE("Ada") }, 1));
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("email"), SLICE("a@a.example") }, 5));
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("name"), SLICE("Ada") }, 9));
	ck_assert_int_eq(read_claims(&w, &list), w.now + 5);
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("name"), SLICE("Ada L") }, 10));
	ck_assert_int_eq(read_claims(&w, &list), w.now + 10);
	ck_assert_uint_eq(list.count, 2);
	ck_slice(list.items[1].value, "Ada L");
}
END_TEST

START_TEST(a_claim_is_taken_away_by_setting_it_to_nothing)
{
	WORLD(w);
	struct claim_list list;
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("name"), SLICE("Ada") }, 1));
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("name"), SLICE("") }, 2));
	ck_assert_int_eq(read_claims(&w, &list), w.now + 2);
	ck_assert_uint_eq(list.count, 0);
	/* Once more, and one that never was: nothing changes. */
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("name"), SLICE("") }, 3));
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("email"), SLICE("") }, 4));
	ck_assert_int_eq(read_claims(&w, &list), w.now + 2);
	ck_ok(set_claim(&w, &w.user, (struct claim){ SLICE("name"), SLICE("Eve") }, 5));
	ck_assert_int_eq(read_claims(&w, &list), w.now + 5);
	ck_assert_uint_eq(list.count, 1);
}
END_TEST

START_TEST(claims_are_of_one_person)
{
	WORLD(w);
	struct claim_list list;
	struct id eve = world_add_user(&w, "eve");
	ck_ok(set_claim(&w, &eve, (struct claim){ SLICE("name"), SLICE("Eve") }, 1));
	ck_assert_int_eq(read_claims(&w, &list), 0);
	ck_assert_uint_eq(list.count, 0);
}
END_TEST

START_TEST(nobody_has_no_claims)
{
	WORLD(w);
	struct claim_list list;
	int64_t changed;
	struct id nobody = world_id();
	struct event event = world_event(&w, EVENT_USER_CLAIM_CHANGED);
	const struct claim claim = { SLICE("name"), SLICE("Nobody") };
	const struct claim nothing = { SLICE("name"), SLICE("") };
	const struct claim_set set = { &claim, 1, w.now };
	const struct claim_set set_nothing = { &nothing, 1, w.now };
	ck_err(store_user_claims(w.store, w.arena, &nobody, &list, &changed), ERR_ABSENT);
	ck_err(store_user_claim_set(w.store, &nobody, &set, &event), ERR_ABSENT);
	ck_err(store_user_claim_set(w.store, &nobody, &set_nothing, &event), ERR_ABSENT);
	ck_assert_uint_eq(world_events(&w, EVENT_USER_CLAIM_CHANGED), 0);
	ck_ok(set_claim(&w, &w.user, claim, 1));
	ck_ok(store_user_remove(w.store, &w.user, NULL));
	ck_err(store_user_claims(w.store, w.arena, &w.user, &list, &changed), ERR_ABSENT);
	ck_err(store_user_claim_set(w.store, &w.user, &set, &event), ERR_ABSENT);
	ck_assert_uint_eq(world_faults(&w), 0);
}
END_TEST

void contract_claims(TCase *tc)
{
	tcase_add_test(tc, claims_are_set_together_and_listed_by_name);
	tcase_add_test(tc, the_time_is_that_of_the_last_change);
	tcase_add_test(tc, a_claim_is_taken_away_by_setting_it_to_nothing);
	tcase_add_test(tc, claims_are_of_one_person);
	tcase_add_test(tc, nobody_has_no_claims);
}
