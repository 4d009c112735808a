/* SPDX-License-Identifier: Apache-2.0
 *
 * RSA keys: RFC 7518 section 6.3. */
#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "base/ensure.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"

enum { LEAST_BITS = 2048, MOST_BITS = 8192, EXPONENT_BYTES_MAX = 4 };

static const struct rsa_member {
	const char *name;
	const char *parameter;
} members[] = {
	{ "e", OSSL_PKEY_PARAM_RSA_E },          { "n", OSSL_PKEY_PARAM_RSA_N },
	{ "d", OSSL_PKEY_PARAM_RSA_D },          { "p", OSSL_PKEY_PARAM_RSA_FACTOR1 },
	{ "q", OSSL_PKEY_PARAM_RSA_FACTOR2 },    { "dp", OSSL_PKEY_PARAM_RSA_EXPONENT1 },
	{ "dq", OSSL_PKEY_PARAM_RSA_EXPONENT2 }, { "qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
};
enum { E = 0, N, D, P, Q, PUBLIC_MEMBERS = 2, ALL_MEMBERS = ARRAY_LEN(members) };

static bool is_odd(struct slice number)
{
	return (number.ptr[number.len - 1] & 1) == 1;
}

/* RFC7518#3.3, RFC8725#3.5: 2048 bits at the least; and a bound above, as a long modulus or
 * exponent costs the one who verifies: D61 */
static bool is_sound(const struct slice *numbers)
{
	struct slice e = numbers[E];
	bool is_one = e.len == 1 && e.ptr[0] == 1;
	return is_odd(numbers[N]) && is_odd(e) && !is_one && e.len <= EXPONENT_BYTES_MAX &&
	       numbers[N].len >= LEAST_BITS / 8 && numbers[N].len <= MOST_BITS / 8;
}

static BIGNUM *number_of(struct slice bytes)
{
	BIGNUM *number = BN_bin2bn((const unsigned char *)bytes.ptr, (int)bytes.len, NULL);
	ensure(number != NULL);
	return number;
}

static bool is_product(const struct slice *numbers)
{
	AUTO(bn) BIGNUM *n = number_of(numbers[N]);
	AUTO(bn) BIGNUM *p = number_of(numbers[P]);
	AUTO(bn) BIGNUM *q = number_of(numbers[Q]);
	AUTO(bn) BIGNUM *product = BN_new();
	BN_CTX *work = BN_CTX_secure_new();
	ensure(product != NULL && work != NULL && BN_mul(product, p, q, work) == 1);
	BN_CTX_free(work);
	return BN_cmp(product, n) == 0;
}

/* RFC7518#6.3.1, RFC7518#6.3.2 */
static enum err rsa_load(struct jwk *key, const struct json *json, bool private)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice numbers[ALL_MEMBERS];
	OSSL_PARAM params[ALL_MEMBERS + 1];
	size_t count = private ? ALL_MEMBERS : PUBLIC_MEMBERS;
	for (size_t i = 0; i < count; i++) {
		if (jwk_number_read(json, members[i].name, 0, arena, &numbers[i]) != ERR_OK)
			return ERR_INVALID;
		params[i] = jwk_parameter(arena, members[i].parameter, numbers[i]);
	}
	params[count] = OSSL_PARAM_construct_end();
	if (!is_sound(numbers) || (private && !is_product(numbers)))
		return ERR_INVALID;
	key->pkey = jwk_build("RSA", private ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY, params);
	if (key->pkey == NULL)
		return ERR_INVALID;
	key->bits = (unsigned)EVP_PKEY_get_bits(key->pkey);
	return key->bits >= LEAST_BITS && key->bits <= MOST_BITS ? ERR_OK : ERR_INVALID;
}

static void rsa_write_public(const struct jwk *key, struct json *json)
{
	jwk_number_write(key, members[E].parameter, 0, json, members[E].name);
	json_set_text(json, "kty", SLICE("RSA"));
	jwk_number_write(key, members[N].parameter, 0, json, members[N].name);
}

static void rsa_write_private(const struct jwk *key, struct json *json)
{
	for (size_t i = PUBLIC_MEMBERS; i < ALL_MEMBERS; i++)
		jwk_number_write(key, members[i].parameter, 0, json, members[i].name);
}

const struct jwk_type jwk_type_rsa = { .kty = "RSA",
				       .family = ALG_FAMILY_RSA,
				       .load = rsa_load,
				       .write_public = rsa_write_public,
				       .write_private = rsa_write_private };
