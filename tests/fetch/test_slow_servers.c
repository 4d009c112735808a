/* SPDX-License-Identifier: Apache-2.0
 *
 * Real servers that take connections and say nothing, many at a time and under many names, name
 * servers that say nothing, and honest servers that are asked meanwhile. */
#include "fetch/fetch.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "check_main.h"
#include "check_slice.h"
#include "fetch/places.h"
#include "support/origin.h"

/* TIMEOUT_MS is far more than what anything here takes, so that nobody gives up who should be
 * there. */
enum { CREW = 20, TIMEOUT_MS = 30000, SHORT_MS = 400 };

static const struct origin_answer answers[] = {
	{ ORIGIN_AT_ONCE, "/keys", ORIGIN_OK("", "x") },
	{ ORIGIN_HOLD, "/hold", NULL },
};

static struct origin *bad;
static struct origin *honest;
static struct network loopback;
static struct arena *arena;

/* --- names ------------------------------------------------------------------------------- */

static atomic_bool silent;

/* In the place of a name server: what ends in "silent.example" gets no answer while that is so,
 * what ends in ".example" leads to `bad`; libcurl finds this before the C library's own. */
int getaddrinfo(const char *restrict name, const char *restrict service,
		const struct addrinfo *restrict hints, struct addrinfo **restrict result)
{
	int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
	void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
	memcpy(&real, &symbol, sizeof(real));
	const struct timespec moment = { .tv_nsec = 1000000 };
	struct slice text = slice_str(name);
	while (slice_has_suffix(text, SLICE("silent.example")) && atomic_load(&silent))
		nanosleep(&moment, NULL);
	return real(slice_has_suffix(text, SLICE(".example")) ? "127.0.1.1" : name, service, hints,
		    result);
}

static void setup(void)
{
	signal(SIGPIPE, SIG_IGN);
	ck_assert_int_eq(network_parse(SLICE("127.0.0.0/8"), &loopback), ERR_OK);
	atomic_store(&silent, true);
	bad = origin_start_at("127.0.1.1", answers, ARRAY_LEN(answers));
	honest = origin_start(answers, ARRAY_LEN(answers), false);
	arena = arena_new();
}

/* What hangs comes to its end. */
static void let_go(void)
{
	origin_release(bad);
	atomic_store(&silent, false);
}

static void teardown(void)
{
	let_go();
	arena_free(&arena);
	origin_stop(&honest);
	origin_stop(&bad);
}

static struct fetch *fetch_with(int64_t timeout_ms)
{
	const struct fetch_options options = {
		.allowed = &loopback,
		.allowed_count = 1,
		.allow_http = true,
		.timeout_ms = timeout_ms,
		.most_bytes = 4096,
	};
	return fetch_new(&options);
}

/* --- a crew of requests ------------------------------------------------------------------ */

struct hand {
	struct fetch *fetch;
	enum fetch_class class;
	char url[96];
	enum fetch_fault fault;
	int64_t took_ms;
	pthread_t thread;
};
static struct hand hands[CREW];
static atomic_uint ended;

static void *haul(void *arg)
{
	struct hand *hand = arg;
	AUTO(arena) struct arena *own = arena_new();
	const struct fetch_request request = { .class = hand->class, .url = slice_str(hand->url) };
	struct fetch_answer answer;
	int64_t began_ms = clock_mono_ms();
	hand->fault = fetch_do(hand->fetch, own, &request, &answer);
	hand->took_ms = clock_mono_ms() - began_ms;
	atomic_fetch_add(&ended, 1);
	return NULL;
}

/* Host names: a number may stand in the middle. */
struct hosts {
	const char *before;
	const char *after;
	bool alike; /* no number */
};
static const struct hosts one_host = { "127.0.1", ".1", .alike = true };
static const struct hosts one_site = { "host", ".one.example", .alike = false };
static const struct hosts many_sites = { "www.site", ".example", .alike = false };
static const struct hosts other_sites = { "www.other", ".example", .alike = false };
static const struct hosts silent_site = { "host", ".silent.example", .alike = false };
static const struct hosts silent_sites = { "site", "-silent.example", .alike = false };

/* `count` threads, each to its host. */
static void send_out(struct fetch *fetch, enum fetch_class class, const struct hosts *hosts,
		     size_t count)
{
	atomic_store(&ended, 0);
	for (size_t i = 0; i < count; i++) {
		char number[8] = "";
		hands[i] = (struct hand){ .fetch = fetch, .class = class };
		if (!hosts->alike)
			snprintf(number, sizeof(number), "%zu", i);
		snprintf(hands[i].url, sizeof(hands[i].url), "http://%s%s%s:%u/hold", hosts->before,
			 number, hosts->after, origin_port(bad));
		ck_assert_int_eq(thread_start(&hands[i].thread, 0, haul, &hands[i]), 0);
	}
}

static unsigned come_back(size_t count, enum fetch_fault fault)
{
	unsigned found = 0;
	for (size_t i = 0; i < count; i++) {
		pthread_join(hands[i].thread, NULL);
		found += hands[i].fault == fault;
	}
	return found;
}

static void wait_for_requests(unsigned wanted)
{
	int64_t deadline_ms = clock_mono_ms() + TIMEOUT_MS;
	while (origin_requests(bad) < wanted && clock_mono_ms() < deadline_ms)
		sched_yield();
	ck_assert_uint_eq(origin_requests(bad), wanted);
}

static void wait_for_ends(unsigned wanted)
{
	int64_t deadline_ms = clock_mono_ms() + TIMEOUT_MS;
	while (atomic_load(&ended) < wanted && clock_mono_ms() < deadline_ms)
		sched_yield();
	ck_assert_uint_ge(atomic_load(&ended), wanted);
}

/* All but those that are there, or may wait for it. */
static void wait_for_refusals(enum fetch_class class, unsigned inside)
{
	wait_for_ends(CREW - inside - places_row(class)->held);
}

static enum fetch_fault ask(struct fetch *fetch, enum fetch_class class)
{
	AUTO(arena) struct arena *own = arena_new();
	char url[96];
	struct fetch_answer answer;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u/keys", origin_port(honest));
	const struct fetch_request request = { .class = class, .url = slice_str(url) };
	return fetch_do(fetch, own, &request, &answer);
}

static void ask_honest(struct fetch *fetch, enum fetch_class class)
{
	enum fetch_fault fault = ask(fetch, class);
	ck_assert_msg(fault == FETCH_FINE, "%s", fetch_fault_name(fault));
}

/* Those that got a place have it all the while, so nobody waited for one of them to end. */
static void still_inside(unsigned inside)
{
	ck_assert_uint_le(atomic_load(&ended), CREW - inside);
}

/* --- one server -------------------------------------------------------------------------- */

/* However they are called: a few get there, as many more wait, the others are told at once. */
static const struct hosts *const all_hosts[] = { &one_host, &one_site, &many_sites };

START_TEST(a_silent_server_holds_a_few_places_and_others_pass)
{
	enum fetch_class class = FETCH_REGISTERED;
	AUTO(fetch) struct fetch *fetch = fetch_with(TIMEOUT_MS);
	send_out(fetch, class, all_hosts[_i], CREW);
	wait_for_requests(places_row(class)->each);
	wait_for_refusals(class, places_row(class)->each);
	for (int i = 0; i < 3; i++)
		ask_honest(fetch, class);
	still_inside(places_row(class)->each);
	ck_assert_uint_eq(origin_requests(bad), places_row(class)->each);
	let_go();
	ck_assert_uint_ge(come_back(CREW, FETCH_BUSY),
			  CREW - places_row(class)->each - places_row(class)->held);
	ck_assert_uint_le(origin_most_at_once(bad), places_row(class)->each);
}
END_TEST

/* Who waits in vain waits no longer than the row says, though the request might take longer. */
START_TEST(who_gets_no_place_is_told_so_in_time)
{
	const struct places_row *row = places_row(FETCH_UNKNOWN);
	AUTO(fetch) struct fetch *fetch = fetch_with(TIMEOUT_MS);
	send_out(fetch, FETCH_UNKNOWN, &one_host, row->each);
	wait_for_requests(row->each);
	struct hand late = hands[0];
	haul(&late);
	ck_assert_int_eq(late.fault, FETCH_BUSY);
	ck_assert_int_ge(late.took_ms, row->wait_ms / 2);
	ck_assert_int_lt(late.took_ms, TIMEOUT_MS / 2);
	ck_assert_uint_eq(atomic_load(&ended), 1);
	let_go();
	ck_assert_uint_eq(come_back(row->each, FETCH_BUSY), 0);
}
END_TEST

START_TEST(places_are_free_again_after_the_deadline)
{
	AUTO(fetch) struct fetch *fetch = fetch_with(SHORT_MS);
	send_out(fetch, FETCH_TRUSTED, &one_host, CREW);
	unsigned busy = come_back(CREW, FETCH_BUSY);
	for (size_t i = 0; i < CREW; i++)
		ck_assert_int_lt(hands[i].took_ms, TIMEOUT_MS);
	ck_assert_uint_lt(busy, CREW);
	for (int fine = 0; fine < CREW;) {
		enum fetch_fault fault = ask(fetch, FETCH_TRUSTED);
		/* the deadline is a short one for a busy machine */
		ck_assert_msg(fault == FETCH_FINE || fault == FETCH_TIMEOUT, "%s",
			      fetch_fault_name(fault));
		fine += fault == FETCH_FINE;
	}
}
END_TEST

/* --- classes ----------------------------------------------------------------------------- */

/* All that strangers have is taken: those who are trusted notice nothing, nor do other strangers.
 */
START_TEST(strangers_hold_up_strangers_alone)
{
	enum fetch_class class = _i == 0 ? FETCH_REGISTERED : FETCH_UNKNOWN;
	AUTO(fetch) struct fetch *fetch = fetch_with(TIMEOUT_MS);
	send_out(fetch, class, &silent_sites, CREW);
	wait_for_ends(CREW - places_row(class)->places - places_row(class)->queue);
	for (int i = 0; i < 3; i++)
		ask_honest(fetch, FETCH_TRUSTED);
	ask_honest(fetch, class == FETCH_UNKNOWN ? FETCH_REGISTERED : FETCH_UNKNOWN);
	ask_honest(fetch, FETCH_LOGOUT);
	still_inside(places_row(class)->places);
	let_go();
	(void)come_back(CREW, FETCH_BUSY);
}
END_TEST

/* --- names that lead nowhere ------------------------------------------------------------- */

START_TEST(a_silent_name_server_costs_no_more_than_the_deadline)
{
	AUTO(fetch) struct fetch *fetch = fetch_with(SHORT_MS);
	send_out(fetch, FETCH_REGISTERED, &silent_site, 1);
	ck_assert_uint_eq(come_back(1, FETCH_TIMEOUT), 1);
	ck_assert(atomic_load(&silent)); /* it has not been waited for */
	let_go();
}
END_TEST

START_TEST(nor_more_than_the_places_of_a_site)
{
	AUTO(fetch) struct fetch *fetch = fetch_with(TIMEOUT_MS);
	send_out(fetch, FETCH_REGISTERED, &silent_site, CREW);
	wait_for_refusals(FETCH_REGISTERED, places_row(FETCH_REGISTERED)->each);
	ask_honest(fetch, FETCH_REGISTERED);
	still_inside(places_row(FETCH_REGISTERED)->each);
	let_go();
	(void)come_back(CREW, FETCH_BUSY);
}
END_TEST

/* --- those that were slow ---------------------------------------------------------------- */

/* New names for a network that was slow find one place there. */
START_TEST(who_was_slow_has_one_place_left)
{
	const struct timespec slow = { .tv_sec = PLACES_SLOW_MS / 1000, .tv_nsec = 100000000 };
	AUTO(fetch) struct fetch *fetch = fetch_with(TIMEOUT_MS);
	send_out(fetch, FETCH_REGISTERED, &many_sites, 2);
	wait_for_requests(2);
	nanosleep(&slow, NULL);
	origin_release(bad);
	ck_assert_uint_eq(come_back(2, FETCH_BUSY), 0);
	origin_stop(&bad);
	bad = origin_start_at("127.0.1.1", answers, ARRAY_LEN(answers));
	send_out(fetch, FETCH_REGISTERED, &other_sites, CREW);
	wait_for_requests(1);
	wait_for_refusals(FETCH_REGISTERED, 1);
	ask_honest(fetch, FETCH_REGISTERED);
	still_inside(1);
	ck_assert_uint_eq(origin_requests(bad), 1);
	let_go();
	(void)come_back(CREW, FETCH_BUSY);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_silent_server_holds_a_few_places_and_others_pass, 0,
			    ARRAY_LEN(all_hosts));
	tcase_add_test(tc, who_gets_no_place_is_told_so_in_time);
	tcase_add_test(tc, places_are_free_again_after_the_deadline);
	tcase_add_loop_test(tc, strangers_hold_up_strangers_alone, 0, 2);
	tcase_add_test(tc, a_silent_name_server_costs_no_more_than_the_deadline);
	tcase_add_test(tc, nor_more_than_the_places_of_a_site);
	tcase_add_test(tc, who_was_slow_has_one_place_left);
}

TEST_MAIN("fetch/slow_servers", add_tests)
