/* SPDX-License-Identifier: Apache-2.0
 *
 * HMAC over SHA-2: RFC 7518 section 3.2, for client_secret_jwt. */
#include <openssl/core_names.h>

#include "base/ensure.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"
#include "crypto/raw_signature.h"

static void mac_ctx_free(EVP_MAC_CTX **ctx)
{
	EVP_MAC_CTX_free(*ctx);
	*ctx = NULL;
}

enum err raw_signature_hmac(const struct jwk *key, const struct alg_row *row, struct slice text,
			    struct raw_signature *out)
{
	AUTO(mac_ctx) EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(libcrypto()->hmac);
	char *hash = (char *)(uintptr_t)EVP_MD_get0_name(libcrypto_hash(row));
	const OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, hash,
								       0),
				      OSSL_PARAM_construct_end() };
	ensure(ctx != NULL);
	ensure(EVP_MAC_init(ctx, (const unsigned char *)key->secret, key->bits / 8, params) == 1);
	ensure(EVP_MAC_update(ctx, (const unsigned char *)text.ptr, text.len) == 1);
	ensure(EVP_MAC_final(ctx, out->bytes, &out->len, sizeof(out->bytes)) == 1);
	return ERR_OK;
}
