/* SPDX-License-Identifier: Apache-2.0
 *
 * How the key of the content comes to the recipient: RFC 7518 section 4. A record per algorithm,
 * for jwe.c. */
#ifndef CRYPTO_JWE_KEY_H
#define CRYPTO_JWE_KEY_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/alg.h"
#include "crypto/jwk.h"
#include "json/json.h"

enum { JWE_KEY_MAX = 32 };

struct jwe_key {
	uint8_t bytes[JWE_KEY_MAX]; /* of the content */
	size_t len;                 /* as the content's algorithm wants it; set by the caller */
	const char *enc;            /* the name of that */
	struct slice encrypted;     /* to the recipient; "" where it is agreed on */
};
void jwe_key_fini(struct jwe_key *key); /* wipes */

/* Makes the key, and sets in the header what the recipient needs. ERR_CRYPTO. */
typedef enum err jwe_key_fn(struct arena *arena, const struct jwk *recipient, struct json *header,
			    struct jwe_key *out);
MUST_USE jwe_key_fn jwe_key_rsa_oaep;
MUST_USE jwe_key_fn jwe_key_ecdh;

#endif
