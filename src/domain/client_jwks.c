/* SPDX-License-Identifier: Apache-2.0
 *
 * Refuses what must not be kept: who registers a private key by mistake has shown it to others, and
 * had better hear of it. */
#include "domain/client_jwks.h"

#include "crypto/jwk.h"
#include "json/json.h"

enum { KEYS_MAX = 16 };

/* RFC7517#9.2, RFC7518#6.2.2, #6.3.2, #6.4.1: what a public key never has */
static const char *const private_members[] = { "d", "p", "q", "dp", "dq", "qi", "oth", "k" };

static bool is_public(const struct json *key)
{
	for (size_t i = 0; i < ARRAY_LEN(private_members); i++)
		if (json_has(key, private_members[i]))
			return false;
	return true;
}

static struct slice judge_key(const struct json *keys, size_t index)
{
	AUTO(json) struct json *key = json_at(keys, index);
	struct slice kty;
	if (!key || !json_has_members(key) || !json_get_text(key, "kty", &kty))
		return SLICE("Each key of a JWK Set is an object with a kty.");
	if (!is_public(key))
		return SLICE("There is a private or symmetric key in the JWK Set: "
			     "register public keys alone, and use that key no more.");
	return SLICE_EMPTY;
}

static struct slice judge(const struct json *set)
{
	AUTO(json) struct json *keys = json_get(set, "keys");
	/* RFC7517#5: an object with a member "keys" that is an array */
	if (!json_has_members(set) || !keys || json_has_members(keys))
		return SLICE("A JWK Set is a JSON object with an array named keys.");
	size_t count = json_count(keys);
	if (count == 0 || count > KEYS_MAX)
		return SLICE("A JWK Set has 1 to 16 keys.");
	for (size_t i = 0; i < count; i++) {
		struct slice why = judge_key(keys, i);
		if (!slice_is_empty(why))
			return why;
	}
	return SLICE_EMPTY;
}

/* RFC7517#5: what is not understood is passed over; but a set of nothing else is of no use */
static struct slice judge_use(struct slice json)
{
	AUTO(jwk_set) struct jwk_set *keys = NULL;
	if (jwk_set_parse(json, &keys) == ERR_OK && jwk_set_count(keys) > 0)
		return SLICE_EMPTY;
	return SLICE("There is no key in the JWK Set that can be used here: RSA of 2048 bits or "
		     "more, or EC on P-256, P-384 or P-521.");
}

enum err client_jwks_check(struct arena *arena, struct slice json, struct slice *out,
			   struct slice *why)
{
	AUTO(json) struct json *set = NULL;
	*out = SLICE_EMPTY;
	*why = SLICE("The JWK Set is not JSON.");
	if (json_parse(json, &set) != ERR_OK)
		return ERR_INVALID;
	*why = judge(set);
	if (slice_is_empty(*why))
		*why = judge_use(json);
	if (!slice_is_empty(*why))
		return ERR_INVALID;
	*out = json_write(set, arena);
	return ERR_OK;
}
