/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking a method up by its name takes locks and several microseconds each time, which is why it
 * is done once. The context and what was looked up never change afterwards, so threads share them
 * without a lock. */
#include "crypto/libcrypto.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <pthread.h>

#include "base/ensure.h"

static struct libcrypto shared;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	shared.context = OSSL_LIB_CTX_new();
	ensure(shared.context != NULL);
	shared.sha256 = EVP_MD_fetch(shared.context, "SHA2-256", NULL);
	shared.sha384 = EVP_MD_fetch(shared.context, "SHA2-384", NULL);
	shared.sha512 = EVP_MD_fetch(shared.context, "SHA2-512", NULL);
	shared.hmac = EVP_MAC_fetch(shared.context, "HMAC", NULL);
	ensure(shared.sha256 && shared.sha384 && shared.sha512 && shared.hmac);
}

const struct libcrypto *libcrypto(void)
{
	ensure(pthread_once(&once, prepare) == 0);
	return &shared;
}

const EVP_MD *libcrypto_hash(const struct alg_row *row)
{
	const struct libcrypto *library = libcrypto();
	switch (row->hash_bits) {
	case 256:
		return library->sha256;
	case 384:
		return library->sha384;
	default:
		ensure(row->hash_bits == 512);
		return library->sha512;
	}
}

void pkey_free(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
	*key = NULL;
}

void pkey_ctx_free(EVP_PKEY_CTX **ctx)
{
	EVP_PKEY_CTX_free(*ctx);
	*ctx = NULL;
}

void bn_free(BIGNUM **number)
{
	BN_clear_free(*number);
	*number = NULL;
}

void libcrypto_forget_errors(void)
{
	ERR_clear_error();
}
