/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys: what all types have in common. What a key may be used for is decided here by its own words
 * (use, key_ops, alg), before any library is asked. Members that point elsewhere (x5u) are never
 * followed, and certificates in a key (x5c) vouch for nothing. */
#include "crypto/jwk.h"

#include <stdlib.h>
#include <string.h>

#include "base/encode.h"
#include "base/ensure.h"
#include "crypto/jwk_inside.h"
#include "crypto/libcrypto.h"
#include "crypto/raw_signature.h"

enum { RSA_NEW_BITS = 2048, OPS_MAX = 16 };

static const struct jwk_type *const types[] = { &jwk_type_rsa, &jwk_type_ec };

static const struct jwk_type *type_find(struct slice kty)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (slice_equal(kty, slice_str(types[i]->kty)))
			return types[i];
	return NULL;
}

/* --- life ---- */

static void set_kid(struct jwk *key, struct slice kid)
{
	free(key->kid);
	key->kid = xmalloc(kid.len + 1);
	memcpy(key->kid, kid.ptr, kid.len);
	key->kid[kid.len] = '\0';
	key->kid_slice = slice_of(key->kid, kid.len);
}

static struct jwk *key_new(void)
{
	struct jwk *key = xcalloc(1, sizeof(*key));
	set_kid(key, SLICE_EMPTY);
	return key;
}

void jwk_free(struct jwk **key)
{
	struct jwk *old = *key;
	*key = NULL;
	if (old == NULL)
		return;
	for (size_t i = 0; i < ALG_COUNT; i++)
		pkey_ctx_free(&old->signers[i]);
	pkey_free(&old->pkey);
	if (old->secret != NULL)
		secret_wipe(old->secret, old->bits / 8);
	free(old->secret);
	free(old->kid);
	free(old);
}

/* RFC7638#3: the required members in the order of their names, no blanks */
static void compute_thumbprint(struct jwk *key)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *json = json_object_new();
	key->type->write_public(key, json);
	hash_sha256(json_write(json, arena), &key->thumbprint);
}

/* The last step of making any pair. */
static void complete(struct jwk *key)
{
	compute_thumbprint(key);
	for (unsigned alg = 0; alg < ALG_COUNT && key->is_private; alg++)
		if (jwk_fits(key, (enum alg)alg))
			key->signers[alg] = raw_signature_prepare(key, alg_row((enum alg)alg));
}

/* --- reading ---- */

static enum err read_use(const struct json *json, struct jwk *key)
{
	struct slice use;
	if (!json_get_optional_text(json, "use", &use))
		return ERR_INVALID;
	if (!json_has(json, "use"))
		key->use = JWK_USE_ANY;
	else if (slice_equal(use, SLICE("sig")))
		key->use = JWK_USE_SIGNATURES;
	else if (slice_equal(use, SLICE("enc")))
		key->use = JWK_USE_ENCRYPTION;
	else
		key->use = JWK_USE_OTHER;
	return ERR_OK;
}

static enum err read_alg(const struct json *json, struct jwk *key)
{
	struct slice name;
	if (!json_get_optional_text(json, "alg", &name))
		return ERR_INVALID;
	key->has_alg = json_has(json, "alg");
	key->alg = alg_from_name(name);
	key->encryption = key_management_from_name(name);
	return ERR_OK;
}

static const struct operation {
	const char *name;
	enum jwk_ops op;
} operations[] = {
	{ "sign", JWK_OPS_SIGN },        { "verify", JWK_OPS_VERIFY },
	{ "encrypt", JWK_OPS_ENCRYPT },  { "wrapKey", JWK_OPS_ENCRYPT },
	{ "deriveKey", JWK_OPS_DERIVE }, { "deriveBits", JWK_OPS_DERIVE },
};

static enum jwk_ops operation_of(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(operations); i++)
		if (slice_equal(name, slice_str(operations[i].name)))
			return operations[i].op;
	return JWK_OPS_OTHER;
}

static bool has_twice(const struct slice *names, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = 0; k < i; k++)
			if (slice_equal(names[i], names[k]))
				return true;
	return false;
}

static enum err read_ops(const struct json *json, struct jwk *key)
{
	struct slice names[OPS_MAX];
	size_t count = 0;
	key->has_ops = json_has(json, "key_ops");
	if (!key->has_ops)
		return ERR_OK;
	AUTO(json) struct json *list = json_get(json, "key_ops");
	if (list == NULL || !json_get_texts(json, "key_ops", names, OPS_MAX, &count))
		return ERR_INVALID;
	/* RFC7517#4.3: no value stands twice */
	if (has_twice(names, count))
		return ERR_INVALID;
	for (size_t i = 0; i < count; i++)
		key->ops |= operation_of(names[i]);
	return ERR_OK;
}

static enum err read_kid(const struct json *json, struct jwk *key)
{
	struct slice kid;
	if (!json_get_optional_text(json, "kid", &kid) || kid.len > JWK_KID_MAX)
		return ERR_INVALID;
	set_kid(key, kid);
	return ERR_OK;
}

/* RFC7518#6.2.2, RFC7518#6.3.2: a private or secret member has leaked when it stands where a public
 * key is expected */
static bool has_private_member(const struct json *json)
{
	static const char *const names[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (json_has(json, names[i]))
			return true;
	return false;
}

/* RFC7517#4, RFC7517#4.1: an object with a kty, compared with regard to case */
static enum err read_key(const struct json *json, bool private, struct jwk *key)
{
	struct slice kty;
	if (!json_has_members(json) || !json_get_text(json, "kty", &kty))
		return ERR_INVALID;
	key->type = type_find(kty);
	if (key->type == NULL || (!private && has_private_member(json)))
		return ERR_INVALID;
	key->family = key->type->family;
	key->is_private = private;
	if (read_use(json, key) != ERR_OK || read_alg(json, key) != ERR_OK ||
	    read_ops(json, key) != ERR_OK || read_kid(json, key) != ERR_OK)
		return ERR_INVALID;
	return key->type->load(key, json, private);
}

enum err jwk_from_json(const struct json *json, bool private, struct jwk **out)
{
	AUTO(jwk) struct jwk *key = key_new();
	*out = NULL;
	if (read_key(json, private, key) != ERR_OK)
		return ERR_INVALID;
	complete(key);
	*out = key;
	key = NULL;
	return ERR_OK;
}

static enum err parse(struct slice text, bool private, struct jwk **out)
{
	AUTO(json) struct json *json = NULL;
	*out = NULL;
	if (json_parse(text, &json) != ERR_OK)
		return ERR_INVALID;
	return jwk_from_json(json, private, out);
}

enum err jwk_parse_public(struct slice json, struct jwk **out)
{
	return parse(json, false, out);
}

enum err jwk_parse_private(struct slice json, struct jwk **out)
{
	return parse(json, true, out);
}

/* --- making ---- */

struct jwk *jwk_from_secret(struct slice secret)
{
	struct jwk *key = key_new();
	key->family = ALG_FAMILY_OCT;
	key->is_private = true;
	key->bits = (unsigned)secret.len * 8;
	key->secret = xmalloc(secret.len + 1);
	memcpy(key->secret, secret.ptr, secret.len);
	return key;
}

static EVP_PKEY *generate(const struct alg_row *row)
{
	OSSL_LIB_CTX *context = libcrypto()->context;
	if (row->family == ALG_FAMILY_RSA)
		return EVP_PKEY_Q_keygen(context, NULL, "RSA", (size_t)RSA_NEW_BITS);
	ensure(row->family == ALG_FAMILY_EC);
	return EVP_PKEY_Q_keygen(context, NULL, "EC", row->curve);
}

struct jwk *jwk_generate(enum alg alg)
{
	const struct alg_row *row = alg_row(alg);
	AUTO(arena) struct arena *arena = arena_new();
	struct jwk *key = key_new();
	key->type = row->family == ALG_FAMILY_RSA ? &jwk_type_rsa : &jwk_type_ec;
	key->family = row->family;
	key->curve = row->curve;
	key->is_private = true;
	key->use = JWK_USE_SIGNATURES;
	key->has_alg = true;
	key->alg = alg;
	key->encryption = KEY_MANAGEMENT_COUNT;
	key->pkey = generate(row);
	ensure(key->pkey != NULL);
	key->bits = row->family == ALG_FAMILY_RSA ? RSA_NEW_BITS : row->least_key_bits;
	complete(key);
	set_kid(key, encode_base64url(arena, hash_slice(&key->thumbprint)));
	return key;
}

/* --- asking ---- */

struct slice jwk_kid(const struct jwk *key)
{
	return key->kid_slice;
}

bool jwk_is_private(const struct jwk *key)
{
	return key->is_private;
}

static bool allows(const struct jwk *key, enum jwk_use use, unsigned ops)
{
	/* RFC7517#4.2, RFC7517#4.3: a use and operations that are named are the only ones */
	return (key->use == JWK_USE_ANY || key->use == use) &&
	       (!key->has_ops || (key->ops & ops) != 0);
}

bool jwk_fits(const struct jwk *key, enum alg alg)
{
	const struct alg_row *row = alg_row(alg);
	if (key->family != row->family || key->bits < row->least_key_bits)
		return false;
	/* RFC7518#3.4: the curve goes with the algorithm, a longer one too */
	if (row->family == ALG_FAMILY_EC && strcmp(key->curve, row->curve) != 0)
		return false;
	/* RFC7517#4.4: and the key may name the one algorithm that it is for */
	if (key->has_alg && key->alg != alg)
		return false;
	return allows(key, JWK_USE_SIGNATURES, key->is_private ? JWK_OPS_SIGN : JWK_OPS_VERIFY);
}

bool jwk_fits_encryption(const struct jwk *key, enum key_management alg)
{
	static const struct {
		enum alg_family family;
		unsigned ops;
	} rows[] = {
		[RSA_OAEP_256] = { ALG_FAMILY_RSA, JWK_OPS_ENCRYPT },
		[ECDH_ES] = { ALG_FAMILY_EC, JWK_OPS_DERIVE },
	};
	/* Web Cryptography writes public ECDH keys with an empty list: deriving is the other
	 * half's. */
	bool is_exported = alg == ECDH_ES && key->has_ops && key->ops == 0;
	if (alg == KEY_MANAGEMENT_NONE || (unsigned)alg >= ARRAY_LEN(rows) || key->is_private)
		return false;
	if (key->family != rows[alg].family || (key->has_alg && key->encryption != alg))
		return false;
	return is_exported ? key->use != JWK_USE_SIGNATURES && key->use != JWK_USE_OTHER
			   : allows(key, JWK_USE_ENCRYPTION, rows[alg].ops);
}

void jwk_thumbprint(const struct jwk *key, struct hash *out)
{
	ensure(key->type != NULL);
	*out = key->thumbprint;
}

/* --- writing ---- */

static void write_common(const struct jwk *key, struct json *json)
{
	ensure(key->type != NULL);
	key->type->write_public(key, json);
	if (key->kid_slice.len > 0)
		json_set_text(json, "kid", key->kid_slice);
	json_set_text(json, "use", SLICE("sig"));
}

struct slice jwk_public(const struct jwk *key, enum alg alg, struct arena *arena)
{
	AUTO(json) struct json *json = json_object_new();
	write_common(key, json);
	json_set_text(json, "alg", slice_str(alg_row(alg)->name));
	return json_write(json, arena);
}

struct slice jwk_private(const struct jwk *key, struct arena *arena)
{
	AUTO(json) struct json *json = json_object_new();
	ensure(key->is_private);
	write_common(key, json);
	if (key->has_alg && key->alg < ALG_COUNT)
		json_set_text(json, "alg", slice_str(alg_row(key->alg)->name));
	key->type->write_private(key, json);
	return json_write(json, arena);
}
