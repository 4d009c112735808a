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
#include "flow/client_keys.h"
#include "support/jwt_maker.h"
#include "support/origin.h"

enum { THREADS = 12, MINUTE_MS = 60000, PATIENCE_MS = 10000 };

static const struct origin_answer answers[] = {
	{ ORIGIN_AT_ONCE, "/keys", "" },
	{ ORIGIN_HOLD, "/held", NULL },
	{ ORIGIN_HOLD, "/held2", NULL },
};

static struct origin *origin;
static struct flow flow;
static struct call call;
static struct network loopback;
static struct jwk *first;
static struct jwk *second;

static void serve_key(const struct jwk *key)
{
	struct slice set = jwt_set(call.arena, &key, 1);
	struct slice text = arena_printf(
		call.arena, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n%.*s", SLICE_ARG(set));
	origin_change(origin, 0, arena_cstr(call.arena, text));
}

static void setup(void)
{
	ck_assert_int_eq(network_parse(SLICE("127.0.0.1"), &loopback), ERR_OK);
	const struct fetch_options options = {
		.allowed = &loopback,
		.allowed_count = 1,
		.allow_http = true,
		.timeout_ms = 10000,
		.most_bytes = JWK_SET_BYTES_MAX,
		.workers = 2 * PLACES_WORKERS,
	};
	origin = origin_start(answers, ARRAY_LEN(answers), false);
	call = (struct call){ .arena = arena_new(), .now_ms = 1000000 };
	flow = (struct flow){ .fetch = fetch_new(&options), .client_keys = client_keys_new() };
	first = jwk_generate(ALG_ES256);
	second = jwk_generate(ALG_ES256);
	serve_key(first);
}

static void teardown(void)
{
	jwk_free(&second);
	jwk_free(&first);
	client_keys_free(&flow.client_keys);
	fetch_free(&flow.fetch);
	arena_free(&call.arena);
	origin_stop(&origin);
}

static struct key_source source_at(const char *path, enum fetch_class class)
{
	return (struct key_source){
		.uri = arena_printf(call.arena, "http://127.0.0.1:%u%s", origin_port(origin), path),
		.jwks = SLICE_EMPTY,
		.class = class,
	};
}

static enum err judge(const struct jwk *key, const struct key_source *source)
{
	struct jws jws;
	struct slice compact;
	const struct jws_new new = { .key = key, .alg = ALG_ES256, .payload = SLICE("{}") };
	ck_assert_int_eq(jws_sign(call.arena, &new, &compact), ERR_OK);
	ck_assert_int_eq(jws_parse(call.arena, compact, ALGS_ASYMMETRIC, &jws), ERR_OK);
	return client_keys_judge_jws(&flow, &call, source, &jws);
}

static bool has_keys(void *arg, const struct jwk_set *set)
{
	(void)arg;
	return jwk_set_count(set) == 1;
}

START_TEST(why_not)
{
	const struct key_source source = source_at("/keys", FETCH_TRUSTED);
	const struct key_source nothing = source_at("/nothing", FETCH_TRUSTED);
	ck_assert_int_eq(judge(first, &source), ERR_OK);
	ck_assert_int_eq(judge(second, &source), ERR_INVALID);
	ck_assert_int_eq(judge(first, &nothing), ERR_IO);
	ck_assert_int_eq(judge(first, &nothing), ERR_IO);
}
END_TEST

/* --- many at once ------------------------------------------------------------------------ */

struct asker {
	const char *path;
	enum fetch_class class;
	enum find find;
	pthread_t thread;
};
static struct asker askers[THREADS];
static atomic_uint ended;

static void *ask_on_thread(void *arg)
{
	struct asker *asker = arg;
	AUTO(arena) struct arena *arena = arena_new();
	struct call own = call;
	own.arena = arena;
	const struct key_source source = {
		.uri = arena_printf(arena, "http://127.0.0.1:%u%s", origin_port(origin),
				    asker->path),
		.jwks = SLICE_EMPTY,
		.class = asker->class,
	};
	asker->find = client_keys_ask(&flow, &own, &source, has_keys, NULL);
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
	while (origin_requests(origin) < wanted && clock_mono_ms() < deadline_ms)
		sched_yield();
	ck_assert_uint_eq(origin_requests(origin), wanted);
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
		ck_assert_int_eq(askers[i].find, FOUND);
	}
	ck_assert_uint_eq(origin_requests(origin), 1);
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
	const struct key_source trusted = source_at("/keys", FETCH_TRUSTED);
	ck_assert_int_eq(judge(first, &trusted), ERR_OK);
	const struct key_source source = source_at("/keys", FETCH_REGISTERED);
	ck_assert_int_eq(judge(first, &source), ERR_OK);
	origin_release(origin);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(askers[i].thread, NULL);
		ck_assert_int_eq(askers[i].find, FIND_FAILED);
	}
	ck_assert_uint_eq(origin_requests(origin), 3);
}
END_TEST

/* Two of the same site, and as many that wait: whoever comes next is not asked for. */
static void keep_busy(void)
{
	unsigned before = origin_requests(origin);
	send_out(0, "/held", FETCH_REGISTERED);
	send_out(1, "/held2", FETCH_REGISTERED);
	wait_for_requests(before + 2);
	while (fetch_stand(flow.fetch, FETCH_REGISTERED))
		;
}

static void end_of_it(void)
{
	origin_release(origin);
	for (size_t i = 0; i < 2; i++)
		pthread_join(askers[i].thread, NULL);
}

/* That nobody was asked is no failure of him who was not. */
START_TEST(that_we_were_busy_is_not_remembered)
{
	const struct key_source source = source_at("/keys", FETCH_REGISTERED);
	keep_busy();
	ck_assert_int_eq(judge(first, &source), ERR_FULL);
	ck_assert_uint_eq(origin_requests(origin), 2);
	end_of_it();
	ck_assert_int_eq(judge(first, &source), ERR_OK);
}
END_TEST

/* It may be a new one that could not be asked for. */
START_TEST(an_unknown_key_is_not_refused_because_we_are_busy)
{
	const struct key_source source = source_at("/keys", FETCH_REGISTERED);
	ck_assert_int_eq(judge(first, &source), ERR_OK);
	serve_key(second);
	call.now_ms += MINUTE_MS;
	keep_busy();
	ck_assert_int_eq(judge(first, &source), ERR_OK);
	ck_assert_int_eq(judge(second, &source), ERR_FULL);
	end_of_it();
	ck_assert_int_eq(judge(second, &source), ERR_OK);
	ck_assert_int_eq(judge(first, &source), ERR_INVALID);
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
