/* SPDX-License-Identifier: Apache-2.0
 *
 * How many hash at a time, and how many wait: a flood of sign-ins must leave workers for everybody
 * else. */
#include "flow/password_gate.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "check_main.h"

enum { CROWD = 12 };

struct guest {
	pthread_t thread;
	struct password_gate *gate;
	enum gate_caller caller;
	struct crowd *crowd;
};

struct crowd {
	struct password_gate *gate;
	struct guest guests[CROWD];
	size_t count;
	atomic_size_t entered;
	atomic_size_t refused;
	atomic_size_t inside;
	atomic_size_t most;
};

static void nap(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
}

static void *visit(void *arg)
{
	struct guest *guest = arg;
	struct crowd *crowd = guest->crowd;
	if (!password_gate_enter(guest->gate, guest->caller)) {
		atomic_fetch_add(&crowd->refused, 1);
		return NULL;
	}
	size_t inside = atomic_fetch_add(&crowd->inside, 1) + 1;
	if (inside > atomic_load(&crowd->most))
		atomic_store(&crowd->most, inside);
	nap();
	atomic_fetch_sub(&crowd->inside, 1);
	atomic_fetch_add(&crowd->entered, 1);
	password_gate_leave(guest->gate);
	return NULL;
}

static void send(struct crowd *crowd, size_t count, enum gate_caller caller)
{
	for (size_t i = 0; i < count; i++) {
		struct guest *guest = &crowd->guests[crowd->count++];
		*guest = (struct guest){ .gate = crowd->gate, .caller = caller, .crowd = crowd };
		ck_assert_int_eq(pthread_create(&guest->thread, NULL, visit, guest), 0);
	}
}

static void wait_refused(struct crowd *crowd, size_t count)
{
	while (atomic_load(&crowd->refused) < count)
		nap();
}

static void join(struct crowd *crowd)
{
	for (size_t i = 0; i < crowd->count; i++)
		pthread_join(crowd->guests[i].thread, NULL);
}

START_TEST(a_flood_of_strangers_waits_in_a_short_queue)
{
	struct crowd crowd = { .gate = password_gate_new(1, 8) };
	ck_assert(password_gate_enter(crowd.gate, GATE_STRANGER));
	send(&crowd, CROWD, GATE_STRANGER);
	wait_refused(&crowd, CROWD - 4);
	password_gate_leave(crowd.gate);
	join(&crowd);
	ck_assert_uint_eq(atomic_load(&crowd.refused), CROWD - 4);
	ck_assert_uint_eq(atomic_load(&crowd.entered), 4);
	ck_assert_uint_eq(atomic_load(&crowd.most), 1);
	password_gate_free(&crowd.gate);
	ck_assert_ptr_null(crowd.gate);
}
END_TEST

START_TEST(who_is_known_still_gets_in)
{
	struct crowd crowd = { .gate = password_gate_new(1, 4) };
	ck_assert(password_gate_enter(crowd.gate, GATE_STRANGER));
	send(&crowd, 6, GATE_STRANGER);
	wait_refused(&crowd, 4);
	send(&crowd, 2, GATE_KNOWN);
	/* and when that part is full as well, nobody */
	send(&crowd, 1, GATE_STRANGER);
	wait_refused(&crowd, 5);
	password_gate_leave(crowd.gate);
	join(&crowd);
	ck_assert_uint_eq(atomic_load(&crowd.entered), 4);
	password_gate_free(&crowd.gate);
}
END_TEST

START_TEST(as_many_hash_at_a_time_as_there_are_places)
{
	struct crowd crowd = { .gate = password_gate_new(3, 2 * CROWD) };
	send(&crowd, CROWD, GATE_STRANGER);
	join(&crowd);
	ck_assert_uint_eq(atomic_load(&crowd.entered), CROWD);
	ck_assert_uint_le(atomic_load(&crowd.most), 3);
	password_gate_free(&crowd.gate);
}
END_TEST

START_TEST(without_a_queue_the_places_are_all_there_is)
{
	struct password_gate *gate = password_gate_new(2, 0);
	ck_assert(password_gate_enter(gate, GATE_STRANGER));
	ck_assert(password_gate_enter(gate, GATE_STRANGER));
	ck_assert(!password_gate_has_room(gate, GATE_STRANGER));
	ck_assert(!password_gate_enter(gate, GATE_STRANGER));
	ck_assert(!password_gate_has_room(gate, GATE_KNOWN));
	ck_assert(!password_gate_enter(gate, GATE_KNOWN));
	password_gate_leave(gate);
	ck_assert(password_gate_has_room(gate, GATE_STRANGER));
	ck_assert(password_gate_enter(gate, GATE_STRANGER));
	password_gate_free(&gate);
}
END_TEST

START_TEST(no_gate_is_no_bound)
{
	struct password_gate *gate = NULL;
	ck_assert(password_gate_enter(gate, GATE_STRANGER));
	password_gate_leave(gate);
	password_gate_free(&gate);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, a_flood_of_strangers_waits_in_a_short_queue);
	tcase_add_test(tc, who_is_known_still_gets_in);
	tcase_add_test(tc, as_many_hash_at_a_time_as_there_are_places);
	tcase_add_test(tc, without_a_queue_the_places_are_all_there_is);
	tcase_add_test(tc, no_gate_is_no_bound);
}

TEST_MAIN("flow/password_gate", add_tests)
