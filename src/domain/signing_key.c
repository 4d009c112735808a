/* SPDX-License-Identifier: Apache-2.0
 *
 * Which key signs, which stands in the JWKS, and when a rotation is due. RFC8725#3.5, OIDC#10.1.1
 */
#include "domain/signing_key.h"

static bool signs(const struct signing_key *key, enum alg alg, int64_t now)
{
	return key->alg == alg && key->signs_from <= now &&
	       (key->expires == 0 || key->expires > now);
}

const struct signing_key *signing_key_choose(const struct signing_key_list *keys, enum alg alg,
					     int64_t now)
{
	const struct signing_key *best = NULL;
	for (size_t i = 0; i < keys->count; i++) {
		const struct signing_key *key = &keys->items[i];
		if (signs(key, alg, now) && (!best || key->signs_from > best->signs_from))
			best = key;
	}
	return best;
}

const struct signing_key *signing_key_newest(const struct signing_key_list *keys, enum alg alg)
{
	const struct signing_key *best = NULL;
	for (size_t i = 0; i < keys->count; i++) {
		const struct signing_key *key = &keys->items[i];
		if (key->alg == alg && (!best || key->signs_from > best->signs_from))
			best = key;
	}
	return best;
}

bool signing_key_is_published(const struct signing_key *key, int64_t now)
{
	return key->expires == 0 || key->expires > now;
}

bool signing_key_is_due(const struct signing_key *newest, int64_t lifetime, int64_t ahead,
			int64_t now)
{
	/* one that waits for its time is the rotation */
	if (lifetime <= 0 || newest->signs_from > now)
		return false;
	return now - newest->signs_from >= lifetime - ahead;
}
