/* SPDX-License-Identifier: Apache-2.0
 *
 * What all of crypto/ that is built on OpenSSL 3 shares: a library context of its own, and the
 * methods out of it, looked up once. The context is ours so that no openssl.cnf of the machine
 * changes which algorithms our tokens know, and so that what libpq does with the default one is
 * left alone. It is made at first use, by whichever thread comes first, and stays. For crypto/. */
#ifndef CRYPTO_LIBCRYPTO_H
#define CRYPTO_LIBCRYPTO_H

#include <openssl/evp.h>

#include "crypto/alg.h"

struct libcrypto {
	OSSL_LIB_CTX *context;
	EVP_MD *sha256;
	EVP_MD *sha384;
	EVP_MD *sha512;
	EVP_MAC *hmac;
};
const struct libcrypto *libcrypto(void);
/* The hash of an algorithm. */
const EVP_MD *libcrypto_hash(const struct alg_row *row);

/* Releases for AUTO(), which accept NULL. */
void pkey_free(EVP_PKEY **key);
void pkey_ctx_free(EVP_PKEY_CTX **ctx);
void bn_free(BIGNUM **number); /* wipes */
/* After each failure: the next user of this thread's list of errors may be somebody else. */
void libcrypto_forget_errors(void);

#endif
