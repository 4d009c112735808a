/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed tokens: what is taken has an algorithm of the list, one spelling, and a signature that is
 * never good for keys that nobody has. */
#include <stdlib.h>

#include "base/encode.h"
#include "base/rng.h"
#include "crypto/jws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ALL_ALGS (ALGS_ASYMMETRIC | ALGS_SECRET)

/* Keys of this run: no input was signed with them. */
static struct jwk *keys[4];

static void prepare(void)
{
	char secret[64];
	if (keys[0] != NULL)
		return;
	rng_init();
	rng_bytes(secret, sizeof(secret));
	keys[0] = jwk_generate(ALG_ES256);
	keys[1] = jwk_generate(ALG_ES512);
	keys[2] = jwk_generate(ALG_RS256);
	keys[3] = jwk_from_secret(slice_of(secret, sizeof(secret)));
}

static void check_text(struct slice text)
{
	if (slice_has_byte(text, '\0'))
		abort();
}

/* Header, payload and signature are spelled in the one way that base64url has. */
static void check_spelling(struct arena *arena, const struct jws *jws)
{
	struct slice payload = encode_base64url(arena, jws->payload);
	struct slice signature = encode_base64url(arena, jws->signature);
	struct slice tail = arena_printf(arena, ".%.*s.%.*s", SLICE_ARG(payload),
					 SLICE_ARG(signature));
	if (!slice_has_suffix(jws->compact, tail) || jws->signature.len == 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct jws jws;
	prepare();
	if (jws_parse(arena, slice_of(data, size), ALL_ALGS, &jws) != ERR_OK)
		return 0;
	if (size > JWS_BYTES_MAX || jws.alg >= ALG_COUNT)
		abort();
	check_text(jws.kid);
	check_text(jws.typ);
	check_spelling(arena, &jws);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		if (jws_verify(&jws, keys[i]) != ERR_CRYPTO)
			abort();
	if (jws_parse(arena, slice_of(data, size), ALL_ALGS & ~ALG_BIT(jws.alg), &jws) == ERR_OK)
		abort();
	return 0;
}
