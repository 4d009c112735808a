/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract under rivals at the same moment (races.h): sign-ins, the device grant, rotations. */
#include "races.h"

static void set_sessions(struct race *race)
{
	for (size_t i = 0; i < RACERS; i++) {
		race->sessions[i] = world_session(race->w, &race->w->user);
		race->sessions[i].password_hash = SLICE("$argon2id$hash");
	}
}

static enum err sign_in(struct race *race, size_t number, const struct event *event)
{
	return store_session_insert(race->w->store, &race->sessions[number], event);
}

/* Every rival of a sign-in ends sessions, and those that had come before it with the others. */
static void verify_session(struct race *race, size_t number, bool there UNUSED)
{
	ck_assert(!world_has_session(race->w, &race->sessions[number].session.hash));
}

static void set_starts(struct race *race)
{
	struct user_code_key code = { .key_id = 7, .hash = world_hash() };
	for (size_t i = 0; i < RACERS; i++) {
		race->grants[i] = world_grant(race->w);
		race->grants[i].code = code;
	}
}

/* As much each with a code of its own. */
static void set_starts_apart(struct race *race)
{
	for (size_t i = 0; i < RACERS; i++)
		race->grants[i] = world_grant(race->w);
}

static enum err start(struct race *race, size_t number, const struct event *event)
{
	return store_device_grant_insert(race->w->store, &race->grants[number], event);
}

static void verify_start(struct race *race, size_t number, bool there)
{
	struct world *w = race->w;
	const struct device_grant_new *new = &race->grants[number];
	struct device_grant *grant;
	enum find found = store_device_grant_find(w->store, w->arena, &new->grant.authorization,
						  &grant);
	if (race->contest->rival == NULL || race->results[number] != ERR_OK)
		ck_assert_int_eq(found, there ? FOUND : ABSENT);
	if (!there)
		return;
	ck_found(store_device_grant_find_by_user_code(w->store, w->arena, &new->code, 1, &grant));
	ck_assert(id_equal(&grant->authorization, &new->grant.authorization));
}

static void set_decisions(struct race *race)
{
	race->grant = world_pending(race->w);
	for (size_t i = 0; i < RACERS; i++)
		race->decisions[i] = world_decision(race->w, &race->grant, i % 3 != 0);
}

static enum err decide(struct race *race, size_t number, const struct event *event)
{
	return store_device_grant_decide(race->w->store, &race->decisions[number], event);
}

static void verify_decision(struct race *race, size_t number, bool there)
{
	struct world *w = race->w;
	const struct device_decision *decision = &race->decisions[number];
	struct authorization *a;
	enum find found = store_authorization_find(w->store, w->arena, &decision->authorization,
						   &a);
	ck_assert_int_ne(found, FIND_FAILED);
	bool made = found == FOUND && id_equal(&a->sid, &decision->sid);
	ck_assert_int_eq(made, there && decision->accept);
	if (there)
		ck_assert_int_eq(world_find_grant(w, &decision->authorization)->status,
				 decision->accept ? DEVICE_APPROVED : DEVICE_DENIED);
}

static size_t has_decided(struct race *race)
{
	return world_find_grant(race->w, &race->grant.grant.authorization)->status !=
	       DEVICE_PENDING;
}

static void set_redemptions(struct race *race)
{
	race->grant = world_approved(race->w);
	race->authorization = race->grant.grant.authorization;
	for (size_t i = 0; i < RACERS; i++)
		race->redemptions[i] = world_redemption(race->w, &race->grant);
}

static enum err redeem(struct race *race, size_t number, const struct event *event)
{
	return store_device_grant_redeem(race->w->store, &race->redemptions[number], event);
}

static void verify_redemption(struct race *race, size_t number, bool there)
{
	struct world *w = race->w;
	const struct redemption *redemption = &race->redemptions[number];
	ck_assert_int_eq(world_has_tokens(w, redemption), there);
	if (there)
		ck_assert_int_eq(world_find_grant(w, &redemption->authorization)->status,
				 DEVICE_REDEEMED);
}

static size_t has_redeemed(struct race *race)
{
	return world_find_grant(race->w, &race->grant.grant.authorization)->status ==
	       DEVICE_REDEEMED;
}

static void set_rotations(struct race *race)
{
	race->redeemed = world_redeemed(race->w);
	race->authorization = race->redeemed.authorization;
	for (size_t i = 0; i < RACERS; i++)
		race->rotations[i] = world_rotation(race->w, &race->redeemed);
}

static enum err rotate(struct race *race, size_t number, const struct event *event)
{
	return store_refresh_token_rotate(race->w->store, &race->rotations[number], event);
}

static void verify_rotation(struct race *race, size_t number, bool there)
{
	struct world *w = race->w;
	const struct rotation *rotation = &race->rotations[number];
	struct refresh_token *spent;
	ck_assert_int_eq(world_has_tokens(w, rotation), there);
	if (!there)
		return;
	ck_found(store_refresh_token_find(w->store, w->arena, &WORLD_REFRESH(race->redeemed),
					  &spent));
	ck_assert(spent->used == rotation->now &&
		  slice_equal(spent->sealed_answer, rotation->issue.sealed_answer));
}

static size_t has_rotated(struct race *race)
{
	struct refresh_token *token;
	ck_found(store_refresh_token_find(race->w->store, race->w->arena,
					  &WORLD_REFRESH(race->redeemed), &token));
	return token->used != 0;
}

static const struct step signing_in = { .name = "sign-ins",
					.winners = RACERS,
					.set = set_sessions,
					.take = sign_in,
					.verify = verify_session };
static const struct step starting_with_one_code = { .name = "starts with one user code",
						    .loses = ERR_CONFLICT,
						    .winners = 1,
						    .set = set_starts,
						    .take = start,
						    .verify = verify_start };
static const struct step starting = { .name = "starts",
				      .winners = RACERS,
				      .set = set_starts_apart,
				      .take = start,
				      .verify = verify_start };
static const struct step deciding = { .name = "decisions",
				      .winners = 1,
				      .set = set_decisions,
				      .take = decide,
				      .verify = verify_decision,
				      .done = has_decided };
static const struct step redeeming = { .name = "redemptions",
				       .winners = 1,
				       .set = set_redemptions,
				       .take = redeem,
				       .verify = verify_redemption,
				       .done = has_redeemed };
static const struct step rotating = { .name = "rotations",
				      .winners = 1,
				      .set = set_rotations,
				      .take = rotate,
				      .verify = verify_rotation,
				      .done = has_rotated };

static const struct contest contests[] = {
	{ &signing_in, &race_disabling, false },
	{ &signing_in, &race_removal, false },
	{ &signing_in, &race_password, false },
	{ &starting_with_one_code, NULL, false },
	{ &starting, &race_client_off, false },
	{ &starting, &race_client_removal, false },
	{ &deciding, NULL, false },
	{ &deciding, &race_sign_off, true },
	{ &deciding, &race_password, true },
	{ &deciding, &race_disabling, true },
	{ &deciding, &race_removal, false },
	{ &deciding, &race_client_off, false },
	{ &deciding, &race_client_removal, false },
	{ &redeeming, NULL, false },
	{ &redeeming, &race_revocation, true },
	{ &redeeming, &race_disabling, false },
	{ &redeeming, &race_removal, false },
	{ &redeeming, &race_client_off, false },
	{ &redeeming, &race_client_removal, false },
	{ &rotating, NULL, false },
	{ &rotating, &race_revocation, true },
	{ &rotating, &race_disabling, false },
	{ &rotating, &race_removal, false },
	{ &rotating, &race_client_off, false },
	{ &rotating, &race_client_removal, false },
};

START_TEST(who_comes_at_the_same_moment_gets_all_or_nothing)
{
	race_run(&contests[_i]);
}
END_TEST

void contract_races(TCase *tc)
{
	tcase_add_loop_test(tc, who_comes_at_the_same_moment_gets_all_or_nothing, 0,
			    ARRAY_LEN(contests));
}
