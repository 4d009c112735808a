/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and sets of keys as JSON (RFC 7517), checked here before a library sees them: kty, curve and
 * size, a use and key_ops that do not forbid what the key is wanted for, and no private half where
 * a public one is expected. A key is loaded once, is immutable, and may be shared by threads. */
#ifndef CRYPTO_JWK_H
#define CRYPTO_JWK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/slice.h"
#include "crypto/alg.h"
#include "crypto/hash.h"

enum { JWK_SET_MAX = 64 /* keys */, JWK_SET_BYTES_MAX = 65536, JWK_KID_MAX = 256 };

struct jwk;
void jwk_free(struct jwk **key); /* wipes */

/* One public key. ERR_INVALID for anything else: unknown kty, wrong or weak parameters, a private
 * member, oct. RFC7517#4, RFC7518#6 */
MUST_USE enum err jwk_parse_public(struct slice json, struct jwk **out);
/* A private key of ours, as jwk_private() wrote it. */
MUST_USE enum err jwk_parse_private(struct slice json, struct jwk **out);
/* A shared secret (client_secret_jwt), in the octets of its UTF-8. OIDC#10.1 */
struct jwk *jwk_from_secret(struct slice secret);
/* A new key pair for this algorithm: RSA of 2048 bits (one of 3072 signs 370 times a second where
 * this one does 2,400, and ours live for months), or its curve. Slow with RSA. Its kid is its
 * thumbprint in base64url. */
struct jwk *jwk_generate(enum alg alg);

struct slice jwk_kid(const struct jwk *key); /* "" when it has none */
bool jwk_is_private(const struct jwk *key);
/* Whether its type, curve, size, `alg` and `use` let it verify (or, private, make) this algorithm:
 * RFC7517#4.2, #4.3, #4.4 */
bool jwk_fits(const struct jwk *key, enum alg alg);
/* Whether it can be encrypted to; keys for signatures cannot. */
bool jwk_fits_encryption(const struct jwk *key, enum key_management alg);
/* RFC 7638: SHA-256 over the members that the type requires. Of a pair: the hash of a secret would
 * let whoever sees it try secrets out. */
void jwk_thumbprint(const struct jwk *key, struct hash *out);
/* The public half, with kid, use "sig" and alg; what a JWKS holds. */
struct slice jwk_public(const struct jwk *key, enum alg alg, struct arena *arena);
/* With the private half: to be sealed at once. */
struct slice jwk_private(const struct jwk *key, struct arena *arena);

/* A JWK Set. Keys in it that are not understood are passed over (RFC7517#5). */
struct jwk_set;
/* ERR_INVALID: not a set, or too large. */
MUST_USE enum err jwk_set_parse(struct slice json, struct jwk_set **out);
void jwk_set_free(struct jwk_set **set);
size_t jwk_set_count(const struct jwk_set *set);
const struct jwk *jwk_set_at(const struct jwk_set *set, size_t index);
/* The one key for a signature: that of this kid, or, where `kid` is "", the only one that fits the
 * algorithm. NULL: none, or several. */
const struct jwk *jwk_set_choose(const struct jwk_set *set, enum alg alg, struct slice kid);
/* The first that says `use` "enc", else the first that fits. NULL: none. */
const struct jwk *jwk_set_choose_encryption(const struct jwk_set *set, enum key_management alg);

#endif
