/* SPDX-License-Identifier: Apache-2.0
 *
 * The rounds of a contest, and the rivals that steps have in common. */
#include "races.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include "crew.h"

enum { LATE_EVERY = 4 };

static int rounds(int usual)
{
	const char *text = getenv("STORE_ROUNDS");
	int64_t number;
	if (text == NULL || slice_parse_int64(slice_str(text), &number) != ERR_OK)
		return usual;
	return (int)number;
}

/* --- rivals
 * ----------------------------------------------------------------------------------------------------------
 */

static enum err revoke(struct race *race)
{
	return store_authorization_revoke(race->w->store, &race->authorization, NULL,
					  race->w->now + 40, NULL);
}

static enum err disable_person(struct race *race)
{
	return store_user_set_enabled(race->w->store, &race->w->user, false, race->w->now, NULL);
}

static enum err remove_person(struct race *race)
{
	return store_user_remove(race->w->store, &race->w->user, NULL);
}

static enum err change_password(struct race *race)
{
	return store_user_set_password(race->w->store, &race->w->user,
				       WORLD_PASSWORD(race->w, "new"), NULL);
}

static enum err sign_out(struct race *race)
{
	return store_session_remove(race->w->store, &race->w->session, race->w->now, NULL);
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

const struct rival race_revocation = { "the authorization is revoked", revoke, false };
const struct rival race_disabling = { "the person is disabled", disable_person, false };
const struct rival race_removal = { "the person is removed", remove_person, true };
const struct rival race_password = { "the password is changed", change_password, false };
const struct rival race_sign_off = { "the person signs out", sign_out, false };
const struct rival race_client_off = { "the client is disabled", disable_client, false };
const struct rival race_client_removal = { "the client is removed", remove_client, true };

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
		if (race->contest->strict)
			race->done_before = race->contest->step->done(race);
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
	world_sign_in(w);
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
	enum err loses = step->loses != ERR_OK ? step->loses : ERR_UNCHANGED;
	size_t won = 0;
	ck_assert_msg(race->rival_result == ERR_OK, "%s: the rival: %s", race->name,
		      err_name(race->rival_result));
	for (size_t i = 0; i < RACERS; i++) {
		bool ok = race->results[i] == ERR_OK;
		won += ok;
		ck_assert_msg(ok || race->results[i] == loses, "%s: %s", race->name,
			      err_name(race->results[i]));
		ck_assert_msg(!ok || !race->began_late[i] || step->outlives, "%s: began after it",
			      race->name);
		step->verify(race, i, ok && (contest->rival == NULL || !contest->rival->removes));
	}
	ck_assert_msg(won <= step->winners, "%s: %zu won", race->name, won);
	ck_assert_msg(contest->rival != NULL || won == step->winners, "%s: %zu won alone",
		      race->name, won);
	ck_assert_msg(!contest->strict || won == race->done_before, "%s: ended after it",
		      race->name);
	race->won += won;
}

static void report_fault(void *arg, struct slice fault)
{
	fprintf(stderr, "%s: %.*s\n", (const char *)arg, SLICE_ARG(fault));
}

void race_run(const struct contest *contest)
{
	static struct race race;
	WORLD(w);
	struct crew crew;
	race = (struct race){ .w = &w, .contest = contest };
	snprintf(race.name, sizeof(race.name), "%s%s%s", contest->step->name,
		 contest->rival ? " while " : "", contest->rival ? contest->rival->name : "");
	for (size_t i = 0; i < RACERS; i++)
		race.arenas[i] = arena_new();
	crew_init(&crew, RACERS + 1, take_part, &race);
	for (int i = rounds(60); i > 0; i--) {
		set_round(&race);
		crew_round(&crew);
		verify_round(&race);
	}
	crew_fini(&crew);
	for (size_t i = 0; i < RACERS; i++)
		arena_free(&race.arenas[i]);
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_REUSED),
			  contest->step->silent ? 0 : race.won);
	size_t faults;
	ck_ok(store_check(w.store, report_fault, race.name, &faults));
	ck_assert_msg(faults == 0, "%s: %zu faults", race.name, faults);
}
