/* SPDX-License-Identifier: Apache-2.0
 *
 * The two forms of an ECDSA signature. libcrypto checks that r and s are below the order of the
 * curve; that neither is zero is checked here as well, since a library that did not once let
 * anybody sign for everybody. */
#include <openssl/bn.h>
#include <openssl/ecdsa.h>

#include "base/ensure.h"
#include "crypto/libcrypto.h"
#include "crypto/raw_signature.h"

static size_t half_of(const struct alg_row *row)
{
	return (row->least_key_bits + 7) / 8;
}

static void ecdsa_sig_free(ECDSA_SIG **pair)
{
	ECDSA_SIG_free(*pair);
	*pair = NULL;
}

/* RFC7518#3.4: r, then s, both big-endian and in full length */
enum err raw_signature_ec_from_der(const struct alg_row *row, struct raw_signature *signature)
{
	const unsigned char *at = signature->bytes;
	int half = (int)half_of(row);
	AUTO(ecdsa_sig) ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)signature->len);
	if (pair == NULL)
		return ERR_CRYPTO;
	ensure(BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature->bytes, half) == half);
	ensure(BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature->bytes + half, half) == half);
	signature->len = 2 * (size_t)half;
	return ERR_OK;
}

enum err raw_signature_ec_to_der(const struct alg_row *row, struct slice raw,
				 struct raw_signature *der)
{
	size_t half = half_of(row);
	const unsigned char *bytes = (const unsigned char *)raw.ptr;
	/* RFC7518#3.4: any other length is no signature */
	if (raw.len != 2 * half)
		return ERR_CRYPTO;
	AUTO(ecdsa_sig) ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(bytes, (int)half, NULL);
	BIGNUM *s = BN_bin2bn(bytes + half, (int)half, NULL);
	ensure(pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1);
	if (BN_is_zero(r) || BN_is_zero(s))
		return ERR_CRYPTO;
	unsigned char *at = der->bytes;
	int len = i2d_ECDSA_SIG(pair, NULL);
	ensure(len > 0 && (size_t)len <= sizeof(der->bytes));
	ensure(i2d_ECDSA_SIG(pair, &at) == len);
	der->len = (size_t)len;
	return ERR_OK;
}
