/* SPDX-License-Identifier: Apache-2.0
 *
 * Who has been told of a revocation finds no good token any more, however often others ask for it
 * and write beside it at that moment. The contract has the ends one by one. */
#include "check_main.h"

#include <pthread.h>
#include <stdatomic.h>

#include "sqlite_engine.h"
#include "world.h"

enum { ROUNDS = 100, ASKERS = 2, BEFORE = 20 /* looks before the end */ };

struct round {
	struct world *world;
	struct token_key key;
	atomic_bool told;
	atomic_size_t looks;
	atomic_size_t late; /* found by somebody who had been told */
};

static void *ask(void *arg)
{
	struct round *round = arg;
	AUTO(arena) struct arena *arena = arena_new();
	struct access_token_good good;
	bool told = false;
	while (!told) {
		told = atomic_load(&round->told);
		enum find find = store_access_token_find_good(
			round->world->store, arena, &round->key, round->world->now, &good);
		if (told && find != ABSENT)
			atomic_fetch_add(&round->late, 1);
		atomic_fetch_add(&round->looks, 1);
		arena_reset(arena);
	}
	return NULL;
}

static void end(struct round *round)
{
	struct world *w = round->world;
	while (atomic_load(&round->looks) < BEFORE)
		;
	ck_ok(store_authorization_revoke(w->store, &round->key.authorization, NULL, w->now, NULL));
	atomic_store(&round->told, true);
}

static void run(struct world *w)
{
	pthread_t askers[ASKERS];
	struct redemption redeemed = world_redeemed(w);
	struct round round = { .world = w,
			       .key = { redeemed.authorization, redeemed.issue.access.hash } };
	for (size_t i = 0; i < ASKERS; i++)
		ck_assert_int_eq(pthread_create(&askers[i], NULL, ask, &round), 0);
	end(&round);
	for (size_t i = 0; i < ASKERS; i++)
		pthread_join(askers[i], NULL);
	ck_assert_uint_eq(atomic_load(&round.late), 0);
}

START_TEST(nobody_who_was_told_of_the_end_finds_the_token)
{
	WORLD(w);
	for (size_t i = 0; i < ROUNDS; i++)
		run(&w);
}
END_TEST

static void add_tests(TCase *tc)
{
	world_set_engine(&sqlite_for_tests);
	tcase_add_test(tc, nobody_who_was_told_of_the_end_finds_the_token);
}

TEST_MAIN_TIMEOUT("store/sqlite/token_cache", add_tests, 300)
