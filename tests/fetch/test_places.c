/* SPDX-License-Identifier: Apache-2.0
 *
 * Who gets a place: how many there are for a class, a site, a network, for those that were slow,
 * and for those that wait. With real servers: test_slow_servers.c. */
#include "fetch/places.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "check_main.h"
#include "check_time.h"

enum { VISITS = 16, LONG_MS = 10000 };

static struct places *places;
static struct visit visits[VISITS];
static char sites[VISITS][32];

static void setup(void)
{
	places = places_new(0);
}

static void teardown(void)
{
	places_free(&places);
	ck_assert_ptr_null(places);
}

/* Visit `i` to a site of its own, not waiting. */
static struct visit *visit_to(enum fetch_class class, size_t i)
{
	int len = snprintf(sites[i], sizeof(sites[i]), "site%zu.example", i);
	visits[i] = (struct visit){
		.class = class,
		.site = slice_of(sites[i], (size_t)len),
		.at_once = true,
		.deadline_ms = clock_mono_ms() + LONG_MS,
	};
	return &visits[i];
}

static struct address at(const char *text)
{
	struct address address;
	ck_assert_int_eq(address_parse(slice_str(text), &address), ERR_OK);
	return address;
}

/* How many of VISITS get in, each at a site of its own. */
static unsigned fill(enum fetch_class class)
{
	unsigned entered = 0;
	for (size_t i = 0; i < VISITS; i++)
		entered += places_enter(places, visit_to(class, i));
	return entered;
}

START_TEST(a_class_has_its_places_and_no_more)
{
	enum fetch_class class = (enum fetch_class)_i;
	ck_assert_uint_eq(fill(class), places_row(class)->places);
	places_leave(places, &visits[0]);
	ck_assert(places_enter(places, visit_to(class, VISITS - 1)));
	ck_assert(!places_enter(places, visit_to(class, VISITS - 2)));
}
END_TEST

START_TEST(a_full_class_takes_nothing_from_another)
{
	enum fetch_class class = (enum fetch_class)_i;
	(void)fill(class);
	for (size_t i = 0; i < FETCH_CLASS_COUNT; i++)
		ck_assert(i == (size_t) class ||
			  places_enter(places, visit_to((enum fetch_class)i, VISITS - 1 - i)));
}
END_TEST

START_TEST(a_site_has_a_few)
{
	enum fetch_class class = (enum fetch_class)_i;
	unsigned entered = 0;
	for (size_t i = 0; i < VISITS; i++) {
		struct visit *visit = visit_to(class, i);
		visit->site = i % 2 ? SLICE("example.com") : SLICE("EXAMPLE.com");
		entered += places_enter(places, visit);
	}
	ck_assert_uint_eq(entered, places_row(class)->each);
	if (class != FETCH_LOGOUT)
		ck_assert(places_enter(places, visit_to(class, 0)));
}
END_TEST

static const struct network_row {
	const char *name;
	const char *one;
	const char *other;
	bool same;
} networks[] = {
	{ "one address", "192.0.2.1", "192.0.2.1", true },
	{ "a /24", "192.0.2.1", "192.0.2.254", true },
	{ "another /24", "192.0.2.1", "192.0.3.1", false },
	{ "a /48", "2001:db8:1::1", "2001:db8:1:ffff::1", true },
	{ "another /48", "2001:db8:1::1", "2001:db8:2::1", false },
	{ "another family", "192.0.2.1", "2001:db8:1::1", false },
};

START_TEST(a_network_has_a_few)
{
	const struct network_row *row = &networks[_i];
	const struct address one = at(row->one);
	const struct address other = at(row->other);
	for (size_t i = 0; i < 3; i++)
		ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, i)));
	ck_assert(places_connect(places, &visits[0], &one));
	ck_assert(places_connect(places, &visits[1], &one));
	ck_assert_msg(places_connect(places, &visits[2], &other) == !row->same, "%s", row->name);
	ck_assert_msg(visits[2].turned_away == row->same, "%s", row->name);
}
END_TEST

/* Who was turned away comes back when there is room in that network, not before, and may then
 * connect. */
START_TEST(who_was_turned_away_waits_outside)
{
	const struct address address = at("192.0.2.1");
	for (size_t i = 0; i < 2; i++) {
		ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, i)));
		ck_assert(places_connect(places, &visits[i], &address));
	}
	struct visit *late = visit_to(FETCH_REGISTERED, 2);
	ck_assert(places_enter(places, late));
	ck_assert(!places_connect(places, late, &address));
	places_leave(places, late);
	ck_assert(!places_enter(places, late));
	ck_assert(!late->turned_away);
	places_leave(places, &visits[0]);
	ck_assert(places_enter(places, late));
	/* its place in the network is kept for it */
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 3)));
	ck_assert(!places_connect(places, &visits[3], &address));
	ck_assert(places_connect(places, late, &address));
}
END_TEST

/* Two addresses side by side count both, and of three the last two. */
START_TEST(a_visit_counts_in_two_networks)
{
	const struct address all[] = { at("192.0.1.1"), at("192.0.2.1"), at("192.0.3.1") };
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 0)));
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 1)));
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < 2; j++)
			ck_assert(places_connect(places, &visits[i], &all[j]));
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 2)));
	ck_assert(!places_connect(places, &visits[2], &all[0]));
	places_leave(places, &visits[2]);
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 2)));
	ck_assert(places_connect(places, &visits[2], &all[2]));
	ck_assert(!places_connect(places, &visits[2], &all[1]));
}
END_TEST

/* --- who was slow ------------------------------------------------------------------------ */

/* As if it had come so long ago. */
static void leave_late(struct visit *visit)
{
	visit->began_ms -= PLACES_SLOW_MS;
	places_leave(places, visit);
}

START_TEST(sites_that_were_slow_share_one_place)
{
	for (size_t i = 0; i < 2; i++) {
		ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, i)));
		leave_late(&visits[i]);
	}
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 0)));
	ck_assert(!places_enter(places, visit_to(FETCH_REGISTERED, 1)));
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 2)));
	/* elsewhere nobody knows of it */
	ck_assert(places_enter(places, visit_to(FETCH_UNKNOWN, 3)));
	visits[4] = visits[3];
	ck_assert(places_enter(places, &visits[4]));
	places_leave(places, &visits[0]);
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 1)));
}
END_TEST

START_TEST(networks_that_were_slow_share_it_whatever_the_name)
{
	const struct address address = at("192.0.2.1");
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 0)));
	ck_assert(places_connect(places, &visits[0], &address));
	leave_late(&visits[0]);
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 1)));
	ck_assert(places_connect(places, &visits[1], &address));
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 2)));
	ck_assert(!places_connect(places, &visits[2], &address));
}
END_TEST

START_TEST(who_was_quick_enough_is_not_slow)
{
	ck_assert(places_enter(places, visit_to(FETCH_REGISTERED, 0)));
	visits[0].began_ms -= PLACES_SLOW_MS / 2;
	places_leave(places, &visits[0]);
	for (size_t i = 0; i < 2; i++) {
		visits[i] = visits[0];
		visits[i].site = SLICE("site0.example");
		ck_assert(places_enter(places, &visits[i]));
	}
}
END_TEST

/* --- waiting ----------------------------------------------------------------------------- */

static void *enter_on_thread(void *arg)
{
	return places_enter(places, arg) ? arg : NULL;
}

/* One more than there are places waits; then the first leaves. */
static void check_that_one_comes_in(void)
{
	pthread_t thread;
	void *entered;
	struct visit *visit = visit_to(FETCH_REGISTERED, VISITS - 1);
	visit->at_once = false;
	ck_assert_int_eq(thread_start(&thread, 0, enter_on_thread, visit), 0);
	places_leave(places, &visits[0]);
	pthread_join(thread, &entered);
	ck_assert_ptr_eq(entered, visit);
}

START_TEST(who_waits_comes_in_when_somebody_leaves)
{
	(void)fill(FETCH_REGISTERED);
	check_that_one_comes_in();
}
END_TEST

START_TEST(nobody_waits_beyond_his_deadline)
{
	(void)fill(FETCH_REGISTERED);
	struct visit *visit = visit_to(FETCH_REGISTERED, VISITS - 1);
	visit->at_once = false;
	visit->deadline_ms = clock_mono_ms() + 20;
	ck_assert(!places_enter(places, visit));
	ck_assert_int_ge(clock_mono_ms(), visit->deadline_ms);
	ck_assert_int_lt(clock_mono_ms(), visit->deadline_ms + LONG_MS);
}
END_TEST

static int64_t enter_in_vain(enum fetch_class class)
{
	struct visit *visit = visit_to(class, VISITS - 1);
	visit->site = SLICE("example.com");
	visit->at_once = false;
	int64_t before_ms = clock_mono_ms();
	ck_assert(!places_enter(places, visit));
	return clock_mono_ms() - before_ms;
}

/* Those that wait for what another one fetches are in the same queue, and take part of it. */
START_TEST(too_many_that_wait_are_answered_at_once)
{
	enum fetch_class class = (enum fetch_class)_i;
	for (unsigned i = 0; i < places_row(class)->held; i++)
		ck_assert(places_stand(places, class));
	ck_assert(!places_stand(places, class));
	for (size_t i = 0; i < places_row(class)->each; i++) {
		struct visit *visit = visit_to(class, i);
		visit->site = SLICE("example.com");
		ck_assert(places_enter(places, visit));
	}
	CK_LEAST_LT(enter_in_vain(class), places_row(class)->wait_ms / 2);
	places_stand_no_more(places, class);
	ck_assert(places_stand(places, class));
}
END_TEST

/* What is kept of the queue is for others. */
START_TEST(who_is_held_up_by_others_still_waits)
{
	(void)fill(FETCH_REGISTERED);
	while (places_stand(places, FETCH_REGISTERED))
		;
	check_that_one_comes_in();
}
END_TEST

/* --- workers ----------------------------------------------------------------------------- */

static const struct worker_row {
	size_t workers;
	unsigned places[FETCH_CLASS_COUNT];
	unsigned held[FETCH_CLASS_COUNT];
} worker_rows[] = {
	{ 1, { 1, 1, 1, 8 }, { 0, 0, 0, 8 } },   { 8, { 2, 1, 1, 8 }, { 1, 0, 0, 8 } },
	{ 16, { 4, 2, 2, 8 }, { 3, 1, 0, 8 } },  { 32, { 8, 4, 4, 8 }, { 6, 2, 1, 8 } },
	{ 64, { 8, 4, 4, 8 }, { 12, 4, 2, 8 } },
};

START_TEST(few_workers_are_not_all_taken)
{
	const struct worker_row *row = &worker_rows[_i];
	places_free(&places);
	places = places_new(row->workers);
	for (size_t i = 0; i < FETCH_CLASS_COUNT; i++) {
		unsigned held = 0;
		ck_assert_uint_eq(fill((enum fetch_class)i), row->places[i]);
		while (places_stand(places, (enum fetch_class)i))
			held++;
		ck_assert_uint_eq(held, row->held[i]);
	}
}
END_TEST

/* With as many workers as the rows are made for some are left for other work, most of them even
 * where strangers do their worst. */
START_TEST(workers_are_left)
{
	unsigned all = 0;
	for (size_t i = 0; i < FETCH_LOGOUT; i++) {
		const struct places_row *row = places_row((enum fetch_class)i);
		ck_assert(row->each <= row->places && row->slow <= row->places);
		ck_assert(row->held <= row->queue);
		all += row->places + row->queue;
	}
	const struct places_row *trusted = places_row(FETCH_TRUSTED);
	ck_assert_uint_lt(all, PLACES_WORKERS);
	ck_assert_uint_lt(all - trusted->places - trusted->queue, PLACES_WORKERS / 2);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_class_has_its_places_and_no_more, 0, FETCH_CLASS_COUNT);
	tcase_add_loop_test(tc, a_full_class_takes_nothing_from_another, 0, FETCH_CLASS_COUNT);
	tcase_add_loop_test(tc, a_site_has_a_few, 0, FETCH_CLASS_COUNT);
	tcase_add_loop_test(tc, a_network_has_a_few, 0, ARRAY_LEN(networks));
	tcase_add_test(tc, who_was_turned_away_waits_outside);
	tcase_add_test(tc, a_visit_counts_in_two_networks);
	tcase_add_test(tc, sites_that_were_slow_share_one_place);
	tcase_add_test(tc, networks_that_were_slow_share_it_whatever_the_name);
	tcase_add_test(tc, who_was_quick_enough_is_not_slow);
	tcase_add_test(tc, who_waits_comes_in_when_somebody_leaves);
	tcase_add_test(tc, nobody_waits_beyond_his_deadline);
	tcase_add_loop_test(tc, too_many_that_wait_are_answered_at_once, 0, FETCH_CLASS_COUNT);
	tcase_add_test(tc, who_is_held_up_by_others_still_waits);
	tcase_add_loop_test(tc, few_workers_are_not_all_taken, 0, ARRAY_LEN(worker_rows));
	tcase_add_test(tc, workers_are_left);
}

TEST_MAIN("fetch/places", add_tests)
