/* SPDX-License-Identifier: Apache-2.0
 *
 * Argon2id by libsodium. Passwords over the cap are never hashed, neither here nor for names that
 * do not exist, so that both take the same time. */
#include "crypto/password.h"

#include <sodium.h>
#include <string.h>

#include "base/log.h"
#include "base/secret.h"

static bool is_sound(const struct password_cost *cost)
{
	return cost->memory_kib >= 8192 && cost->passes >= 1;
}

static size_t memory_of(const struct password_cost *cost)
{
	return (size_t)cost->memory_kib * 1024;
}

enum err password_hash(struct arena *arena, const struct password_cost *cost, struct slice password,
		       struct slice *out)
{
	if (!is_sound(cost) || password.len > PASSWORD_MAX_BYTES)
		return ERR_INVALID;
	char *text = arena_alloc(arena, crypto_pwhash_argon2id_STRBYTES);
	if (crypto_pwhash_argon2id_str(text, password.ptr, password.len, cost->passes,
				       memory_of(cost)) != 0) {
		log_error("no memory to hash a password",
			  LOG_NUMBER("memory_kib", cost->memory_kib));
		return ERR_CRYPTO;
	}
	*out = slice_str(text);
	return ERR_OK;
}

/* libsodium wants a terminated array of this size; false for what cannot be one of its hashes. */
static bool copy_stored(struct slice stored, char out[crypto_pwhash_argon2id_STRBYTES])
{
	if (stored.len >= crypto_pwhash_argon2id_STRBYTES || slice_has_byte(stored, '\0'))
		return false;
	memset(out, 0, crypto_pwhash_argon2id_STRBYTES);
	if (stored.len > 0)
		memcpy(out, stored.ptr, stored.len);
	return true;
}

bool password_matches(struct slice stored, struct slice password)
{
	char text[crypto_pwhash_argon2id_STRBYTES];
	if (password.len > PASSWORD_MAX_BYTES || !copy_stored(stored, text))
		return false;
	return crypto_pwhash_argon2id_str_verify(text, password.ptr, password.len) == 0;
}

bool password_is_outdated(struct slice stored, const struct password_cost *cost)
{
	char text[crypto_pwhash_argon2id_STRBYTES];
	if (!copy_stored(stored, text))
		return true;
	return crypto_pwhash_argon2id_str_needs_rehash(text, cost->passes, memory_of(cost)) != 0;
}

void password_waste(const struct password_cost *cost, struct slice password)
{
	static const unsigned char salt[crypto_pwhash_argon2id_SALTBYTES];
	unsigned char out[32];
	if (!is_sound(cost) || password.len > PASSWORD_MAX_BYTES)
		return;
	if (crypto_pwhash_argon2id(out, sizeof(out), password.ptr, password.len, salt, cost->passes,
				   memory_of(cost), crypto_pwhash_argon2id_ALG_ARGON2ID13) != 0)
		log_error("no memory to hash a password",
			  LOG_NUMBER("memory_kib", cost->memory_kib));
	secret_wipe(out, sizeof(out));
}
