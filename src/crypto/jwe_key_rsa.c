/* SPDX-License-Identifier: Apache-2.0
 *
 * RSA-OAEP-256: RFC 7518 section 4.3. A random key, encrypted with RSA. */
#include <openssl/rsa.h>

#include "base/ensure.h"
#include "base/rng.h"
#include "crypto/jwe_key.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"

/* RFC7518#4.3: OAEP with SHA-256, and MGF1 with it too */
enum err jwe_key_rsa_oaep(struct arena *arena, const struct jwk *recipient,
			  struct json *header UNUSED, struct jwe_key *out)
{
	const EVP_MD *hash = libcrypto()->sha256;
	size_t len = (size_t)EVP_PKEY_get_size(recipient->pkey);
	unsigned char *encrypted = arena_alloc(arena, len);
	AUTO(pkey_ctx)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(libcrypto()->context, recipient->pkey, NULL);
	ensure(ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
	       EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_oaep_md(ctx, hash) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, hash) == 1);
	rng_bytes(out->bytes, out->len);
	if (EVP_PKEY_encrypt(ctx, encrypted, &len, out->bytes, out->len) != 1) {
		libcrypto_forget_errors();
		return ERR_CRYPTO;
	}
	out->encrypted = slice_of(encrypted, len);
	return ERR_OK;
}
