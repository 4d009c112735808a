/* SPDX-License-Identifier: Apache-2.0
 *
 * How many tokens one core signs, and verifies, in a second of its own time: whole compact tokens
 * of the size of an ID token, to be read beside `openssl speed ecdsap256 rsa2048`, which makes bare
 * signatures over a hash.
 *
 *	sign_bench SECONDS */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/ensure.h"
#include "base/rng.h"
#include "crypto/jws.h"

enum { ROUND = 20 };

static const char claims[] =
	"{\"iss\":\"https://as.example.com/o\",\"sub\":\"2Fz3mCLbYvdXAqPzT7QwVn\","
	"\"aud\":\"5b1f0c2e9d7a4863\",\"exp\":1790000000,\"iat\":1789996400,"
	"\"auth_time\":1789996390,\"nonce\":\"n-0S6_WzA2Mj\",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\","
	"\"sid\":\"08a5019c-17e1-4977-8f42-65a12843ea02\",\"amr\":[\"pwd\"],"
	"\"preferred_username\":\"joe\",\"email\":\"joe@example.com\",\"email_verified\":true}";

struct bench {
	struct jws_new new;
	struct slice compact;
	struct jwk *public;
};

static double cpu_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void sign(struct bench *bench, struct arena *arena)
{
	struct slice compact;
	ensure(jws_sign(arena, &bench->new, &compact) == ERR_OK);
}

static void verify(struct bench *bench, struct arena *arena)
{
	struct jws jws;
	ensure(jws_parse(arena, bench->compact, ALGS_OURS, &jws) == ERR_OK);
	ensure(jws_verify(&jws, bench->public) == ERR_OK);
}

static double rate(void (*work)(struct bench *, struct arena *), struct bench *bench,
		   double seconds)
{
	AUTO(arena) struct arena *arena = arena_new();
	unsigned done = 0;
	double start = cpu_now();
	while (cpu_now() - start < seconds) {
		for (int i = 0; i < ROUND; i++) {
			work(bench, arena);
			arena_reset(arena);
		}
		done += ROUND;
	}
	return done / (cpu_now() - start);
}

static void run(enum alg alg, double seconds)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate(alg);
	struct bench bench = { .new = { .key = key,
					.alg = alg,
					.typ = "JWT",
					.payload = slice_of(claims, sizeof(claims) - 1) } };
	ensure(jws_sign(arena, &bench.new, &bench.compact) == ERR_OK);
	ensure(jwk_parse_public(jwk_public(key, alg, arena), &bench.public) == ERR_OK);
	double signs = rate(sign, &bench, seconds);
	double verifies = rate(verify, &bench, seconds);
	printf("%s tokens of %zu bytes: %.0f signed/s, %.0f verified/s\n", alg_row(alg)->name,
	       bench.compact.len, signs, verifies);
	jwk_free(&bench.public);
}

int main(int argc, char **argv)
{
	double seconds = argc == 2 ? strtod(argv[1], NULL) : 0;
	if (seconds <= 0 || seconds > 3600) {
		fprintf(stderr, "sign_bench SECONDS\n");
		return 2;
	}
	rng_init();
	run(ALG_ES256, seconds);
	run(ALG_RS256, seconds);
	run(ALG_PS256, seconds);
	return 0;
}
