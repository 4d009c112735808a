/* SPDX-License-Identifier: Apache-2.0
 *
 * JWK Sets: RFC 7517 section 5. Which key of several a signature is checked with must never be a
 * guess: where two would do, none does. */
#include <stdlib.h>

#include "base/ensure.h"
#include "crypto/jwk_inside.h"

struct jwk_set {
	struct jwk *keys[JWK_SET_MAX];
	size_t count;
};

void jwk_set_free(struct jwk_set **set)
{
	for (size_t i = 0; *set != NULL && i < (*set)->count; i++)
		jwk_free(&(*set)->keys[i]);
	free(*set);
	*set = NULL;
}

static void add(struct jwk_set *set, struct json *json)
{
	/* RFC7517#5: keys that are not understood, or lack something, are passed over */
	if (json != NULL && jwk_from_json(json, false, &set->keys[set->count]) == ERR_OK)
		set->count++;
}

enum err jwk_set_parse(struct slice json, struct jwk_set **out)
{
	AUTO(json) struct json *document = NULL;
	*out = NULL;
	if (json.len > JWK_SET_BYTES_MAX || json_parse(json, &document) != ERR_OK)
		return ERR_INVALID;
	AUTO(json) struct json *keys = json_get(document, "keys");
	/* RFC7517#5.1: "keys" must be there, an array */
	if (keys == NULL || json_has_members(keys) || json_count(keys) > JWK_SET_MAX)
		return ERR_INVALID;
	*out = xcalloc(1, sizeof(**out));
	for (size_t i = 0; i < json_count(keys); i++) {
		AUTO(json) struct json *key = json_at(keys, i);
		add(*out, key);
	}
	return ERR_OK;
}

size_t jwk_set_count(const struct jwk_set *set)
{
	return set->count;
}

const struct jwk *jwk_set_at(const struct jwk_set *set, size_t index)
{
	ensure(index < set->count);
	return set->keys[index];
}

/* RFC7517#4.5: kids are compared with regard to case; where two would do, none does: D62 */
const struct jwk *jwk_set_choose(const struct jwk_set *set, enum alg alg, struct slice kid)
{
	const struct jwk *chosen = NULL;
	for (size_t i = 0; i < set->count; i++) {
		const struct jwk *key = set->keys[i];
		if (!jwk_fits(key, alg) || (kid.len > 0 && !slice_equal(jwk_kid(key), kid)))
			continue;
		if (chosen != NULL)
			return NULL;
		chosen = key;
	}
	return chosen;
}

const struct jwk *jwk_set_choose_encryption(const struct jwk_set *set, enum key_management alg)
{
	const struct jwk *chosen = NULL;
	for (size_t i = 0; i < set->count; i++) {
		const struct jwk *key = set->keys[i];
		if (!jwk_fits_encryption(key, alg))
			continue;
		if (key->use == JWK_USE_ENCRYPTION)
			return key;
		if (chosen == NULL)
			chosen = key;
	}
	return chosen;
}
