/* SPDX-License-Identifier: Apache-2.0
 *
 * SipHash by libsodium. */
#include "crypto/place_hash.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/rng.h"

static_assert(PLACE_KEY_BYTES == crypto_shorthash_KEYBYTES, "a whole key");

void place_key_init(struct place_key *key)
{
	rng_bytes(key->bytes, sizeof(key->bytes));
}

uint64_t place_hash(const struct place_key *key, struct slice text)
{
	unsigned char out[crypto_shorthash_BYTES];
	uint64_t hash;
	static_assert(sizeof(out) == sizeof(hash), "all of it");
	crypto_shorthash(out, (const unsigned char *)text.ptr, text.len, key->bytes);
	memcpy(&hash, out, sizeof(hash));
	return hash;
}
