/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys on the curves P-256, P-384 and P-521: RFC 7518 section 6.2. A point that is not on its curve
 * is what makes ECDH and ECDSA leak or lie, so it is refused here, at the door. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <string.h>

#include "base/ensure.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"

enum { COORDINATE_MAX = 66 };

static const struct curve {
	const char *name;
	unsigned bits;
	size_t bytes; /* of a coordinate, and of the private number */
} curves[] = {
	{ "P-256", 256, 32 },
	{ "P-384", 384, 48 },
	{ "P-521", 521, COORDINATE_MAX },
};

static const struct curve *curve_find(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(curves); i++)
		if (slice_equal(name, slice_str(curves[i].name)))
			return &curves[i];
	return NULL;
}

/* RFC7518#6.2.1, RFC7518#6.2.1.2: the coordinates in full length; the point as 04 x y */
static enum err point_read(const struct json *json, size_t bytes, struct arena *arena,
			   unsigned char *point)
{
	struct slice x;
	struct slice y;
	if (jwk_number_read(json, "x", bytes, arena, &x) != ERR_OK ||
	    jwk_number_read(json, "y", bytes, arena, &y) != ERR_OK)
		return ERR_INVALID;
	point[0] = POINT_CONVERSION_UNCOMPRESSED;
	memcpy(point + 1, x.ptr, bytes);
	memcpy(point + 1 + bytes, y.ptr, bytes);
	return ERR_OK;
}

/* RFC8725#3.4: whether the point is on the curve, and, private, whether it is that of the private
 * number. */
static bool is_sound(EVP_PKEY *pkey, bool private)
{
	AUTO(pkey_ctx)
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(libcrypto()->context, pkey, NULL);
	ensure(ctx != NULL);
	if (EVP_PKEY_public_check_quick(ctx) != 1)
		return false;
	return !private || (EVP_PKEY_private_check(ctx) == 1 && EVP_PKEY_pairwise_check(ctx) == 1);
}

static enum err ec_load(struct jwk *key, const struct json *json, bool private)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice crv;
	const struct curve *curve = json_get_text(json, "crv", &crv) ? curve_find(crv) : NULL;
	unsigned char point[1 + 2 * COORDINATE_MAX];
	struct slice d;
	if (curve == NULL || point_read(json, curve->bytes, arena, point) != ERR_OK)
		return ERR_INVALID;
	OSSL_PARAM params[4] = { OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
								  (char *)(uintptr_t)curve->name,
								  0),
				 OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point,
								   1 + 2 * curve->bytes),
				 OSSL_PARAM_construct_end(), OSSL_PARAM_construct_end() };
	if (private && jwk_number_read(json, "d", curve->bytes, arena, &d) != ERR_OK)
		return ERR_INVALID;
	if (private)
		params[2] = jwk_parameter(arena, OSSL_PKEY_PARAM_PRIV_KEY, d);
	key->pkey = jwk_build("EC", private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params);
	if (key->pkey == NULL || !is_sound(key->pkey, private))
		return ERR_INVALID;
	key->curve = curve->name;
	key->bits = curve->bits;
	return ERR_OK;
}

static size_t coordinate_bytes(const struct jwk *key)
{
	return (key->bits + 7) / 8;
}

static void ec_write_public(const struct jwk *key, struct json *json)
{
	size_t bytes = coordinate_bytes(key);
	json_set_text(json, "crv", slice_str(key->curve));
	json_set_text(json, "kty", SLICE("EC"));
	jwk_number_write(key, OSSL_PKEY_PARAM_EC_PUB_X, bytes, json, "x");
	jwk_number_write(key, OSSL_PKEY_PARAM_EC_PUB_Y, bytes, json, "y");
}

static void ec_write_private(const struct jwk *key, struct json *json)
{
	jwk_number_write(key, OSSL_PKEY_PARAM_PRIV_KEY, coordinate_bytes(key), json, "d");
}

const struct jwk_type jwk_type_ec = { .kty = "EC",
				      .family = ALG_FAMILY_EC,
				      .load = ec_load,
				      .write_public = ec_write_public,
				      .write_private = ec_write_private };
