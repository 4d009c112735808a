/* SPDX-License-Identifier: Apache-2.0
 *
 * Flows and their judgement. Each step leaves several rows and an event, which carries the number
 * of its flow; a step is whole when all of them are there. */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"

enum { EVENTS_MAX = LEDGER_THREADS * LEDGER_FLOWS * LEDGER_STEPS * 2 };

struct view {
	struct store *store;
	struct arena *arena;
	struct verdict *verdict;
	unsigned events[LEDGER_THREADS * LEDGER_FLOWS]; /* a bit for each step */
};

struct parts {
	unsigned there;
	unsigned all;
};

struct step {
	enum event_kind event;
	enum err (*run)(struct store *store, const struct flow *flow, const struct event *event);
	void (*count)(struct view *view, const struct flow *flow, struct parts *parts);
};

/* --- the steps
 * -------------------------------------------------------------------------------------------------------
 */

static enum err run_sign_in(struct store *store, const struct flow *flow, const struct event *event)
{
	return store_session_insert(store, &flow->session, event);
}

static enum err run_start(struct store *store, const struct flow *flow, const struct event *event)
{
	return store_device_grant_insert(store, &flow->grant, event);
}

static enum err run_decide(struct store *store, const struct flow *flow, const struct event *event)
{
	return store_device_grant_decide(store, &flow->decision, event);
}

static enum err run_redeem(struct store *store, const struct flow *flow, const struct event *event)
{
	return store_device_grant_redeem(store, &flow->redemption, event);
}

static enum err run_rotate(struct store *store, const struct flow *flow, const struct event *event)
{
	return store_refresh_token_rotate(store, &flow->rotation, event);
}

/* --- what they leave
 * -------------------------------------------------------------------------------------------------
 */

static void part(struct parts *parts, bool there)
{
	parts->all++;
	parts->there += there;
}

static bool found(struct view *view, enum find find)
{
	view->verdict->failed += find == FIND_FAILED;
	return find == FOUND;
}

static const struct device_grant *grant_of(struct view *view, const struct flow *flow)
{
	static const struct device_grant none = { .status = DEVICE_STATUS_COUNT };
	struct device_grant *grant;
	bool there = found(view, store_device_grant_find(view->store, view->arena,
							 &flow->grant.grant.authorization, &grant));
	return there ? grant : &none;
}

static bool has_access(struct view *view, const struct flow *flow, const struct issue *issue)
{
	const struct token_key key = { flow->redemption.authorization, issue->access.hash };
	struct authorization *authorization;
	struct token_row row;
	return found(view,
		     store_access_token_find(view->store, view->arena, &key, &authorization, &row));
}

static struct refresh_token *refresh_of(struct view *view, const struct flow *flow,
					const struct issue *issue)
{
	const struct token_key key = { flow->redemption.authorization, issue->refresh.hash };
	struct refresh_token *token;
	bool there = found(view, store_refresh_token_find(view->store, view->arena, &key, &token));
	return there ? token : NULL;
}

static void count_sign_in(struct view *view, const struct flow *flow, struct parts *parts)
{
	struct session *session;
	part(parts, found(view, store_session_find(view->store, view->arena,
						   &flow->session.session.hash, &session)));
}

static void count_start(struct view *view, const struct flow *flow, struct parts *parts)
{
	struct device_grant *grant;
	part(parts, grant_of(view, flow)->status != DEVICE_STATUS_COUNT);
	part(parts, found(view, store_device_grant_find_by_user_code(
					view->store, view->arena, &flow->grant.code, 1, &grant)));
}

static void count_decide(struct view *view, const struct flow *flow, struct parts *parts)
{
	struct authorization *authorization;
	enum device_status status = grant_of(view, flow)->status;
	part(parts, status == DEVICE_APPROVED || status == DEVICE_REDEEMED);
	part(parts,
	     found(view, store_authorization_find(view->store, view->arena,
						  &flow->decision.authorization, &authorization)));
}

static void count_redeem(struct view *view, const struct flow *flow, struct parts *parts)
{
	const struct issue *issue = &flow->redemption.issue;
	const struct device_grant *grant = grant_of(view, flow);
	part(parts, grant->status == DEVICE_REDEEMED);
	part(parts, slice_equal(grant->sealed_answer, issue->sealed_answer));
	part(parts, has_access(view, flow, issue));
	part(parts, refresh_of(view, flow, issue) != NULL);
}

static void count_rotate(struct view *view, const struct flow *flow, struct parts *parts)
{
	const struct issue *issue = &flow->rotation.issue;
	const struct refresh_token *old = refresh_of(view, flow, &flow->redemption.issue);
	part(parts, old != NULL && old->used > 0);
	part(parts, old != NULL && slice_equal(old->sealed_answer, issue->sealed_answer));
	part(parts, has_access(view, flow, issue));
	part(parts, refresh_of(view, flow, issue) != NULL);
}

static const struct step steps[LEDGER_STEPS] = {
	[LEDGER_SIGN_IN] = { EVENT_SIGNED_IN, run_sign_in, count_sign_in },
	[LEDGER_START] = { EVENT_DEVICE_STARTED, run_start, count_start },
	[LEDGER_DECIDE] = { EVENT_DEVICE_APPROVED, run_decide, count_decide },
	[LEDGER_REDEEM] = { EVENT_DEVICE_REDEEMED, run_redeem, count_redeem },
	[LEDGER_ROTATE] = { EVENT_TOKEN_REFRESHED, run_rotate, count_rotate },
};

/* --- writing
 * ---------------------------------------------------------------------------------------------------------
 */

struct ledger *ledger_new(void)
{
	return xcalloc(1, sizeof(struct ledger));
}

void ledger_free(struct ledger **ledger)
{
	free(*ledger);
	*ledger = NULL;
}

static void prepare(struct flow *flow, size_t number, const struct world *world)
{
	flow->session = world_session(world, &world->user);
	flow->grant = world_grant(world);
	flow->decision = world_decision(world, &flow->grant, true);
	flow->decision.session = flow->session.session.hash;
	flow->redemption = world_redemption(world, &flow->grant);
	flow->rotation = world_rotation(world, &flow->redemption);
	snprintf(flow->number, sizeof(flow->number), "%zu", number);
}

enum err ledger_next(struct ledger *ledger, size_t thread, struct world *world)
{
	struct ledger_thread *own = &ledger->threads[thread];
	size_t at = atomic_load(&own->answered);
	size_t number = at / LEDGER_STEPS;
	const struct step *step = &steps[at % LEDGER_STEPS];
	struct flow *flow = &own->flows[number];
	ensure(number < LEDGER_FLOWS);
	if (at % LEDGER_STEPS == 0 && atomic_load(&own->begun) == at)
		prepare(flow, thread * LEDGER_FLOWS + number, world);
	atomic_store(&own->begun, at + 1);
	struct event event = world_event(world, step->event);
	event.request_id = slice_str(flow->number);
	enum err err = step->run(world->store, flow, &event);
	if (err == ERR_OK)
		atomic_store(&own->answered, at + 1);
	return err;
}

void ledger_flows(struct ledger *ledger, size_t thread, size_t flows, struct world *world)
{
	for (size_t i = 0; i < flows * LEDGER_STEPS; i++)
		ck_ok(ledger_next(ledger, thread, world));
}

/* --- judging
 * ---------------------------------------------------------------------------------------------------------
 */

struct ledger_marks ledger_mark(const struct ledger *ledger)
{
	struct ledger_marks marks;
	for (size_t i = 0; i < LEDGER_THREADS; i++)
		marks.answered[i] = atomic_load(&ledger->threads[i].answered);
	return marks;
}

static void note_event(struct view *view, const struct event *event)
{
	int64_t flow;
	for (size_t i = 0; i < LEDGER_STEPS; i++) {
		if (steps[i].event != event->kind ||
		    slice_parse_int64(event->request_id, &flow) != ERR_OK)
			continue;
		ensure(flow >= 0 && flow < LEDGER_THREADS * LEDGER_FLOWS);
		view->verdict->half += (view->events[flow] & 1U << i) != 0;
		view->events[flow] |= 1U << i;
	}
}

static void note_events(struct view *view)
{
	struct event_list list = { 0 };
	const struct event_filter filter = { .limit = EVENTS_MAX };
	if (store_event_list(view->store, view->arena, &filter, &list) != ERR_OK)
		view->verdict->failed++;
	for (size_t i = 0; i < list.count; i++)
		note_event(view, &list.items[i]);
}

struct judged {
	size_t number; /* of the flow, through all threads */
	size_t begun;  /* of its steps */
	size_t answered;
};

static void judge_flow(struct view *view, const struct flow *flow, const struct judged *judged)
{
	struct verdict *verdict = view->verdict;
	bool before = true;
	for (size_t i = 0; i < judged->begun; i++) {
		struct parts parts = { 0 };
		part(&parts, (view->events[judged->number] & 1U << i) != 0);
		steps[i].count(view, flow, &parts);
		bool whole = parts.there == parts.all;
		verdict->half += parts.there > 0 && (!whole || !before);
		verdict->lost += i < judged->answered && parts.there == 0;
		before = whole;
	}
	verdict->steps += judged->answered;
}

static size_t steps_of_flow(size_t steps_of_thread, size_t flow)
{
	size_t before = flow * LEDGER_STEPS;
	if (steps_of_thread <= before)
		return 0;
	size_t left = steps_of_thread - before;
	return left < LEDGER_STEPS ? left : LEDGER_STEPS;
}

static void judge_thread(struct view *view, const struct ledger *ledger, size_t thread,
			 size_t answered)
{
	const struct ledger_thread *own = &ledger->threads[thread];
	size_t begun = atomic_load(&own->begun);
	for (size_t i = 0; i * LEDGER_STEPS < begun; i++) {
		const struct judged judged = { .number = thread * LEDGER_FLOWS + i,
					       .begun = steps_of_flow(begun, i),
					       .answered = steps_of_flow(answered, i) };
		judge_flow(view, &own->flows[i], &judged);
	}
}

void ledger_judge(const struct ledger *ledger, const struct ledger_marks *marks,
		  struct store *store, struct verdict *verdict)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct view view = { .store = store, .arena = arena, .verdict = verdict };
	note_events(&view);
	for (size_t i = 0; i < LEDGER_THREADS; i++)
		judge_thread(&view, ledger, i, marks->answered[i]);
}

static bool goes_on(struct world *world)
{
	struct device_grant_new grant = world_grant(world);
	struct device_decision decision = world_decision(world, &grant, true);
	struct redemption redemption = world_redemption(world, &grant);
	return store_device_grant_insert(world->store, &grant, NULL) == ERR_OK &&
	       store_device_grant_decide(world->store, &decision, NULL) == ERR_OK &&
	       store_device_grant_redeem(world->store, &redemption, NULL) == ERR_OK;
}

static void check(struct store *store, struct verdict *verdict)
{
	size_t faults = 0;
	if (store_check(store, NULL, NULL, &faults) != ERR_OK)
		faults++;
	verdict->faults += faults;
}

void ledger_judge_database(const struct ledger *ledger, const struct ledger_marks *marks,
			   const struct world *world, const char *database, struct verdict *verdict)
{
	struct world seen = *world;
	verdict->stores++;
	if (store_open(&(struct store_options){ .database = database }, &seen.store) != ERR_OK) {
		verdict->unopened++;
		return;
	}
	if (store_schema_state(seen.store) == SCHEMA_CURRENT) {
		ledger_judge(ledger, marks, seen.store, verdict);
		check(seen.store, verdict);
		verdict->unopened += !goes_on(&seen);
	} else {
		verdict->unopened++;
	}
	store_close(&seen.store);
}

size_t verdict_sum(const struct verdict *verdict)
{
	return verdict->unopened + verdict->faults + verdict->lost + verdict->half +
	       verdict->failed;
}

void verdict_print(const struct verdict *verdict, const char *what)
{
	printf("%s: %zu stores, %zu answered steps: %zu lost, %zu half, %zu stores unusable,"
	       " %zu faults, %zu failed look-ups\n",
	       what, verdict->stores, verdict->steps, verdict->lost, verdict->half,
	       verdict->unopened, verdict->faults, verdict->failed);
	fflush(stdout);
}
