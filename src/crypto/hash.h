/* SPDX-License-Identifier: Apache-2.0
 *
 * SHA-256, the form in which tokens and codes are stored. */
#ifndef CRYPTO_HASH_H
#define CRYPTO_HASH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

enum { HASH_BYTES = 32 };

struct hash {
	uint8_t bytes[HASH_BYTES];
};

void hash_sha256(struct slice data, struct hash *out);
bool hash_equal(const struct hash *a, const struct hash *b); /* constant time */
struct slice hash_slice(const struct hash *hash);

#endif
