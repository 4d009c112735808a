/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys of a real web server that many ask for at once, or that is asked while others keep strangers
 * waiting: who waits, who is told, and what is remembered of it. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/thread.h"
#include "check_main.h"
#include "fetch/places.h"
#include "flow/keys_fixture.h"

enum { THREADS = 12, MINUTE_MS = 60000, PATIENCE_MS = 20000 };

static const struct origin_answer answers[] = {
	{ ORIGIN_AT_ONCE, "/keys", "" },
	{ ORIGIN_HOLD, "/held", NULL },
	{ ORIGIN_HOLD, "/held2", NULL },
};

static struct keys_fixture keys;

static void setup(void)
{
	keys_init(&keys, answers, ARRAY_LEN(answers), (size_t)2 * PLACES_WORKERS);
}

static void teardown(void)
{
	keys_fini(&keys);
}

static enum err verify(const struct jwk *key, const struct key_source *source)
{
	const struct jws jws = keys_signed(&keys, key);
	return client_keys_verify(&keys.flow, &keys.call, source, &jws);
}

static bool has_keys(void *arg, const struct jwk_set *set)
{
	(void)arg;
	return jwk_set_count(set) == 1;
}

START_TEST(why_not)
{
	const struct key_source source = keys_source(&keys, "/keys", FETCH_TRUSTED);
	const struct key_source nothing = keys_source(&keys, "/nothing", FETCH_TRUSTED);
	ck_assert_int_eq(verify(keys.first, &source), ERR_OK);
	ck_assert_int_eq(verify(keys.second, &source), ERR_INVALID);
	ck_assert_int_eq(verify(keys.first, &nothing), ERR_IO);
	ck_assert_int_eq(verify(keys.first, &nothing), ERR_IO);
}
END_TEST

/* --- many at once ------------------------------------------------------------------------ */

struct asker {
	const char *path;
	enum fetch_class class;
	enum err err;
	pthread_t thread;
};
static struct asker askers[THREADS];
static atomic_uint ended;

static void *ask_on_thread(void *arg)
{
	struct asker *asker = arg;
	AUTO(arena) struct arena *arena = arena_new();
	struct call own = keys.call;
	own.arena = arena;
	const struct key_source source = {
		.uri = arena_printf(arena, "http://127.0.0.1:%u%s", origin_port(keys.origin),
				    asker->path),
		.jwks = SLICE_EMPTY,
		.class = asker->class,
	};
	asker->err = client_keys_ask(&keys.flow, &own, &source, has_keys, NULL);
	atomic_fetch_add(&ended, 1);
	return NULL;
}

static void send_out(size_t index, const char *path, enum fetch_class class)
{
	askers[index] = (struct asker){ .path = path, .class = class };
	ck_assert_int_eq(thread_start(&askers[index].thread, 0, ask_on_thread, &askers[index]), 0);
}

static void wait_for_requests(unsigned wanted)
{
	int64_t deadline_ms = clock_mono_ms() + PATIENCE_MS;
	while (origin_requests(keys.origin) < wanted && clock_mono_ms() < deadline_ms)
		sched_yield();
	ck_assert_uint_eq(origin_requests(keys.origin), wanted);
}

static void wait_for_answers(unsigned wanted)
{
	int64_t deadline_ms = clock_mono_ms() + PATIENCE_MS;
	while (atomic_load(&ended) < wanted && clock_mono_ms() < deadline_ms)
		sched_yield();
	ck_assert_uint_eq(atomic_load(&ended), wanted);
}

START_TEST(many_threads_fetch_once)
{
	for (size_t i = 0; i < THREADS; i++)
		send_out(i, "/keys", FETCH_TRUSTED);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(askers[i].thread, NULL);
		ck_assert_int_eq(askers[i].err, ERR_OK);
	}
	ck_assert_uint_eq(origin_requests(keys.origin), 1);
}
END_TEST

/* One asks for a set that does not come, a few wait for it, and the others are told so at once. */
START_TEST(not_too_many_wait_for_one_set)
{
	unsigned held = 2 * places_row(FETCH_REGISTERED)->held;
	for (size_t i = 0; i < THREADS; i++)
		send_out(i, "/held", FETCH_REGISTERED);
	wait_for_requests(1);
	wait_for_answers(THREADS - 1 - held);
	/* who is trusted finds his keys meanwhile, also there */
	const struct key_source trusted = keys_source(&keys, "/keys", FETCH_TRUSTED);
	ck_assert_int_eq(verify(keys.first, &trusted), ERR_OK);
	const struct key_source source = keys_source(&keys, "/keys", FETCH_REGISTERED);
	ck_assert_int_eq(verify(keys.first, &source), ERR_OK);
	origin_release(keys.origin);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(askers[i].thread, NULL);
		ck_assert(askers[i].err == ERR_FULL || askers[i].err == ERR_IO);
	}
	ck_assert_uint_eq(origin_requests(keys.origin), 3);
}
END_TEST

/* Two of the same site, and as many that wait: whoever comes next is not asked for. */
static void keep_busy(void)
{
	unsigned before = origin_requests(keys.origin);
	send_out(0, "/held", FETCH_REGISTERED);
	send_out(1, "/held2", FETCH_REGISTERED);
	wait_for_requests(before + 2);
	while (fetch_stand(keys.flow.fetch, FETCH_REGISTERED))
		;
}

static void end_of_it(void)
{
	origin_release(keys.origin);
	for (size_t i = 0; i < 2; i++)
		pthread_join(askers[i].thread, NULL);
}

/* That nobody was asked is no failure of him who was not. */
START_TEST(that_we_were_busy_is_not_remembered)
{
	const struct key_source source = keys_source(&keys, "/keys", FETCH_REGISTERED);
	keep_busy();
	ck_assert_int_eq(verify(keys.first, &source), ERR_FULL);
	ck_assert_uint_eq(origin_requests(keys.origin), 2);
	end_of_it();
	ck_assert_int_eq(verify(keys.first, &source), ERR_OK);
}
END_TEST

/* It may be a new one that could not be asked for. */
START_TEST(an_unknown_key_is_not_refused_because_we_are_busy)
{
	const struct key_source source = keys_source(&keys, "/keys", FETCH_REGISTERED);
	ck_assert_int_eq(verify(keys.first, &source), ERR_OK);
	keys_serve_one(&keys, "", keys.second);
	keys.call.now_ms += MINUTE_MS;
	keep_busy();
	ck_assert_int_eq(verify(keys.first, &source), ERR_OK);
	ck_assert_int_eq(verify(keys.second, &source), ERR_FULL);
	end_of_it();
	ck_assert_int_eq(verify(keys.second, &source), ERR_OK);
	ck_assert_int_eq(verify(keys.first, &source), ERR_INVALID);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, why_not);
	tcase_add_test(tc, many_threads_fetch_once);
	tcase_add_test(tc, not_too_many_wait_for_one_set);
	tcase_add_test(tc, that_we_were_busy_is_not_remembered);
	tcase_add_test(tc, an_unknown_key_is_not_refused_because_we_are_busy);
}

TEST_MAIN("flow/client_keys_busy", add_tests)
