/* SPDX-License-Identifier: Apache-2.0
 *
 * Signatures by libcrypto's EVP_PKEY. Setting a context up costs a tenth of an ES256 signature, so
 * a private key holds one for each algorithm, made when the key was loaded, and each signature is
 * made with a copy of it: the original is never written to, which is what lets threads share the
 * key (decision 10). */
#include "crypto/raw_signature.h"

#include <openssl/rsa.h>

#include "base/ensure.h"
#include "base/secret.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"

static bool set_parameters(EVP_PKEY_CTX *ctx, const struct alg_row *row)
{
	if (EVP_PKEY_CTX_set_signature_md(ctx, libcrypto_hash(row)) != 1)
		return false;
	if (row->family != ALG_FAMILY_RSA)
		return true;
	if (!row->pss) /* RFC7518#3.3: RSASSA-PKCS1-v1_5 */
		return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1;
	/* RFC7518#3.5: MGF1 with the same hash, and a salt of its length */
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, libcrypto_hash(row)) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1;
}

EVP_PKEY_CTX *raw_signature_prepare(const struct jwk *key, const struct alg_row *row)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(libcrypto()->context, key->pkey, NULL);
	ensure(ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 && set_parameters(ctx, row));
	return ctx;
}

struct digest {
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned len;
};

static void digest_of(const struct alg_row *row, struct slice text, struct digest *out)
{
	ensure(EVP_Digest(text.ptr, text.len, out->bytes, &out->len, libcrypto_hash(row), NULL) ==
	       1);
}

static enum err make_by_key(const struct jwk *key, enum alg alg, struct slice text,
			    struct raw_signature *out)
{
	struct digest digest;
	ensure(key->signers[alg] != NULL);
	AUTO(pkey_ctx) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_dup(key->signers[alg]);
	ensure(ctx != NULL);
	digest_of(alg_row(alg), text, &digest);
	out->len = sizeof(out->bytes);
	if (EVP_PKEY_sign(ctx, out->bytes, &out->len, digest.bytes, digest.len) != 1) {
		libcrypto_forget_errors();
		return ERR_CRYPTO;
	}
	if (alg_row(alg)->family == ALG_FAMILY_EC)
		return raw_signature_ec_from_der(alg_row(alg), out);
	return ERR_OK;
}

enum err raw_signature_make(const struct jwk *key, enum alg alg, struct slice text,
			    struct raw_signature *out)
{
	if (key->family == ALG_FAMILY_OCT)
		return raw_signature_hmac(key, alg_row(alg), text, out);
	return make_by_key(key, alg, text, out);
}

static enum err verify(const struct jwk *key, const struct alg_row *row, struct slice text,
		       struct slice signature)
{
	struct digest digest;
	AUTO(pkey_ctx)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(libcrypto()->context, key->pkey, NULL);
	ensure(ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 && set_parameters(ctx, row));
	digest_of(row, text, &digest);
	if (EVP_PKEY_verify(ctx, (const unsigned char *)signature.ptr, signature.len, digest.bytes,
			    digest.len) == 1)
		return ERR_OK;
	libcrypto_forget_errors();
	return ERR_CRYPTO;
}

static enum err check_rsa(const struct jwk *key, const struct alg_row *row, struct slice text,
			  struct slice signature)
{
	/* RFC7518#3.3, #3.5: as long as the modulus */
	if (signature.len != (key->bits + 7) / 8)
		return ERR_CRYPTO;
	return verify(key, row, text, signature);
}

static enum err check_ec(const struct jwk *key, const struct alg_row *row, struct slice text,
			 struct slice signature)
{
	struct raw_signature der;
	if (raw_signature_ec_to_der(row, signature, &der) != ERR_OK)
		return ERR_CRYPTO;
	return verify(key, row, text, slice_of(der.bytes, der.len));
}

static enum err check_oct(const struct jwk *key, const struct alg_row *row, struct slice text,
			  struct slice signature)
{
	struct raw_signature mac;
	if (raw_signature_hmac(key, row, text, &mac) != ERR_OK)
		return ERR_CRYPTO;
	/* RFC7518#3.2: compared in constant time */
	bool fits = signature.len == mac.len && secret_equal(mac.bytes, signature.ptr, mac.len);
	/* It is what would have been right. */
	secret_wipe(mac.bytes, mac.len);
	return fits ? ERR_OK : ERR_CRYPTO;
}

typedef enum err check_fn(const struct jwk *key, const struct alg_row *row, struct slice text,
			  struct slice signature);

enum err raw_signature_check(const struct jwk *key, enum alg alg, struct slice text,
			     struct slice signature)
{
	static check_fn *const checks[] = { [ALG_FAMILY_RSA] = check_rsa,
					    [ALG_FAMILY_EC] = check_ec,
					    [ALG_FAMILY_OCT] = check_oct };
	return checks[key->family](key, alg_row(alg), text, signature);
}
