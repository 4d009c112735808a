/* SPDX-License-Identifier: Apache-2.0
 *
 * Many threads sign with one key and verify with one public half, from the first use of libcrypto
 * on. Under the thread sanitizer this shows whether anything of a key is written to after all. */
#include <pthread.h>

#include "check_main.h"
#include "check_slice.h"
#include "crypto/jwe.h"
#include "crypto/jws.h"

enum { THREADS = 8, ROUNDS = 25 };

struct shared {
	enum alg alg;
	struct jwk *key;
	struct jwk *half;
	struct jwk *recipient;
	pthread_barrier_t start;
};

struct worker {
	const struct shared *shared;
	pthread_t id;
	unsigned good;
};

static bool sign_and_verify(const struct shared *shared, struct arena *arena, unsigned number)
{
	struct slice payload = arena_printf(arena, "{\"number\":%u}", number);
	struct jws_new new = { shared->key, shared->alg, "JWT", payload };
	struct jwe_new sealed = { shared->recipient, ECDH_ES, A128GCM, "JWT", payload };
	struct slice compact;
	struct slice encrypted;
	struct jws jws;
	return jws_sign(arena, &new, &compact) == ERR_OK &&
	       jws_parse(arena, compact, ALGS_OURS | ALGS_SECRET, &jws) == ERR_OK &&
	       slice_equal(jws.payload, payload) && jws_verify(&jws, shared->half) == ERR_OK &&
	       jwe_encrypt(arena, &sealed, &encrypted) == ERR_OK;
}

static void *work(void *arg)
{
	struct worker *worker = arg;
	AUTO(arena) struct arena *arena = arena_new();
	pthread_barrier_wait((pthread_barrier_t *)(uintptr_t)&worker->shared->start);
	for (unsigned i = 0; i < ROUNDS; i++) {
		worker->good += sign_and_verify(worker->shared, arena, i);
		arena_reset(arena);
	}
	return NULL;
}

static void run(struct shared *shared)
{
	struct worker workers[THREADS];
	ck_assert_int_eq(pthread_barrier_init(&shared->start, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .shared = shared };
		ck_assert_int_eq(pthread_create(&workers[i].id, NULL, work, &workers[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		ck_assert_int_eq(pthread_join(workers[i].id, NULL), 0);
		ck_assert_uint_eq(workers[i].good, ROUNDS);
	}
	pthread_barrier_destroy(&shared->start);
}

static struct jwk *half_of(const struct jwk *key, enum alg alg)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct jwk *half;
	ck_assert_int_eq(jwk_parse_public(jwk_public(key, alg, arena), &half), ERR_OK);
	return half;
}

/* A public key that says nothing about its use. */
static struct jwk *recipient_new(void)
{
	struct jwk *key;
	ck_assert_int_eq(
		jwk_parse_public(SLICE("{\"kty\":\"EC\",\"crv\":\"P-256\","
				       "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
				       "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"),
				 &key),
		ERR_OK);
	return key;
}

/* Takes both keys over. */
static void run_with(enum alg alg, struct jwk *key, struct jwk *half)
{
	struct shared shared = { .alg = alg, .key = key, .half = half };
	shared.recipient = recipient_new();
	run(&shared);
	jwk_free(&shared.key);
	jwk_free(&shared.half);
	jwk_free(&shared.recipient);
}

START_TEST(one_key_for_all)
{
	static const enum alg algs[] = { ALG_ES256, ALG_RS256, ALG_PS256 };
	struct jwk *key = jwk_generate(algs[_i]);
	run_with(algs[_i], key, half_of(key, algs[_i]));
}
END_TEST

START_TEST(one_secret_for_all)
{
	struct slice secret = SLICE("0123456789012345678901234567890123456789012");
	run_with(ALG_HS256, jwk_from_secret(secret), jwk_from_secret(secret));
}
END_TEST

static void *make_key(void *arg)
{
	pthread_barrier_wait(arg);
	return jwk_generate(ALG_ES256);
}

/* Whichever thread comes first prepares the library; the others wait for it. */
START_TEST(first_use_by_all_at_once)
{
	pthread_barrier_t start;
	pthread_t ids[THREADS];
	ck_assert_int_eq(pthread_barrier_init(&start, NULL, THREADS), 0);
	for (size_t i = 0; i < THREADS; i++)
		ck_assert_int_eq(pthread_create(&ids[i], NULL, make_key, &start), 0);
	for (size_t i = 0; i < THREADS; i++) {
		void *made;
		ck_assert_int_eq(pthread_join(ids[i], &made), 0);
		struct jwk *key = made;
		ck_assert(jwk_fits(key, ALG_ES256));
		jwk_free(&key);
	}
	pthread_barrier_destroy(&start);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, first_use_by_all_at_once);
	tcase_add_loop_test(tc, one_key_for_all, 0, 3);
	tcase_add_test(tc, one_secret_for_all);
}

TEST_MAIN("crypto/jose_threads", add_tests)
