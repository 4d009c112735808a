/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract under many threads: of those who want the same thing at once, one gets it.
 * STORE_ROUNDS in the environment sets another number of rounds. */
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "crew.h"
#include "world.h"

static int rounds(int usual)
{
	const char *text = getenv("STORE_ROUNDS");
	int64_t number;
	if (text == NULL || slice_parse_int64(slice_str(text), &number) != ERR_OK)
		return usual;
	return (int)number;
}

enum { REDEEMERS = 64, DECIDERS = 8, POLLERS = 7, MIXERS = 16, MIXED_FLOWS = 10 };

struct race {
	struct world *w;
	struct device_grant_new grant;
	struct redemption redemptions[CREW_MAX];
	struct device_decision decisions[CREW_MAX];
	enum err results[CREW_MAX];
	struct device_grant_new grants[CREW_MAX];
	struct redemption redeemed;
	struct rotation rotations[CREW_MAX];
	atomic_bool disabled;
	bool began_late[CREW_MAX];
};

static size_t winners(const struct race *race, size_t count)
{
	size_t won = 0;
	for (size_t i = 0; i < count; i++) {
		ck_assert(race->results[i] == ERR_OK || race->results[i] == ERR_UNCHANGED);
		won += race->results[i] == ERR_OK;
	}
	return won;
}

/* --- one code, many polls
 * -------------------------------------------------------------------------------------------- */

static void redeem_once(void *arg, size_t number)
{
	struct race *race = arg;
	race->results[number] = store_device_grant_redeem(race->w->store,
							  &race->redemptions[number], NULL);
}

static void redemption_round(struct race *race, struct crew *crew)
{
	race->grant = world_approved(race->w);
	for (size_t i = 0; i < crew->size; i++)
		race->redemptions[i] = world_redemption(race->w, &race->grant);
	crew_round(crew);
	ck_assert_uint_eq(winners(race, crew->size), 1);
	for (size_t i = 0; i < crew->size; i++)
		ck_assert_int_eq(world_has_access(race->w, &race->redemptions[i]),
				 race->results[i] == ERR_OK);
}

START_TEST(of_64_redemptions_one_wins)
{
	static struct race race;
	WORLD(w);
	struct crew crew;
	race.w = &w;
	crew_init(&crew, REDEEMERS, redeem_once, &race);
	for (int i = rounds(1000); i > 0; i--)
		redemption_round(&race, &crew);
	crew_fini(&crew);
}
END_TEST

/* --- accept against deny
 * --------------------------------------------------------------------------------------------- */

static void decide_once(void *arg, size_t number)
{
	struct race *race = arg;
	race->results[number] = store_device_grant_decide(race->w->store, &race->decisions[number],
							  NULL);
}

static void decision_round(struct race *race, struct crew *crew)
{
	race->grant = world_pending(race->w);
	for (size_t i = 0; i < crew->size; i++)
		race->decisions[i] = world_decision(race->w, &race->grant, i % 2 == 0);
	crew_round(crew);
	ck_assert_uint_eq(winners(race, crew->size), 1);
	size_t won = 0;
	while (race->results[won] != ERR_OK)
		won++;
	bool accepted = race->decisions[won].accept;
	struct authorization *authorization;
	enum device_status status =
		world_find_grant(race->w, &race->grant.grant.authorization)->status;
	enum find found = store_authorization_find(
		race->w->store, race->w->arena, &race->grant.grant.authorization, &authorization);
	ck_assert_int_eq(status, accepted ? DEVICE_APPROVED : DEVICE_DENIED);
	ck_assert_int_eq(found, accepted ? FOUND : ABSENT);
}

START_TEST(of_accept_and_deny_one_wins)
{
	static struct race race;
	WORLD(w);
	struct crew crew;
	race.w = &w;
	crew_init(&crew, DECIDERS, decide_once, &race);
	for (int i = rounds(1000); i > 0; i--)
		decision_round(&race, &crew);
	crew_fini(&crew);
}
END_TEST

/* --- one refresh token, many rotations
 * ------------------------------------------------------------------------------- */

static void rotate_once(void *arg, size_t number)
{
	struct race *race = arg;
	race->results[number] = store_refresh_token_rotate(race->w->store, &race->rotations[number],
							   NULL);
}

START_TEST(of_many_rotations_one_wins)
{
	static struct race race;
	WORLD(w);
	struct crew crew;
	race.w = &w;
	crew_init(&crew, DECIDERS, rotate_once, &race);
	for (int i = rounds(200); i > 0; i--) {
		race.redeemed = world_redeemed(&w);
		for (size_t j = 0; j < DECIDERS; j++)
			race.rotations[j] = world_rotation(&w, &race.redeemed);
		crew_round(&crew);
		ck_assert_uint_eq(winners(&race, DECIDERS), 1);
	}
	crew_fini(&crew);
}
END_TEST

/* --- disabling against redeeming
 * ------------------------------------------------------------------------------------- */

/* The first member disables the person; the others each redeem a grant of their own, half of them
 * only when they have seen that the disabling returned. */
static void disable_or_redeem(void *arg, size_t number)
{
	struct race *race = arg;
	if (number == 0) {
		race->results[0] = store_user_set_enabled(race->w->store, &race->w->user, false,
							  race->w->now, NULL);
		atomic_store(&race->disabled, true);
		return;
	}
	while (number % 2 == 0 && !atomic_load(&race->disabled))
		sched_yield();
	race->began_late[number] = atomic_load(&race->disabled);
	race->results[number] = store_device_grant_redeem(race->w->store,
							  &race->redemptions[number], NULL);
}

static void disabling_round(struct race *race, struct crew *crew)
{
	struct world *w = race->w;
	atomic_store(&race->disabled, false);
	world_sign_in(w);
	for (size_t i = 1; i < crew->size; i++) {
		struct device_grant_new grant = world_approved(w);
		race->redemptions[i] = world_redemption(w, &grant);
	}
	crew_round(crew);
	ck_ok(race->results[0]);
	for (size_t i = 1; i < crew->size; i++) {
		ck_assert(race->results[i] == ERR_OK || race->results[i] == ERR_UNCHANGED);
		ck_assert(!race->began_late[i] || race->results[i] == ERR_UNCHANGED);
		ck_assert_int_eq(world_has_access(w, &race->redemptions[i]),
				 race->results[i] == ERR_OK);
	}
	ck_ok(store_user_set_enabled(w->store, &w->user, true, w->now, NULL));
}

START_TEST(nothing_is_redeemed_after_the_person_was_disabled)
{
	static struct race race;
	WORLD(w);
	struct crew crew;
	race.w = &w;
	crew_init(&crew, POLLERS, disable_or_redeem, &race);
	for (int i = rounds(200); i > 0; i--)
		disabling_round(&race, &crew);
	crew_fini(&crew);
}
END_TEST

/* --- refusals among successes
 * ------------------------------------------------------------------------------------------ */

/* Every other member has a user code that is taken, which is found out only after his grant was
 * inserted. */
static void insert_once(void *arg, size_t number)
{
	struct race *race = arg;
	struct event event = world_event(race->w, EVENT_DEVICE_STARTED);
	race->results[number] = store_device_grant_insert(race->w->store, &race->grants[number],
							  &event);
}

static void insertion_round(struct race *race, struct crew *crew)
{
	for (size_t i = 0; i < crew->size; i++) {
		race->grants[i] = world_grant(race->w);
		if (i % 2 == 1)
			race->grants[i].code = race->grant.code;
	}
	crew_round(crew);
	for (size_t i = 0; i < crew->size; i++) {
		struct device_grant *grant;
		const struct id *id = &race->grants[i].grant.authorization;
		ck_assert_int_eq(race->results[i], i % 2 == 1 ? ERR_CONFLICT : ERR_OK);
		ck_assert_int_eq(
			store_device_grant_find(race->w->store, race->w->arena, id, &grant),
			i % 2 == 1 ? ABSENT : FOUND);
	}
}

START_TEST(what_is_refused_leaves_nothing_among_what_is_done)
{
	static struct race race;
	WORLD(w);
	struct crew crew;
	int count = rounds(50);
	race.w = &w;
	race.grant = world_pending(&w);
	crew_init(&crew, MIXERS, insert_once, &race);
	for (int i = count; i > 0; i--)
		insertion_round(&race, &crew);
	crew_fini(&crew);
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_STARTED), (size_t)count * MIXERS / 2);
}
END_TEST

/* --- everything at once
 * ---------------------------------------------------------------------------------------------- */

/* Each thread goes through flows of its own, with reads of what it has just been told is there. */
static void mix(void *arg, size_t number)
{
	struct race *race = arg;
	struct world own = *race->w;
	own.arena = arena_new();
	for (int i = 0; i < MIXED_FLOWS; i++) {
		struct redemption redeemed = world_redeemed(&own);
		ck_assert(world_has_access(&own, &redeemed));
		struct rotation rotation = world_rotation(&own, &redeemed);
		ck_ok(store_refresh_token_rotate(own.store, &rotation, NULL));
		struct event event = world_event(&own, EVENT_CODE_REFUSED);
		store_event_post(own.store, &event);
		ck_ok(store_authorization_revoke(own.store, &redeemed.authorization, &own.user,
						 own.now + 60, NULL));
		struct authorization *a;
		ck_found(store_authorization_find(own.store, own.arena, &redeemed.authorization,
						  &a));
		ck_assert_int_gt(a->revoked, 0);
	}
	race->results[number] = ERR_OK;
	arena_free(&own.arena);
}

START_TEST(a_commit_is_visible_to_the_next_read)
{
	static struct race race;
	WORLD(w);
	struct crew crew;
	race.w = &w;
	crew_init(&crew, MIXERS, mix, &race);
	crew_round(&crew);
	ck_assert_uint_eq(winners(&race, MIXERS), MIXERS);
	crew_fini(&crew);
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
	world_reopen(&w);
	ck_assert_uint_eq(world_events(&w, EVENT_CODE_REFUSED), MIXERS * MIXED_FLOWS);
}
END_TEST

void contract_threads(TCase *tc)
{
	tcase_add_test(tc, of_64_redemptions_one_wins);
	tcase_add_test(tc, of_accept_and_deny_one_wins);
	tcase_add_test(tc, of_many_rotations_one_wins);
	tcase_add_test(tc, nothing_is_redeemed_after_the_person_was_disabled);
	tcase_add_test(tc, what_is_refused_leaves_nothing_among_what_is_done);
	tcase_add_test(tc, a_commit_is_visible_to_the_next_read);
}
