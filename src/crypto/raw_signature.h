/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of a signature over a text (RFC 7518 section 3), by family. Whether the key may be used
 * for the algorithm has been asked before. For jws.c and jwk.c. */
#ifndef CRYPTO_RAW_SIGNATURE_H
#define CRYPTO_RAW_SIGNATURE_H

#include <openssl/evp.h>

#include "base/attr.h"
#include "base/err.h"
#include "crypto/alg.h"
#include "crypto/jwk.h"

enum { SIGNATURE_BYTES_MAX = 1024 /* RSA of 8192 bits */ };

struct raw_signature {
	uint8_t bytes[SIGNATURE_BYTES_MAX];
	size_t len;
};

/* ERR_CRYPTO when libcrypto fails. */
MUST_USE enum err raw_signature_make(const struct jwk *key, enum alg alg, struct slice text,
				     struct raw_signature *out);
/* ERR_CRYPTO: wrong. */
MUST_USE enum err raw_signature_check(const struct jwk *key, enum alg alg, struct slice text,
				      struct slice signature);
/* A context that is ready to sign, for raw_signature_make() to copy. */
EVP_PKEY_CTX *raw_signature_prepare(const struct jwk *key, const struct alg_row *row);

/* For raw_signature*.c alone. */

/* Between what JOSE writes (r and s, each in full length) and what libcrypto wants (DER).
 * ERR_CRYPTO: not of the length that the curve says, or r or s is zero. RFC7518#3.4 */
MUST_USE enum err raw_signature_ec_from_der(const struct alg_row *row,
					    struct raw_signature *signature);
MUST_USE enum err raw_signature_ec_to_der(const struct alg_row *row, struct slice raw,
					  struct raw_signature *der);
/* RFC7518#3.2 */
MUST_USE enum err raw_signature_hmac(const struct jwk *key, const struct alg_row *row,
				     struct slice text, struct raw_signature *out);

#endif
