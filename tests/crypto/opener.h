/* SPDX-License-Identifier: Apache-2.0
 *
 * The client to which a token is encrypted: it has a key pair, gives the public half away as a JWK,
 * and opens what comes. Written against libcrypto alone, from RFC 7516 and RFC 7518. */
#ifndef TESTS_CRYPTO_OPENER_H
#define TESTS_CRYPTO_OPENER_H

#include <openssl/evp.h>

#include "base/arena.h"
#include "json/json.h"

struct opened {
	struct json *header;
	struct slice plain;
};
void opened_fini(struct opened *opened);

/* "RSA" (2048 bits), or a curve. */
EVP_PKEY *opener_key(const char *kind);
/* The public half, with more members behind it: ",\"use\":\"enc\"". */
struct slice opener_jwk(EVP_PKEY *pkey, const char *more, struct arena *arena);
/* False: not five parts, another header than is understood, or a tag that is wrong. */
bool opener_open(EVP_PKEY *pkey, struct slice compact, struct arena *arena, struct opened *out);

#endif
