/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract under rivals at the same moment (races.h): authorization codes, tokens without one,
 * and sign-ins beside somebody else. */
#include <stdio.h>

#include "races.h"

/* --- codes that are given
 * -----------------------------------------------------------------------------------------------------------
 */

static void set_codes(struct race *race)
{
	for (size_t i = 0; i < RACERS; i++)
		race->codes[i] = world_code(race->w);
}

/* Each with a scope of its own, so that one that is lost is missed. */
static void set_codes_to_remember(struct race *race)
{
	static char scopes[RACERS][16];
	set_codes(race);
	for (size_t i = 0; i < RACERS; i++) {
		snprintf(scopes[i], sizeof(scopes[i]), "all s%zu", i);
		race->codes[i].remember = true;
		race->codes[i].code.authorization.scope = slice_str(scopes[i]);
	}
}

static enum err give(struct race *race, size_t number, const struct event *event)
{
	return store_code_insert(race->w->store, &race->codes[number], event);
}

static bool is_given(struct race *race, size_t number)
{
	struct authorization_code *code;
	enum find found = store_code_find(race->w->store, race->w->arena,
					  &race->codes[number].code.authorization.id, &code);
	ck_assert_int_ne(found, FIND_FAILED);
	return found == FOUND;
}

static size_t count_given(struct race *race)
{
	size_t count = 0;
	for (size_t i = 0; i < RACERS; i++)
		count += is_given(race, i);
	return count;
}

static bool signs_out(const struct rival *rival)
{
	return rival == &race_sign_off || rival == &race_password || rival == &race_disabling;
}

/* BCLOGOUT#2.7: what was given before the session ended has ended with it. */
static void verify_code(struct race *race, size_t number, bool there)
{
	struct authorization *a;
	enum find found = store_authorization_find(race->w->store, race->w->arena,
						   &race->codes[number].code.authorization.id, &a);
	ck_assert_int_eq(found, there ? FOUND : ABSENT);
	ck_assert_int_eq(is_given(race, number), there);
	ck_assert_int_eq(there && a->revoked != 0, there && signs_out(race->contest->rival));
}

static void verify_remembered(struct race *race, size_t number, bool there)
{
	struct consent *consent;
	struct scope_set allowed;
	struct scope_set asked;
	verify_code(race, number, there);
	ck_found(store_consent_find(race->w->store, race->w->arena, &race->w->user,
				    &race->w->client, &consent));
	ck_ok(scope_set_parse(consent->scope, &allowed));
	ck_ok(scope_set_parse(race->codes[number].code.authorization.scope, &asked));
	ck_assert(scope_set_covers(&allowed, &asked) && allowed.count == RACERS + 1);
}

/* --- codes that are redeemed
 * -----------------------------------------------------------------------------------------------------------
 */

static void set_redemptions(struct race *race)
{
	race->codes[0] = world_code_given(race->w);
	race->authorization = race->codes[0].code.authorization.id;
	for (size_t i = 0; i < RACERS; i++)
		race->redemptions[i] = world_code_redemption(race->w, &race->codes[0]);
}

static enum err redeem(struct race *race, size_t number, const struct event *event)
{
	return store_code_redeem(race->w->store, &race->redemptions[number], event);
}

static void verify_redemption(struct race *race, size_t number, bool there)
{
	struct world *w = race->w;
	const struct redemption *redemption = &race->redemptions[number];
	ck_assert_int_eq(world_has_tokens(w, redemption), there);
	if (!there)
		return;
	const struct authorization_code *code = world_find_code(w, &redemption->authorization);
	ck_assert(code->redeemed == redemption->now &&
		  slice_equal(code->sealed_answer, redemption->issue.sealed_answer));
}

static size_t has_redeemed(struct race *race)
{
	return world_find_code(race->w, &race->authorization)->redeemed != 0;
}

/* --- tokens without a code
 * -----------------------------------------------------------------------------------------------------------
 */

static void set_tokens(struct race *race)
{
	race->authorization = world_code_redeemed(race->w).authorization;
	for (size_t i = 0; i < RACERS; i++) {
		race->tokens[i] = world_grant_new(race->w, GRANT_TOKEN_EXCHANGE);
		race->tokens[i].authorization.parent = race->authorization;
	}
}

static enum err exchange(struct race *race, size_t number, const struct event *event)
{
	return store_grant_insert(race->w->store, &race->tokens[number], event);
}

static bool is_exchanged(struct race *race, size_t number)
{
	const struct redemption made = { .authorization = race->tokens[number].authorization.id,
					 .issue = race->tokens[number].issue };
	return world_has_tokens(race->w, &made);
}

static void verify_exchange(struct race *race, size_t number, bool there)
{
	ck_assert_int_eq(is_exchanged(race, number), there);
}

static size_t count_exchanged(struct race *race)
{
	size_t count = 0;
	for (size_t i = 0; i < RACERS; i++)
		count += is_exchanged(race, i);
	return count;
}

/* --- sign-ins beside somebody else
 * -----------------------------------------------------------------------------------------------------------
 */

static void set_joins(struct race *race)
{
	char name[32];
	snprintf(name, sizeof(name), "m%u", race->round);
	struct id eve = world_add_user(race->w, name);
	for (size_t i = 0; i < RACERS; i++) {
		race->replaced[i] = world_add_session(race->w, &race->w->user);
		race->sessions[i] = world_session(race->w, &eve);
		race->sessions[i].replaces = &race->replaced[i];
		race->sessions[i].keeps_others = true;
	}
}

static enum err join(struct race *race, size_t number, const struct event *event)
{
	return store_session_insert(race->w->store, &race->sessions[number], event);
}

/* Who left every session is not carried into another. */
static void verify_join(struct race *race, size_t number, bool there UNUSED)
{
	struct session_list list;
	ck_ok(store_session_people(race->w->store, race->w->arena,
				   &race->sessions[number].session.hash, &list));
	ck_assert_uint_eq(list.count, 1);
	ck_assert(id_equal(&list.items[0].user.id, &race->sessions[number].session.user.id));
}

static const struct step giving = { .name = "codes",
				    .winners = RACERS,
				    .set = set_codes,
				    .take = give,
				    .verify = verify_code,
				    .done = count_given };
static const struct step remembering = { .name = "codes that are all remembered",
					 .winners = RACERS,
					 .set = set_codes_to_remember,
					 .take = give,
					 .verify = verify_remembered };
static const struct step redeeming = { .name = "redemptions of a code",
				       .winners = 1,
				       .set = set_redemptions,
				       .take = redeem,
				       .verify = verify_redemption,
				       .done = has_redeemed };
static const struct step exchanging = { .name = "exchanges",
					.winners = RACERS,
					.set = set_tokens,
					.take = exchange,
					.verify = verify_exchange,
					.done = count_exchanged };
static const struct step joining = { .name = "sign-ins beside somebody",
				     .winners = RACERS,
				     .outlives = true,
				     .set = set_joins,
				     .take = join,
				     .verify = verify_join };

static const struct contest contests[] = {
	{ &remembering, NULL, false },
	{ &giving, &race_sign_off, true },
	{ &giving, &race_password, true },
	{ &giving, &race_disabling, true },
	{ &giving, &race_removal, false },
	{ &giving, &race_client_off, false },
	{ &giving, &race_client_removal, false },
	{ &redeeming, NULL, false },
	{ &redeeming, &race_revocation, true },
	{ &redeeming, &race_disabling, false },
	{ &redeeming, &race_removal, false },
	{ &redeeming, &race_client_off, false },
	{ &redeeming, &race_client_removal, false },
	{ &exchanging, &race_revocation, true },
	{ &exchanging, &race_disabling, false },
	{ &exchanging, &race_removal, false },
	{ &exchanging, &race_client_off, false },
	{ &exchanging, &race_client_removal, false },
	{ &joining, &race_disabling, false },
	{ &joining, &race_removal, false },
	{ &joining, &race_password, false },
};

START_TEST(who_comes_at_the_same_moment_gets_all_or_nothing)
{
	race_run(&contests[_i]);
}
END_TEST

void contract_code_races(TCase *tc)
{
	tcase_add_loop_test(tc, who_comes_at_the_same_moment_gets_all_or_nothing, 0,
			    ARRAY_LEN(contests));
}
