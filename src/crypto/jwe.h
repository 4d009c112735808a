/* SPDX-License-Identifier: Apache-2.0
 *
 * Encryption of a signed token to a client's key, in the compact form (RFC 7516): RSA-OAEP-256 or
 * ECDH-ES, with A128GCM or A256GCM. Nothing is ever decrypted here: nobody encrypts to us. */
#ifndef CRYPTO_JWE_H
#define CRYPTO_JWE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/alg.h"
#include "crypto/jwk.h"

struct jwe_new {
	const struct jwk *recipient;
	enum key_management alg;
	enum content_encryption enc;
	const char *cty; /* "JWT" */
	struct slice plain;
};
/* ERR_CRYPTO when the key does not fit. */
MUST_USE enum err jwe_encrypt(struct arena *arena, const struct jwe_new *jwe, struct slice *out);

#endif
