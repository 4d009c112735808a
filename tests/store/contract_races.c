/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract under rivals at the same moment. In each round several threads take the same step,
 * most of them at once with the rival that forbids it, some only when the rival was answered. What
 * was answered must be there, whole; what was refused must have left nothing; and nothing may
 * succeed that began after the rival was answered. STORE_ROUNDS in the environment sets another
 * number of rounds. */
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "crew.h"
#include "world.h"

enum { RACERS = 8, LATE_EVERY = 4 };

struct race {
	struct world *w;
	const struct contest *contest;
	unsigned round;
	struct client client;
	struct device_grant_new grant;
	struct redemption redeemed;
	struct redemption redemptions[RACERS];
	struct rotation rotations[RACERS];
	struct device_decision decisions[RACERS];
	struct device_grant_new grants[RACERS];
	struct session_new sessions[RACERS];
	enum err rival_result;
	bool done_before; /* the step, when the rival was answered */
	enum err results[RACERS];
	bool began_late[RACERS];
	atomic_bool rival_is_over;
	size_t won; /* in all rounds */
};

struct step {
	enum err loses; /* what those get who do not win */
	bool by_all;    /* any number of them may win */
	void (*set)(struct race *race);
	enum err (*take)(struct race *race, size_t number, const struct event *event);
	/* What is left when all is over: `there` unless it was refused or removed. */
	void (*verify)(struct race *race, size_t number, bool there);
	bool (*is_done)(struct race *race); /* by any of them; NULL: is not asked */
};

struct rival {
	enum err (*act)(struct race *race);
	bool removes; /* with all that had been given */
};

struct contest {
	const char *name;
	const struct step *step;
	const struct rival *rival; /* NULL: the racers are each other's */
	/* Who has not succeeded when the rival is answered does not any more, even if he began
	 * before. Where it is not set, a step may end by what it saw when it began. */
	bool strict;
};

static int rounds(int usual)
{
	const char *text = getenv("STORE_ROUNDS");
	int64_t number;
	if (text == NULL || slice_parse_int64(slice_str(text), &number) != ERR_OK)
		return usual;
	return (int)number;
}

/* --- steps
 * -----------------------------------------------------------------------------------------------------------
 */

static void set_sessions(struct race *race)
{
	for (size_t i = 0; i < RACERS; i++)
		race->sessions[i] = (struct session_new){
			.session = { .hash = world_hash(),
				     .user = { .id = race->w->user },
				     .created = race->w->now,
				     .seen = race->w->now,
				     .auth_time = race->w->now,
				     .amr = SLICE("pwd"),
				     .acr = SLICE(""),
				     .sid = world_id() },
			.password_hash = SLICE("$argon2id$hash")
		};
}

static enum err sign_in(struct race *race, size_t number, const struct event *event)
{
	return store_session_insert(race->w->store, &race->sessions[number], event);
}

/* Every rival of a sign-in ends sessions, and those that had come before it with the others. */
static void verify_session(struct race *race, size_t number, bool there UNUSED)
{
	struct session *session;
	ck_absent(store_session_find(race->w->store, race->w->arena,
				     &race->sessions[number].session.hash, &session));
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

static bool is_decided(struct race *race)
{
	return world_find_grant(race->w, &race->grant.grant.authorization)->status !=
	       DEVICE_PENDING;
}

static void set_redemptions(struct race *race)
{
	race->grant = world_approved(race->w);
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
	ck_assert_int_eq(world_has_access(w, redemption), there);
	ck_assert_int_eq(world_has_refresh(w, redemption), there);
	if (there)
		ck_assert_int_eq(world_find_grant(w, &redemption->authorization)->status,
				 DEVICE_REDEEMED);
}

static bool is_redeemed(struct race *race)
{
	return world_find_grant(race->w, &race->grant.grant.authorization)->status ==
	       DEVICE_REDEEMED;
}

static void set_rotations(struct race *race)
{
	race->redeemed = world_redeemed(race->w);
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
	ck_assert_int_eq(world_has_access(w, rotation), there);
	ck_assert_int_eq(world_has_refresh(w, rotation), there);
	if (!there)
		return;
	ck_found(store_refresh_token_find(w->store, w->arena, &WORLD_REFRESH(race->redeemed),
					  &spent));
	ck_assert(spent->used == rotation->now &&
		  slice_equal(spent->sealed_answer, rotation->issue.sealed_answer));
}

static bool is_rotated(struct race *race)
{
	struct refresh_token *token;
	ck_found(store_refresh_token_find(race->w->store, race->w->arena,
					  &WORLD_REFRESH(race->redeemed), &token));
	return token->used != 0;
}

static const struct step signing_in = { ERR_UNCHANGED, true,           set_sessions,
					sign_in,       verify_session, NULL };
static const struct step starting_with_one_code = { ERR_CONFLICT, false,        set_starts,
						    start,        verify_start, NULL };
static const struct step starting = { ERR_UNCHANGED, true,         set_starts_apart,
				      start,         verify_start, NULL };
static const struct step deciding = { ERR_UNCHANGED, false,           set_decisions,
				      decide,        verify_decision, is_decided };
static const struct step redeeming = { ERR_UNCHANGED,     false,      set_redemptions, redeem,
				       verify_redemption, is_redeemed };
static const struct step rotating = { ERR_UNCHANGED, false,           set_rotations,
				      rotate,        verify_rotation, is_rotated };

/* --- rivals
 * ----------------------------------------------------------------------------------------------------------
 */

static enum err revoke(struct race *race)
{
	const struct id *id = race->contest->step == &rotating ? &race->redeemed.authorization
							       : &race->grant.grant.authorization;
	return store_authorization_revoke(race->w->store, id, NULL, race->w->now + 40, NULL);
}

static enum err disable_person(struct race *race)
{
	return store_user_set_enabled(race->w->store, &race->w->user, false, NULL);
}

static enum err remove_person(struct race *race)
{
	return store_user_remove(race->w->store, &race->w->user, NULL);
}

static enum err change_password(struct race *race)
{
	return store_user_set_password(race->w->store, &race->w->user, SLICE("new"), NULL, NULL);
}

static enum err sign_out(struct race *race)
{
	return store_session_remove(race->w->store, &race->w->session, NULL);
}

static enum err disable_client(struct race *race)
{
	struct client disabled = race->client;
	disabled.enabled = false;
	return store_client_update(race->w->store, &disabled, race->w->now + 1, NULL);
}

static enum err remove_client(struct race *race)
{
	return store_client_remove(race->w->store, &race->w->client, NULL);
}

static const struct rival revocation = { revoke, false };
static const struct rival disabling = { disable_person, false };
static const struct rival removal = { remove_person, true };
static const struct rival password = { change_password, false };
static const struct rival sign_off = { sign_out, false };
static const struct rival client_off = { disable_client, false };
static const struct rival client_removal = { remove_client, true };

static const struct contest contests[] = {
	{ "sign-ins while the person is disabled", &signing_in, &disabling, false },
	{ "sign-ins while the person is removed", &signing_in, &removal, false },
	{ "sign-ins while the password is changed", &signing_in, &password, false },
	{ "starts with one user code", &starting_with_one_code, NULL, false },
	{ "starts while the client is disabled", &starting, &client_off, false },
	{ "starts while the client is removed", &starting, &client_removal, false },
	{ "decisions", &deciding, NULL, false },
	{ "decisions while the person signs out", &deciding, &sign_off, true },
	{ "decisions while the password is changed", &deciding, &password, true },
	{ "decisions while the person is disabled", &deciding, &disabling, true },
	{ "decisions while the person is removed", &deciding, &removal, false },
	{ "decisions while the client is disabled", &deciding, &client_off, false },
	{ "decisions while the client is removed", &deciding, &client_removal, false },
	{ "redemptions", &redeeming, NULL, false },
	{ "redemptions while the authorization is revoked", &redeeming, &revocation, true },
	{ "redemptions while the person is disabled", &redeeming, &disabling, false },
	{ "redemptions while the person is removed", &redeeming, &removal, false },
	{ "redemptions while the client is disabled", &redeeming, &client_off, false },
	{ "redemptions while the client is removed", &redeeming, &client_removal, false },
	{ "rotations", &rotating, NULL, false },
	{ "rotations while the authorization is revoked", &rotating, &revocation, true },
	{ "rotations while the person is disabled", &rotating, &disabling, false },
	{ "rotations while the person is removed", &rotating, &removal, false },
	{ "rotations while the client is disabled", &rotating, &client_off, false },
	{ "rotations while the client is removed", &rotating, &client_removal, false },
};

/* --- a round
 * ---------------------------------------------------------------------------------------------------------
 */

/* The last member is the rival. */
static void take_part(void *arg, size_t number)
{
	struct race *race = arg;
	const struct rival *rival = race->contest->rival;
	struct event event = world_event(race->w, EVENT_DEVICE_REUSED);
	if (number == RACERS) {
		if (rival != NULL)
			race->rival_result = rival->act(race);
		race->done_before = race->contest->strict && race->contest->step->is_done(race);
		atomic_store(&race->rival_is_over, rival != NULL);
		return;
	}
	while (rival != NULL && number % LATE_EVERY == 0 && !atomic_load(&race->rival_is_over))
		sched_yield();
	race->began_late[number] = atomic_load(&race->rival_is_over);
	race->results[number] = race->contest->step->take(race, number, &event);
}

/* A person and a client of its own for each round: the rivals leave nothing of them. */
static void set_round(struct race *race)
{
	struct world *w = race->w;
	struct client *client;
	char name[32];
	snprintf(name, sizeof(name), "n%u", race->round++);
	w->user = world_add_user(w, name);
	w->client = world_add_client(w, name);
	w->session = world_add_session(w, &w->user);
	ck_found(store_client_find(w->store, w->arena, &w->client, &client));
	race->client = *client;
	race->rival_result = ERR_OK;
	atomic_store(&race->rival_is_over, false);
	race->contest->step->set(race);
}

static void verify_round(struct race *race)
{
	const struct contest *contest = race->contest;
	const struct step *step = contest->step;
	size_t won = 0;
	ck_assert_msg(race->rival_result == ERR_OK, "%s: the rival: %s", contest->name,
		      err_name(race->rival_result));
	for (size_t i = 0; i < RACERS; i++) {
		bool ok = race->results[i] == ERR_OK;
		won += ok;
		ck_assert_msg(ok || race->results[i] == step->loses, "%s: %s", contest->name,
			      err_name(race->results[i]));
		ck_assert_msg(!ok || !race->began_late[i], "%s: began after it", contest->name);
		step->verify(race, i, ok && (contest->rival == NULL || !contest->rival->removes));
	}
	ck_assert_msg(step->by_all || won <= 1, "%s: %zu won", contest->name, won);
	ck_assert_msg(contest->rival != NULL || won == 1, "%s: nobody won", contest->name);
	ck_assert_msg(!contest->strict || (won > 0) == race->done_before, "%s: ended after it",
		      contest->name);
	race->won += won;
}

static void report_fault(void *arg, struct slice fault)
{
	fprintf(stderr, "%s: %.*s\n", (const char *)arg, SLICE_ARG(fault));
}

START_TEST(who_comes_at_the_same_moment_gets_all_or_nothing)
{
	static struct race race;
	WORLD(w);
	struct crew crew;
	char name[128];
	race = (struct race){ .w = &w, .contest = &contests[_i] };
	crew_init(&crew, RACERS + 1, take_part, &race);
	for (int i = rounds(60); i > 0; i--) {
		set_round(&race);
		crew_round(&crew);
		verify_round(&race);
	}
	crew_fini(&crew);
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_REUSED), race.won);
	size_t faults;
	snprintf(name, sizeof(name), "%s", race.contest->name);
	ck_ok(store_check(w.store, report_fault, name, &faults));
	ck_assert_msg(faults == 0, "%s: %zu faults", race.contest->name, faults);
}
END_TEST

void contract_races(TCase *tc)
{
	tcase_add_loop_test(tc, who_comes_at_the_same_moment_gets_all_or_nothing, 0,
			    ARRAY_LEN(contests));
}
