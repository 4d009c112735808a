/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and sets of keys: what is taken holds no private half, survives being written, and can be
 * used for what it fits without harm. */
#include <stdlib.h>

#include "base/rng.h"
#include "crypto/jwe.h"
#include "crypto/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Its header says ES256; the algorithm is set to what the key fits. */
#define SOME_TOKEN "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"

static void check_writing(struct arena *arena, const struct jwk *key, enum alg alg)
{
	AUTO(jwk) struct jwk *again = NULL;
	struct hash one;
	struct hash two;
	if (jwk_parse_public(jwk_public(key, alg, arena), &again) != ERR_OK)
		abort();
	jwk_thumbprint(key, &one);
	jwk_thumbprint(again, &two);
	if (!hash_equal(&one, &two) || !slice_equal(jwk_kid(key), jwk_kid(again)))
		abort();
}

static void check_verifying(struct arena *arena, const struct jwk *key, enum alg alg)
{
	struct jws jws;
	if (jws_parse(arena, SLICE(SOME_TOKEN), ALGS_ASYMMETRIC, &jws) != ERR_OK)
		abort();
	jws.alg = alg;
	if (jws_verify(&jws, key) != ERR_CRYPTO)
		abort();
}

static void check_encrypting(struct arena *arena, const struct jwk *key)
{
	struct slice compact;
	for (unsigned alg = 1; alg < KEY_MANAGEMENT_COUNT; alg++) {
		struct jwe_new new = { key, (enum key_management)alg, A128GCM, "JWT", SLICE("x") };
		bool fits = jwk_fits_encryption(key, (enum key_management)alg);
		if ((jwe_encrypt(arena, &new, &compact) == ERR_OK) != fits)
			abort();
	}
}

static void check(const struct jwk *key)
{
	AUTO(arena) struct arena *arena = arena_new();
	if (jwk_is_private(key) || jwk_kid(key).len > JWK_KID_MAX || jwk_fits(key, ALG_HS256))
		abort();
	for (unsigned alg = 0; alg < ALG_COUNT; alg++) {
		if (!jwk_fits(key, (enum alg)alg))
			continue;
		check_writing(arena, key, (enum alg)alg);
		check_verifying(arena, key, (enum alg)alg);
	}
	check_encrypting(arena, key);
}

static void check_set(const struct jwk_set *set)
{
	if (jwk_set_count(set) > JWK_SET_MAX)
		abort();
	for (size_t i = 0; i < jwk_set_count(set); i++) {
		const struct jwk *key = jwk_set_at(set, i);
		const struct jwk *chosen = jwk_set_choose(set, ALG_ES256, jwk_kid(key));
		check(key);
		if (chosen != NULL && !slice_equal(jwk_kid(chosen), jwk_kid(key)) &&
		    jwk_kid(key).len > 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(jwk) struct jwk *key = NULL;
	AUTO(jwk_set) struct jwk_set *set = NULL;
	rng_init();
	if (jwk_parse_public(slice_of(data, size), &key) == ERR_OK)
		check(key);
	if (jwk_set_parse(slice_of(data, size), &set) == ERR_OK)
		check_set(set);
	return 0;
}
