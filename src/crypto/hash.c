/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 by libsodium. */
#include "crypto/hash.h"

#include <sodium.h>

#include "base/secret.h"

void hash_sha256(struct slice data, struct hash *out)
{
	crypto_hash_sha256(out->bytes, (const unsigned char *)data.ptr, data.len);
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
	return secret_equal(a->bytes, b->bytes, HASH_BYTES);
}

struct slice hash_slice(const struct hash *hash)
{
	return slice_of(hash->bytes, HASH_BYTES);
}
