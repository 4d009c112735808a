/* SPDX-License-Identifier: Apache-2.0
 *
 * Wiping and comparing secrets, by libsodium, whose versions no compiler removes or shortens. */
#include "base/secret.h"

#include <sodium.h>

void secret_fini(struct secret *secret)
{
	sodium_memzero(secret->bytes, sizeof(secret->bytes));
}

void secret_wipe(void *ptr, size_t len)
{
	if (len > 0)
		sodium_memzero(ptr, len);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
	return len == 0 || sodium_memcmp(a, b, len) == 0;
}
