/* SPDX-License-Identifier: Apache-2.0
 *
 * Keyed hashes (BLAKE2b, 32 bytes) over a list of parts. Each part goes in with its length, so that
 * no two lists give the same bytes. */
#ifndef CRYPTO_MAC_H
#define CRYPTO_MAC_H

#include <stddef.h>

#include "base/secret.h"
#include "base/slice.h"
#include "crypto/hash.h"

void mac_compute(const struct secret *key, const struct slice *parts, size_t count,
		 struct hash *out);

#define MAC_PARTS(...) \
	((const struct slice[]){ __VA_ARGS__ }), \
		(sizeof((const struct slice[]){ __VA_ARGS__ }) / sizeof(struct slice))

#endif
