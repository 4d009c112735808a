/* SPDX-License-Identifier: Apache-2.0
 *
 * Random bytes of the operating system, by libsodium. Rules take the bytes as a parameter. */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>

/* Must be called once before anything else of libsodium; ends the process when it fails. */
void rng_init(void);
void rng_bytes(void *out, size_t len);

#endif
