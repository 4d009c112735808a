/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract between programs that share a database: leases, the nodes that live, word of
 * decisions, the common clock. A database that is a file has one program and no clock of its own;
 * what it leaves out is told apart by store_clock() alone. */
#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "crew.h"
#include "world.h"

/* Longer than the tests move the time, which a file goes by. */
enum { LONG = 400 * 86400, DAY = 86400 };

static bool is_server(struct world *w)
{
	int64_t now_ms;
	enum err err = store_clock(w->store, &now_ms);
	ck_assert(err == ERR_OK || err == ERR_ABSENT);
	return err == ERR_OK;
}

/* --- leases
 * ----------------------------------------------------------------------------------------------------------
 */

static struct lease a_lease(int64_t seconds)
{
	return (struct lease){ .name = SLICE("sweep"), .holder = world_id(), .seconds = seconds };
}

static uint64_t take(struct world *w, const struct lease *lease)
{
	uint64_t fence;
	ck_ok(store_lease_take(w->store, lease, w->now, &fence));
	ck_assert_uint_gt(fence, 0);
	return fence;
}

static void is_refused(struct world *w, const struct lease *lease)
{
	uint64_t fence;
	ck_err(store_lease_take(w->store, lease, w->now, &fence), ERR_UNCHANGED);
	ck_assert_uint_eq(fence, 0);
}

START_TEST(a_lease_has_one_holder)
{
	WORLD_EMPTY(w);
	struct lease first = a_lease(LONG);
	struct lease second = a_lease(LONG);
	struct lease other = a_lease(LONG);
	other.name = SLICE("other");
	uint64_t fence = take(&w, &first);
	is_refused(&w, &second);
	ck_assert_uint_eq(take(&w, &first), fence);
	is_refused(&w, &second);
	take(&w, &other);
	world_reopen(&w);
	is_refused(&w, &second);
	ck_assert_uint_eq(take(&w, &first), fence);
}
END_TEST

START_TEST(a_lease_that_was_released_is_the_next_ones_with_a_greater_fence)
{
	WORLD_EMPTY(w);
	struct lease first = a_lease(LONG);
	struct lease second = a_lease(LONG);
	uint64_t fence = take(&w, &first);
	ck_ok(store_lease_release(w.store, &second)); /* not his */
	is_refused(&w, &second);
	ck_ok(store_lease_release(w.store, &first));
	uint64_t next = take(&w, &second);
	ck_assert_uint_gt(next, fence);
	is_refused(&w, &first);
	ck_ok(store_lease_release(w.store, &second));
	ck_ok(store_lease_release(w.store, &second));
	ck_assert_uint_gt(take(&w, &second), next);
}
END_TEST

START_TEST(a_lease_that_ran_out_is_the_next_ones)
{
	WORLD_EMPTY(w);
	struct lease first = a_lease(0);
	struct lease second = a_lease(0);
	uint64_t fence = take(&w, &first);
	uint64_t next = take(&w, &second);
	ck_assert_uint_gt(next, fence);
	ck_assert_uint_gt(take(&w, &first), next);
}
END_TEST

struct takers {
	struct world *w;
	struct lease leases[CREW_MAX];
	enum err results[CREW_MAX];
	uint64_t fences[CREW_MAX];
};

static void take_once(void *arg, size_t number)
{
	struct takers *takers = arg;
	takers->results[number] = store_lease_take(takers->w->store, &takers->leases[number],
						   takers->w->now, &takers->fences[number]);
}

START_TEST(of_many_who_take_a_lease_one_gets_it)
{
	enum { TAKERS = 8, ROUNDS = 40 };
	static struct takers takers;
	WORLD_EMPTY(w);
	struct crew crew;
	uint64_t fence = 0;
	takers.w = &w;
	for (size_t i = 0; i < TAKERS; i++)
		takers.leases[i] = a_lease(LONG);
	crew_init(&crew, TAKERS, take_once, &takers);
	for (int i = 0; i < ROUNDS; i++) {
		size_t won = 0;
		crew_round(&crew);
		for (size_t j = 0; j < TAKERS; j++) {
			if (takers.results[j] != ERR_OK) {
				ck_err(takers.results[j], ERR_UNCHANGED);
				continue;
			}
			won++;
			ck_assert_uint_gt(takers.fences[j], fence);
			fence = takers.fences[j];
			ck_ok(store_lease_release(w.store, &takers.leases[j]));
		}
		ck_assert_uint_eq(won, 1);
	}
	crew_fini(&crew);
}
END_TEST

/* --- what is written under a lease
 * ----------------------------------------------------------------------------------- */

static enum err sweep_with(struct world *w, uint64_t fence, size_t *deleted)
{
	struct sweep sweep = { .now = w->now + DAY,
			       .session_idle = 7 * DAY,
			       .keep_dead = 30 * DAY,
			       .keep_events = 365 * DAY,
			       .limit = 1000,
			       .fence = fence };
	return store_sweep(w->store, &sweep, deleted);
}

START_TEST(a_sweep_is_its_lease_holders)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct lease first = a_lease(LONG);
	struct lease second = a_lease(LONG);
	size_t deleted;
	uint64_t fence = take(&w, &first);
	ck_ok(store_lease_release(w.store, &first));
	ck_err(sweep_with(&w, fence, &deleted), ERR_UNCHANGED);
	uint64_t next = take(&w, &second);
	ck_err(sweep_with(&w, fence, &deleted), ERR_UNCHANGED);
	ck_err(sweep_with(&w, next + 1, &deleted), ERR_UNCHANGED);
	ck_assert_uint_eq(deleted, 0);
	world_find_grant(&w, &grant.grant.authorization);
	ck_ok(sweep_with(&w, next, &deleted));
	ck_assert_uint_eq(deleted, 1);
}
END_TEST

START_TEST(a_sweep_ends_with_its_lease)
{
	WORLD(w);
	struct device_grant_new grant = world_pending(&w);
	struct lease lease = a_lease(0);
	size_t deleted;
	uint64_t fence = take(&w, &lease);
	ck_err(sweep_with(&w, fence, &deleted), ERR_UNCHANGED);
	ck_assert_uint_eq(deleted, 0);
	world_find_grant(&w, &grant.grant.authorization);
}
END_TEST

struct sweepers {
	struct world *w;
	enum err results[CREW_MAX];
	size_t deleted[CREW_MAX];
};

static void sweep_once(void *arg, size_t number)
{
	struct sweepers *sweepers = arg;
	sweepers->results[number] = sweep_with(sweepers->w, 0, &sweepers->deleted[number]);
}

/* The command line sweeps without a lease, whoever else does. */
START_TEST(sweeps_at_once_delete_each_row_once)
{
	enum { SWEEPERS = 4, GRANTS = 60 };
	static struct sweepers sweepers;
	WORLD(w);
	struct crew crew;
	size_t deleted = 0;
	size_t left;
	sweepers.w = &w;
	for (int i = 0; i < GRANTS; i++)
		world_pending(&w);
	crew_init(&crew, SWEEPERS, sweep_once, &sweepers);
	crew_round(&crew);
	crew_fini(&crew);
	for (size_t i = 0; i < SWEEPERS; i++) {
		ck_ok(sweepers.results[i]);
		deleted += sweepers.deleted[i];
	}
	ck_ok(sweep_with(&w, 0, &left));
	ck_assert_uint_eq(deleted + left, GRANTS);
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_uint_eq(faults, 0);
}
END_TEST

/* --- nodes
 * -----------------------------------------------------------------------------------------------------------
 */

static struct node_census beat(struct world *w, const struct node *node)
{
	struct node_census census;
	ck_ok(store_node_beat(w->store, node, &census));
	return census;
}

START_TEST(a_beat_tells_of_all_that_live)
{
	WORLD_EMPTY(w);
	struct node first = { .id = world_id(), .name = SLICE("first"), .live = 5 };
	struct node second = { .id = world_id(), .name = SLICE("second"), .live = 7 };
	struct node_census census = beat(&w, &first);
	ck_assert(census.nodes == 1 && census.live == 5);
	first.live = 6;
	census = beat(&w, &first);
	ck_assert(census.nodes == 1 && census.live == 6);
	census = beat(&w, &second);
	bool shared = is_server(&w);
	ck_assert(census.nodes == (shared ? 2 : 1) && census.live == (shared ? 13 : 7));
	ck_ok(store_node_leave(w.store, &first.id));
	ck_ok(store_node_leave(w.store, &first.id));
	census = beat(&w, &second);
	ck_assert(census.nodes == 1 && census.live == 7);
}
END_TEST

/* Both are of this machine here. */
START_TEST(the_clock_of_a_server_is_told)
{
	WORLD_EMPTY(w);
	int64_t now_ms;
	if (!is_server(&w))
		return;
	int64_t before = clock_now_ms();
	ck_ok(store_clock(w.store, &now_ms));
	ck_assert_int_ge(now_ms, before - 1);
	ck_assert_int_le(now_ms, clock_now_ms() + 1);
}
END_TEST

/* --- word of decisions
 * -----------------------------------------------------------------------------------------------
 */

/* What is waited for stands before the watching begins: it is read on a thread of the store's. */
struct word {
	struct hash hashes[2];
	atomic_int status[2];
};

static void hear(void *arg, const struct device_brief *brief)
{
	struct word *word = arg;
	for (size_t i = 0; i < ARRAY_LEN(word->hashes); i++) {
		if (hash_equal(&brief->code_hash, &word->hashes[i]))
			atomic_store(&word->status[i], (int)brief->status);
	}
}

static bool hears(struct word *word, size_t number, enum device_status status)
{
	struct timespec step = { .tv_nsec = 1000000 };
	for (int i = 0; i < 20000 && atomic_load(&word->status[number]) != (int)status; i++)
		nanosleep(&step, NULL);
	return atomic_load(&word->status[number]) == (int)status;
}

static void decide(struct world *w, const struct device_grant_new *grant, bool accept)
{
	struct device_decision decision = world_decision(w, grant, accept);
	decision.now = clock_now(); /* some look for what was decided of late */
	ck_ok(store_device_grant_decide(w->store, &decision, NULL));
}

static struct device_grant_new pending_now(struct world *w)
{
	struct device_grant_new grant = world_grant(w);
	grant.grant.created = clock_now();
	grant.grant.expires = grant.grant.created + 1800;
	ck_ok(store_device_grant_insert(w->store, &grant, NULL));
	return grant;
}

START_TEST(another_node_hears_of_decisions)
{
	static struct word own;
	static struct word word;
	WORLD(w);
	struct store *other;
	if (!is_server(&w))
		return;
	struct device_grant_new accepted = pending_now(&w);
	struct device_grant_new denied = pending_now(&w);
	word.hashes[0] = accepted.grant.code_hash;
	word.hashes[1] = denied.grant.code_hash;
	ck_ok(store_open(&(struct store_options){ .database = w.database }, &other));
	store_device_grant_watch(w.store, hear, &own);
	store_device_grant_watch(other, hear, &word);
	decide(&w, &accepted, true);
	ck_assert(hears(&word, 0, DEVICE_APPROVED));
	decide(&w, &denied, false);
	ck_assert(hears(&word, 1, DEVICE_DENIED));
	store_device_grant_watch(other, NULL, NULL);
	store_device_grant_watch(w.store, NULL, NULL);
	store_close(&other);
}
END_TEST

START_TEST(who_watches_no_more_is_told_nothing)
{
	static struct word word;
	WORLD(w);
	struct device_grant_new grant = pending_now(&w);
	word.hashes[0] = grant.grant.code_hash;
	store_device_grant_watch(w.store, hear, &word);
	store_device_grant_watch(w.store, NULL, NULL);
	decide(&w, &grant, true);
	world_reopen(&w); /* nothing is under way any more */
	ck_assert_int_eq(atomic_load(&word.status[0]), (int)DEVICE_PENDING);
}
END_TEST

void contract_nodes(TCase *tc)
{
	tcase_add_test(tc, a_lease_has_one_holder);
	tcase_add_test(tc, a_lease_that_was_released_is_the_next_ones_with_a_greater_fence);
	tcase_add_test(tc, a_lease_that_ran_out_is_the_next_ones);
	tcase_add_test(tc, of_many_who_take_a_lease_one_gets_it);
	tcase_add_test(tc, a_sweep_is_its_lease_holders);
	tcase_add_test(tc, a_sweep_ends_with_its_lease);
	tcase_add_test(tc, sweeps_at_once_delete_each_row_once);
	tcase_add_test(tc, a_beat_tells_of_all_that_live);
	tcase_add_test(tc, the_clock_of_a_server_is_told);
	tcase_add_test(tc, another_node_hears_of_decisions);
	tcase_add_test(tc, who_watches_no_more_is_told_nothing);
}
