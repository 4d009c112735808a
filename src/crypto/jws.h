/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed tokens in the compact form (RFC 7515), for JWTs (RFC 7519). The header is checked before
 * anything else is done: alg out of the caller's list, no crit, no b64, no zip, no jku or x5u that
 * would be followed (RFC 8725). What is in the payload is worth nothing until the signature has
 * been verified. */
#ifndef CRYPTO_JWS_H
#define CRYPTO_JWS_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/alg.h"
#include "crypto/hash.h"
#include "crypto/jwk.h"

enum { JWS_BYTES_MAX = 16384 };

struct jws {
	enum alg alg;
	struct slice kid; /* "" when there is none */
	struct slice typ; /* likewise; "application/" in front is dropped, lower case */
	struct slice jwk; /* the member of that name as JSON text; "" when there is none */
	struct slice payload;
	struct slice signature;
	struct slice compact; /* the whole */
};

/* Reads header and payload, verifies nothing. `algs` is the list that the use allows. ERR_INVALID.
 * Slices live in the arena. */
MUST_USE enum err jws_parse(struct arena *arena, struct slice compact, uint32_t algs,
			    struct jws *out);
/* ERR_CRYPTO: the key does not fit the algorithm, or the signature is wrong. */
MUST_USE enum err jws_verify(const struct jws *jws, const struct jwk *key);

/* What a token is known by that may come once: a hash of it without s, the second half of an ECDSA
 * signature. With (r, s), (r, n - s) is right as well, and anybody can compute it. */
void jws_identify(const struct jws *jws, struct hash *out);

struct jws_new {
	const struct jwk *key;
	enum alg alg;
	const char *typ; /* "at+jwt"; NULL: none */
	struct slice payload;
};
/* The compact form. ERR_CRYPTO when the key does not fit. */
MUST_USE enum err jws_sign(struct arena *arena, const struct jws_new *jws, struct slice *out);

#endif
