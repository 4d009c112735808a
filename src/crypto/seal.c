/* SPDX-License-Identifier: Apache-2.0
 *
 * XChaCha20-Poly1305 by libsodium, with random nonces of 24 bytes, which never meet. The additional
 * data are the key id, the column and the row, each with its length. */
#include "crypto/seal.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "base/rng.h"
#include "crypto/mac.h"

enum {
	ID_BYTES = 4,
	NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	HEAD_BYTES = ID_BYTES + NONCE_BYTES,
};
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == SECRET_KEY_BYTES,
	      "a sub-key is a sealing key");

static uint32_t read_id(struct slice sealed)
{
	uint32_t id = 0;
	for (size_t i = 0; i < ID_BYTES; i++)
		id = id << 8 | (uint8_t)sealed.ptr[i];
	return id;
}

static void write_number(struct buf *buf, uint64_t number, size_t bytes)
{
	while (bytes-- > 0)
		buf_add_byte(buf, (char)(uint8_t)(number >> (8 * bytes)));
}

static struct slice bind_to(struct arena *arena, uint32_t id, struct seal_place place)
{
	struct buf buf;
	buf_init_arena(&buf, arena, ID_BYTES + 16 + place.column.len + place.row.len);
	write_number(&buf, id, ID_BYTES);
	write_number(&buf, place.column.len, 8);
	buf_add(&buf, place.column);
	write_number(&buf, place.row.len, 8);
	buf_add(&buf, place.row);
	ensure(buf_is_whole(&buf));
	return buf_slice(&buf);
}

static struct slice close_with(const struct secret *key, uint32_t id, struct arena *arena,
			       struct seal_place place, struct slice plain)
{
	struct slice bound = bind_to(arena, id, place);
	uint8_t *sealed = arena_alloc(arena, HEAD_BYTES + plain.len + TAG_BYTES);
	uint8_t *nonce = sealed + ID_BYTES;
	unsigned long long len;
	for (size_t i = 0; i < ID_BYTES; i++)
		sealed[i] = (uint8_t)(id >> (24 - 8 * i));
	rng_bytes(nonce, NONCE_BYTES);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		sealed + HEAD_BYTES, &len, (const uint8_t *)plain.ptr, plain.len,
		(const uint8_t *)bound.ptr, bound.len, NULL, nonce, key->bytes);
	return slice_of(sealed, HEAD_BYTES + (size_t)len);
}

static enum err open_with(const struct secret *key, struct arena *arena, struct seal_place place,
			  struct slice sealed, struct slice *plain)
{
	struct slice bound = bind_to(arena, read_id(sealed), place);
	struct slice body = slice_sub(sealed, HEAD_BYTES, sealed.len);
	const uint8_t *nonce = (const uint8_t *)sealed.ptr + ID_BYTES;
	uint8_t *out = arena_alloc(arena, body.len - TAG_BYTES);
	unsigned long long len;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, &len, NULL, (const uint8_t *)body.ptr,
						       body.len, (const uint8_t *)bound.ptr,
						       bound.len, nonce, key->bytes) != 0)
		return ERR_CRYPTO;
	*plain = slice_of(out, (size_t)len);
	return ERR_OK;
}

/* The sealing key that a sealed value names; NULL when it is too short or names none of ours. */
static const struct secret *key_of(const struct keyring *ring, struct slice sealed)
{
	if (sealed.len < HEAD_BYTES + TAG_BYTES)
		return NULL;
	return keyring_subkey(ring, read_id(sealed), KEY_SEAL);
}

/* The sub-key itself, or one made of it and what is presented. */
static void derive(const struct secret *key, struct slice presented, struct secret *out)
{
	struct hash mac;
	static_assert(sizeof(mac.bytes) == sizeof(out->bytes), "a MAC is a key");
	if (slice_is_empty(presented)) {
		*out = *key;
		return;
	}
	mac_compute(key, MAC_PARTS(SLICE("sealed for who presents"), presented), &mac);
	memcpy(out->bytes, mac.bytes, sizeof(out->bytes));
	secret_wipe(&mac, sizeof(mac));
}

struct slice seal_close(const struct keyring *ring, struct arena *arena, struct seal_place place,
			struct slice plain)
{
	AUTO_FINI(secret) struct secret key;
	uint32_t id = keyring_current(ring);
	derive(keyring_subkey(ring, id, KEY_SEAL), place.presented, &key);
	return close_with(&key, id, arena, place, plain);
}

enum err seal_open(const struct keyring *ring, struct arena *arena, struct seal_place place,
		   struct slice sealed, struct slice *plain)
{
	AUTO_FINI(secret) struct secret key = { 0 };
	const struct secret *master = key_of(ring, sealed);
	if (master == NULL)
		return ERR_CRYPTO;
	derive(master, place.presented, &key);
	return open_with(&key, arena, place, sealed, plain);
}
