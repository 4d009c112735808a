/* SPDX-License-Identifier: Apache-2.0
 *
 * Keyrings of literal keys for unit tests: key number n has id n and 32 bytes of value n. The first
 * named is the current one. */
#ifndef CRYPTO_RINGS_H
#define CRYPTO_RINGS_H

#include <check.h>
#include <string.h>

#include "crypto/keyring.h"

static inline struct keyring *ring_of(const char *numbers)
{
	uint32_t ids[KEYRING_MAX] = { 0 };
	struct secret keys[KEYRING_MAX] = { 0 };
	size_t count = strlen(numbers);
	ck_assert_uint_le(count, KEYRING_MAX);
	for (size_t i = 0; i < count; i++) {
		ids[i] = (uint32_t)(numbers[i] - '0');
		memset(keys[i].bytes, numbers[i] - '0', sizeof(keys[i].bytes));
	}
	return keyring_from_keys(ids, keys, count);
}

#endif
