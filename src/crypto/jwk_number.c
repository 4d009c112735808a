/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers of a key, between the base64url of JSON (RFC 7518 section 2, Base64urlUInt) and
 * libcrypto. They may be private, so what held them is wiped. */
#include <openssl/bn.h>

#include "base/encode.h"
#include "base/ensure.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"

/* RFC7518#2: a number takes as few bytes as it can, so that a key has one form and one thumbprint
 */
enum err jwk_number_read(const struct json *json, const char *name, size_t bytes,
			 struct arena *arena, struct slice *out)
{
	struct slice text;
	*out = SLICE_EMPTY;
	if (!json_get_text(json, name, &text) || decode_base64url(arena, text, out) != ERR_OK)
		return ERR_INVALID;
	if (out->len == 0 || (bytes > 0 && out->len != bytes))
		return ERR_INVALID;
	return bytes == 0 && out->ptr[0] == 0 ? ERR_INVALID : ERR_OK;
}

void jwk_number_write(const struct jwk *key, const char *parameter, size_t bytes, struct json *json,
		      const char *name)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(bn) BIGNUM *number = NULL;
	ensure(EVP_PKEY_get_bn_param(key->pkey, parameter, &number) == 1);
	size_t len = bytes > 0 ? bytes : (size_t)BN_num_bytes(number);
	unsigned char *octets = arena_alloc(arena, len);
	ensure(BN_bn2binpad(number, octets, (int)len) == (int)len);
	json_set_text(json, name, encode_base64url(arena, slice_of(octets, len)));
}

/* The library wants the order of bytes of the machine. */
OSSL_PARAM jwk_parameter(struct arena *arena, const char *name, struct slice bytes)
{
	AUTO(bn)
	BIGNUM *number = BN_bin2bn((const unsigned char *)bytes.ptr, (int)bytes.len, NULL);
	unsigned char *native = arena_alloc(arena, bytes.len);
	ensure(number != NULL && BN_bn2nativepad(number, native, (int)bytes.len) == (int)bytes.len);
	return OSSL_PARAM_construct_BN(name, native, bytes.len);
}

EVP_PKEY *jwk_build(const char *type, int selection, OSSL_PARAM params[])
{
	EVP_PKEY *pkey = NULL;
	AUTO(pkey_ctx)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(libcrypto()->context, type, NULL);
	ensure(ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1);
	if (EVP_PKEY_fromdata(ctx, &pkey, selection, params) == 1)
		return pkey;
	libcrypto_forget_errors();
	pkey_free(&pkey);
	return NULL;
}
