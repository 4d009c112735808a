/* SPDX-License-Identifier: Apache-2.0
 *
 * Keyed BLAKE2b by libsodium. Each part is preceded by its length in 8 bytes, big-endian: ("ab",
 * "c") and ("a", "bc") differ. */
#include "crypto/mac.h"

#include <sodium.h>

#include "base/ensure.h"

static void add_part(crypto_generichash_state *state, struct slice part)
{
	unsigned char length[8];
	for (size_t i = 0; i < sizeof(length); i++)
		length[i] = (unsigned char)((uint64_t)part.len >> (56 - 8 * i));
	crypto_generichash_update(state, length, sizeof(length));
	if (part.len > 0)
		crypto_generichash_update(state, (const unsigned char *)part.ptr, part.len);
}

void mac_compute(const struct secret *key, const struct slice *parts, size_t count,
		 struct hash *out)
{
	crypto_generichash_state state;
	ensure(crypto_generichash_init(&state, key->bytes, sizeof(key->bytes), HASH_BYTES) == 0);
	for (size_t i = 0; i < count; i++)
		add_part(&state, parts[i]);
	ensure(crypto_generichash_final(&state, out->bytes, HASH_BYTES) == 0);
	secret_wipe(&state, sizeof(state));
}
