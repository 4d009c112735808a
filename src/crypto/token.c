/* SPDX-License-Identifier: Apache-2.0
 *
 * Making and reading tokens. The check part is the first 6 bytes of keyed BLAKE2b over the 53
 * characters before it. It is compared as text, in constant time, before anything else is worked
 * out: token_parse() runs at every poll, allocates nothing, and turns invented values away after
 * one short hash per key. */
#include "crypto/token.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/encode.h"
#include "base/ensure.h"

enum {
	PREFIX_LEN = 4,
	ID_LEN = 22,
	RANDOM_LEN = 27,
	CHECK_LEN = 9,
	CHECK_BYTES = 6,
	CHECKED_LEN = PREFIX_LEN + ID_LEN + RANDOM_LEN,
};
static_assert((int)CHECKED_LEN + (int)CHECK_LEN == (int)TOKEN_TEXT_LEN, "the parts make the whole");

static const char prefixes[][PREFIX_LEN + 1] = {
	[TOKEN_DEVICE_CODE] = "dcd_",
	[TOKEN_CODE] = "dcc_",
	[TOKEN_ACCESS] = "dca_",
	[TOKEN_REFRESH] = "dcr_",
};
static_assert(ARRAY_LEN(prefixes) == TOKEN_KIND_COUNT, "every kind has a prefix");

void token_fini(struct token *token)
{
	secret_wipe(token, sizeof(*token));
}

static void compute_check(const struct keyring *ring, uint32_t key_id, const char *text,
			  char out[CHECK_LEN])
{
	/* 16 bytes are the least that libsodium's BLAKE2b gives. */
	uint8_t tag[crypto_generichash_BYTES_MIN];
	const struct secret *key = keyring_subkey(ring, key_id, KEY_CODE_TAG);
	ensure(crypto_generichash(tag, sizeof(tag), (const uint8_t *)text, CHECKED_LEN, key->bytes,
				  sizeof(key->bytes)) == 0);
	encode_base62(tag, CHECK_BYTES, out);
}

static void hash_text(struct token *token)
{
	token->text[TOKEN_TEXT_LEN] = '\0';
	hash_sha256(token_text(token), &token->hash);
}

void token_make(const struct keyring *ring, enum token_kind kind,
		const uint8_t authorization[TOKEN_ID_BYTES],
		const uint8_t random[TOKEN_RANDOM_BYTES], struct token *out)
{
	ensure((unsigned)kind < TOKEN_KIND_COUNT);
	out->kind = kind;
	memcpy(out->authorization, authorization, TOKEN_ID_BYTES);
	memcpy(out->text, prefixes[kind], PREFIX_LEN);
	encode_base62(authorization, TOKEN_ID_BYTES, out->text + PREFIX_LEN);
	/* RFC6749#10.10: one chance in 2^160 */
	encode_base62(random, TOKEN_RANDOM_BYTES, out->text + PREFIX_LEN + ID_LEN);
	compute_check(ring, keyring_current(ring), out->text, out->text + CHECKED_LEN);
	hash_text(out);
}

enum token_kind token_kind_of(struct slice text)
{
	for (size_t kind = 0; kind < TOKEN_KIND_COUNT; kind++) {
		if (slice_has_prefix(text, slice_of(prefixes[kind], PREFIX_LEN)))
			return (enum token_kind)kind;
	}
	return TOKEN_KIND_COUNT;
}

static bool check_fits(const struct keyring *ring, const char *text)
{
	char check[CHECK_LEN];
	for (size_t i = 0; i < keyring_count(ring); i++) {
		compute_check(ring, keyring_id(ring, i), text, check);
		if (secret_equal(check, text + CHECKED_LEN, CHECK_LEN))
			return true;
	}
	return false;
}

enum err token_parse(const struct keyring *ring, enum token_kind kind, struct slice text,
		     struct token *out)
{
	if (text.len != TOKEN_TEXT_LEN || token_kind_of(text) != kind ||
	    !check_fits(ring, text.ptr))
		return ERR_INVALID;
	struct slice id = slice_sub(text, PREFIX_LEN, ID_LEN);
	if (decode_base62(id, out->authorization, TOKEN_ID_BYTES) != ERR_OK)
		return ERR_INVALID;
	out->kind = kind;
	memcpy(out->text, text.ptr, TOKEN_TEXT_LEN);
	hash_text(out);
	return ERR_OK;
}

struct slice token_text(const struct token *token)
{
	return slice_of(token->text, TOKEN_TEXT_LEN);
}
