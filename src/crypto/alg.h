/* SPDX-License-Identifier: Apache-2.0
 *
 * Algorithms of signatures (RFC 7518 section 3.1) and of encryption to a recipient (section 4.1,
 * 5.1), a row each. What is allowed where is a set of them, and `none` is in no set, since it has
 * no row. */
#ifndef CRYPTO_ALG_H
#define CRYPTO_ALG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

enum alg {
	ALG_RS256 = 0,
	ALG_PS256,
	ALG_ES256,
	ALG_RS384,
	ALG_RS512,
	ALG_PS384,
	ALG_PS512,
	ALG_ES384,
	ALG_ES512,
	ALG_HS256,
	ALG_HS384,
	ALG_HS512,
	ALG_COUNT
};

#define ALG_BIT(alg) (1u << (alg))
/* What we sign with: tokens, and answers. */
#define ALGS_OURS (ALG_BIT(ALG_RS256) | ALG_BIT(ALG_PS256) | ALG_BIT(ALG_ES256))
/* What others may sign with by a key of theirs whose public half we know: client assertions,
 * request objects, DPoP proofs, assertions of other issuers. */
#define ALGS_ASYMMETRIC \
	(ALGS_OURS | ALG_BIT(ALG_RS384) | ALG_BIT(ALG_RS512) | ALG_BIT(ALG_PS384) | \
	 ALG_BIT(ALG_PS512) | ALG_BIT(ALG_ES384) | ALG_BIT(ALG_ES512))
/* client_secret_jwt alone */
#define ALGS_SECRET (ALG_BIT(ALG_HS256) | ALG_BIT(ALG_HS384) | ALG_BIT(ALG_HS512))

enum alg_family { ALG_FAMILY_RSA = 0, ALG_FAMILY_EC, ALG_FAMILY_OCT };

struct alg_row {
	const char *name; /* "RS256" */
	enum alg_family family;
	const char *curve;       /* "P-256", of EC alone */
	unsigned least_key_bits; /* of RSA: 2048 (RFC7518#3.3); of a secret: the hash (#3.2) */
	unsigned hash_bits;      /* SHA-2 of this length */
	bool pss;                /* RSASSA-PSS, its salt as long as the hash */
};

const struct alg_row *alg_row(enum alg alg);
/* ALG_COUNT when unknown. */
enum alg alg_from_name(struct slice name);

/* Encryption of tokens to a client. */
enum key_management { KEY_MANAGEMENT_NONE = 0, RSA_OAEP_256, ECDH_ES, KEY_MANAGEMENT_COUNT };
enum content_encryption { CONTENT_NONE = 0, A128GCM, A256GCM, CONTENT_ENCRYPTION_COUNT };
const char *key_management_name(enum key_management alg); /* "", "RSA-OAEP-256", "ECDH-ES" */
const char *content_encryption_name(enum content_encryption enc); /* "", "A128GCM", "A256GCM" */
enum key_management key_management_from_name(struct slice name);  /* _COUNT: unknown */
enum content_encryption content_encryption_from_name(struct slice name); /* _COUNT: unknown */

#endif
