/* SPDX-License-Identifier: Apache-2.0
 *
 * Small named values can be inserted and removed, not changed: one stands under "pairwise/" and the
 * id of the master key that seals it. Should two nodes with different current keys ever make one at
 * the same moment, the first by name is the one that all of them take, and the other is removed
 * before anything is moved. */
#include "flow/pairwise.h"

#include <string.h>

#include "base/log.h"
#include "base/rng.h"
#include "crypto/seal.h"

#define PREFIX "pairwise/"

enum { PLACES_MAX = 16 };

static struct slice name_under(struct arena *arena, uint32_t key_id)
{
	return arena_printf(arena, PREFIX "%08x", key_id);
}

static struct seal_place place(void)
{
	return (struct seal_place){ .column = SLICE("meta.value"), .row = SLICE(PREFIX) };
}

static enum err open_one(const struct keyring *ring, struct arena *arena, const struct meta *meta,
			 struct secret *out)
{
	struct slice plain;
	if (seal_open(ring, arena, place(), meta->value, &plain) != ERR_OK ||
	    plain.len != SECRET_KEY_BYTES) {
		log_error("the secret of pairwise subjects does not open with these master keys",
			  LOG_TEXT("name", meta->name));
		return ERR_CRYPTO;
	}
	memcpy(out->bytes, plain.ptr, SECRET_KEY_BYTES);
	return ERR_OK;
}

static enum err list(struct store *store, struct arena *arena, struct meta_list *out)
{
	*out = (struct meta_list){ .count = 0 };
	return store_meta_list(store, arena, SLICE(PREFIX), PLACES_MAX, out);
}

static enum err insert(struct store *store, const struct keyring *ring, struct arena *arena,
		       const struct secret *secret)
{
	struct slice sealed = seal_close(ring, arena, place(),
					 slice_of(secret->bytes, SECRET_KEY_BYTES));
	enum err err = store_meta_insert(store, name_under(arena, keyring_current(ring)), sealed);
	return err == ERR_CONFLICT ? ERR_OK : err; /* another was faster: his is read */
}

enum err pairwise_load(struct store *store, const struct keyring *ring, struct secret *out)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct meta_list found;
	enum err err = list(store, arena, &found);
	if (err == ERR_OK && found.count == 0) {
		AUTO_FINI(secret) struct secret fresh;
		rng_bytes(fresh.bytes, sizeof(fresh.bytes));
		err = insert(store, ring, arena, &fresh);
		if (err == ERR_OK)
			err = list(store, arena, &found);
	}
	if (err != ERR_OK)
		return err;
	return found.count > 0 ? open_one(ring, arena, &found.items[0], out) : ERR_DATABASE;
}

static enum err remove_all(struct store *store, const struct meta_list *found, size_t from,
			   struct slice but)
{
	enum err err = ERR_OK;
	for (size_t i = from; i < found->count && err == ERR_OK; i++) {
		if (slice_equal(found->items[i].name, but))
			continue;
		err = store_meta_remove(store, found->items[i].name);
		if (err == ERR_ABSENT)
			err = ERR_OK;
	}
	return err;
}

enum err pairwise_reseal(struct store *store, const struct keyring *ring)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_FINI(secret) struct secret secret;
	struct meta_list found;
	struct slice wanted = name_under(arena, keyring_current(ring));
	enum err err = list(store, arena, &found);
	if (err != ERR_OK || found.count == 0 ||
	    (found.count == 1 && slice_equal(found.items[0].name, wanted)))
		return err;
	err = open_one(ring, arena, &found.items[0], &secret);
	/* what is not the one goes first, so that at no moment another is the first by name */
	if (err == ERR_OK)
		err = remove_all(store, &found, 1, SLICE_EMPTY);
	if (err == ERR_OK)
		err = insert(store, ring, arena, &secret);
	return err == ERR_OK ? remove_all(store, &found, 0, wanted) : err;
}

enum err pairwise_uses(struct store *store, uint32_t key_id, uint64_t *count)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice value;
	enum find find = store_meta_find(store, arena, name_under(arena, key_id), &value);
	*count = find == FOUND;
	return find == FIND_FAILED ? ERR_DATABASE : ERR_OK;
}
