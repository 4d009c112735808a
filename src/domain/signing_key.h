/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys that sign tokens, and when each does what. A new key is published before it signs, so
 * that caches know it; an old one stays published until all that it signed has expired. */
#ifndef DOMAIN_SIGNING_KEY_H
#define DOMAIN_SIGNING_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "crypto/alg.h"

/* A row. The private half is sealed under the master key, bound to the kid. */
struct signing_key {
	struct slice kid; /* thumbprint in base64url */
	enum alg alg;
	struct slice sealed; /* JSON of the private key */
	int64_t created;
	int64_t signs_from;
	int64_t expires; /* leaves the JWKS; 0: not known yet */
};
struct signing_key_list {
	struct signing_key *items;
	size_t count;
};

/* The key that signs now: of those whose time has come the newest. NULL: none. */
const struct signing_key *signing_key_choose(const struct signing_key_list *keys, enum alg alg,
					     int64_t now);
/* The one that signs last of all that are there. NULL: none. */
const struct signing_key *signing_key_newest(const struct signing_key_list *keys, enum alg alg);
bool signing_key_is_published(const struct signing_key *key, int64_t now);
/* Whether the next key is to be made: it is published `ahead` seconds before the newest has signed
 * for `lifetime` (0: for ever). */
bool signing_key_is_due(const struct signing_key *newest, int64_t lifetime, int64_t ahead,
			int64_t now);

#endif
