/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets: 32 key bytes, or a run of bytes to be compared or wiped. Compared in constant time,
 * wiped when dropped, never formatted. */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"

enum { SECRET_KEY_BYTES = 32 };

/* AUTO_FINI(secret) struct secret key; */
struct secret {
	uint8_t bytes[SECRET_KEY_BYTES];
};

void secret_fini(struct secret *secret);
void secret_wipe(void *ptr, size_t len);
/* Constant time in the contents; the length may show. */
bool secret_equal(const void *a, const void *b, size_t len);

#endif
