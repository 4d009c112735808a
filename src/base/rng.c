/* SPDX-License-Identifier: Apache-2.0
 *
 * Random bytes, and the one place that starts libsodium. */
#include "base/rng.h"

#include <sodium.h>

#include "base/ensure.h"

void rng_init(void)
{
	ensure(sodium_init() >= 0);
}

void rng_bytes(void *out, size_t len)
{
	randombytes_buf(out, len);
}
