/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract of budgets under many attempts at once: what is let through is never more than the
 * budget has, and nobody who is refused has spent anything. STORE_ROUNDS in the environment sets
 * another number of rounds. */
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

enum { TAKERS = 64, LIMIT = 10 };

struct spending {
	struct world *w;
	struct failure_counter shared;
	struct failure_counter server; /* of all, and never refuses */
	struct failure_counter own[TAKERS];
	enum err results[TAKERS];
	uint32_t most[TAKERS]; /* that `shared` held, as told */
	atomic_int holders;
	atomic_bool too_many;
	bool give_back;
};

static struct failure_counter counter(uint32_t limit, bool refuses)
{
	return (struct failure_counter){
		.key = world_hash(), .limit = limit, .window = 600, .refuses = refuses
	};
}

static void spend(void *arg, size_t number)
{
	struct spending *s = arg;
	const struct failure_counter all[] = { s->server, s->own[number], s->shared };
	struct failure_taken taken;
	s->results[number] = store_failure_take(s->w->store, all, ARRAY_LEN(all), s->w->now,
						&taken);
	s->most[number] = taken.counts[2];
	if (s->results[number] != ERR_OK)
		return;
	if (atomic_fetch_add(&s->holders, 1) >= LIMIT)
		atomic_store(&s->too_many, true);
	if (!s->give_back || number % 2 == 0)
		return;
	atomic_fetch_sub(&s->holders, 1);
	s->results[number] = store_failure_give_back(s->w->store, all, ARRAY_LEN(all), s->w->now);
}

static uint32_t count_of(struct world *w, const struct failure_counter *of)
{
	uint32_t count;
	ck_ok(store_failure_count(w->store, of, w->now, &count));
	return count;
}

static void spending_round(struct spending *s, struct crew *crew)
{
	s->shared = counter(LIMIT, true);
	s->server = counter(1, false);
	for (size_t i = 0; i < TAKERS; i++)
		s->own[i] = counter(5, true);
	atomic_store(&s->holders, 0);
	crew_round(crew);
	ck_assert(!atomic_load(&s->too_many));
	uint32_t held = (uint32_t)atomic_load(&s->holders);
	for (size_t i = 0; i < TAKERS; i++) {
		bool gave_back = s->give_back && i % 2 == 1;
		ck_assert(s->results[i] == ERR_OK || s->results[i] == ERR_FULL);
		ck_assert_uint_le(s->most[i], LIMIT);
		ck_assert_uint_eq(count_of(s->w, &s->own[i]),
				  s->results[i] == ERR_OK && !gave_back);
	}
	ck_assert(s->give_back || held == LIMIT);
	ck_assert_uint_eq(count_of(s->w, &s->shared), held);
	ck_assert_uint_eq(count_of(s->w, &s->server), held);
}

START_TEST(no_more_are_let_through_than_the_budget_has)
{
	static struct spending spending;
	WORLD_EMPTY(w);
	struct crew crew;
	spending = (struct spending){ .w = &w, .give_back = _i == 1 };
	crew_init(&crew, TAKERS, spend, &spending);
	for (int i = rounds(20); i > 0; i--)
		spending_round(&spending, &crew);
	crew_fini(&crew);
}
END_TEST

void contract_budgets(TCase *tc)
{
	tcase_add_loop_test(tc, no_more_are_let_through_than_the_budget_has, 0, 2);
}
