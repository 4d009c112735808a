/* SPDX-License-Identifier: Apache-2.0
 *
 * What a key is made of, and the record of functions that each type of key (kty) brings. For jwk*.c
 * and raw_signature*.c, jwe.c and certificate.c alone. */
#ifndef CRYPTO_JWK_INSIDE_H
#define CRYPTO_JWK_INSIDE_H

#include <openssl/evp.h>

#include "crypto/jwk.h"
#include "json/json.h"

enum jwk_use { JWK_USE_ANY = 0, JWK_USE_SIGNATURES, JWK_USE_ENCRYPTION, JWK_USE_OTHER };

/* key_ops, RFC7517#4.3; what it does not name is no operation of ours. */
enum jwk_ops {
	JWK_OPS_SIGN = 1,
	JWK_OPS_VERIFY = 2,
	JWK_OPS_ENCRYPT = 4, /* encrypt, wrapKey */
	JWK_OPS_DERIVE = 8,  /* deriveKey, deriveBits */
	JWK_OPS_OTHER = 16
};

struct jwk {
	const struct jwk_type *type;
	enum alg_family family;
	const char *curve; /* of EC */
	unsigned bits;     /* modulus, field, or secret */
	bool is_private;   /* a secret is */
	EVP_PKEY *pkey;    /* NULL for a secret */
	char *secret;      /* bits / 8 bytes; NULL for a pair */
	char *kid;         /* terminated; never NULL */
	struct slice kid_slice;
	enum jwk_use use;
	bool has_alg; /* then it is good for that one alone */
	enum alg alg;
	enum key_management encryption; /* KEY_MANAGEMENT_COUNT: alg names none that we know */
	bool has_ops;
	unsigned ops;
	struct hash thumbprint; /* zero for a secret */
	/* Ready to sign, to be copied for each signature; NULL for what the key does not fit. */
	EVP_PKEY_CTX *signers[ALG_COUNT];
};

struct jwk_type {
	const char *kty;
	enum alg_family family;
	/* Members into pkey, curve, bits. With `private`, the private ones are read too. */
	MUST_USE enum err (*load)(struct jwk *key, const struct json *json, bool private);
	/* The members that RFC 7638 section 3.2 requires, kty too, in its order. */
	void (*write_public)(const struct jwk *key, struct json *json);
	void (*write_private)(const struct jwk *key, struct json *json);
};
extern const struct jwk_type jwk_type_rsa;
extern const struct jwk_type jwk_type_ec;

/* What jwk_parse_public() and jwk_parse_private() do with the text's value. */
MUST_USE enum err jwk_from_json(const struct json *json, bool private, struct jwk **out);

/* A number, big-endian, out of base64url. ERR_INVALID unless it is there, not empty, and, with
 * `bytes` not 0, of just that many bytes; else without leading zeros. */
MUST_USE enum err jwk_number_read(const struct json *json, const char *name, size_t bytes,
				  struct arena *arena, struct slice *out);
/* `parameter` of the key under `name`, in `bytes` bytes; 0: as few as it takes. */
void jwk_number_write(const struct jwk *key, const char *parameter, size_t bytes, struct json *json,
		      const char *name);
/* OSSL_PARAM of a number, big-endian as above. */
OSSL_PARAM jwk_parameter(struct arena *arena, const char *name, struct slice bytes);
/* Builds the pair out of OSSL_PARAMs. NULL: libcrypto does not take it. */
EVP_PKEY *jwk_build(const char *type, int selection, OSSL_PARAM params[]);

#endif
