/* SPDX-License-Identifier: Apache-2.0
 *
 * The key that ECDH-ES agrees on, out of the shared point: RFC 7518 section 4.6.2, which is the
 * Concat KDF of NIST SP 800-56A with SHA-256. For jwe*.c. */
#ifndef CRYPTO_CONCAT_KDF_H
#define CRYPTO_CONCAT_KDF_H

#include <stdint.h>

#include "base/slice.h"

enum { CONCAT_KDF_MAX = 32 };

struct concat_kdf {
	struct slice z;         /* the x coordinate of the point, in full length */
	struct slice algorithm; /* "A128GCM": what the key is for */
	struct slice apu;       /* who agrees, in octets; "" for both as a rule */
	struct slice apv;
};
/* `len` bytes of key, at most CONCAT_KDF_MAX. */
void concat_kdf(const struct concat_kdf *input, uint8_t *out, size_t len);

#endif
