/* SPDX-License-Identifier: Apache-2.0
 *
 * A short keyed hash (SipHash-2-4) for tables in memory over text that a stranger may choose: who
 * does not know the key cannot find texts that fall into one place. Not for anything that is stored
 * or shown. */
#ifndef CRYPTO_PLACE_HASH_H
#define CRYPTO_PLACE_HASH_H

#include <stdint.h>

#include "base/slice.h"

enum { PLACE_KEY_BYTES = 16 };

/* Random, of its own for each table. */
struct place_key {
	uint8_t bytes[PLACE_KEY_BYTES];
};

void place_key_init(struct place_key *key);
uint64_t place_hash(const struct place_key *key, struct slice text);

#endif
