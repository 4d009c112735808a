/* SPDX-License-Identifier: Apache-2.0
 *
 * Each value is opened, closed under the current key, and put in the place of what was read, if
 * that still stands there: who changes it at the same moment has used the current key himself. */
#include "flow/keys_move.h"

#include "base/log.h"
#include "flow/client_seal.h"
#include "flow/pairwise.h"
#include "flow/signing_set.h"

enum { KEY_ID_BYTES = 4 };

/* A sealed value begins with the id of its key. */
static bool is_current(const struct keyring *ring, struct slice sealed)
{
	const uint32_t current = keyring_current(ring);
	const uint8_t id[KEY_ID_BYTES] = { (uint8_t)(current >> 24), (uint8_t)(current >> 16),
					   (uint8_t)(current >> 8), (uint8_t)current };
	return slice_has_prefix(sealed, slice_of(id, sizeof(id)));
}

/* What has gone, or was changed by somebody else, needs nothing more. */
static enum err settled(enum err err)
{
	return err == ERR_UNCHANGED || err == ERR_ABSENT ? ERR_OK : err;
}

static enum err leave(const char *what)
{
	log_error("a sealed value does not open with these master keys",
		  LOG_TEXT("what", slice_str(what)));
	return ERR_OK;
}

static enum err move_signing_key(struct store *store, const struct keyring *ring,
				 const struct signing_key *row)
{
	AUTO(arena) struct arena *secrets = arena_new();
	struct slice json;
	if (is_current(ring, row->sealed))
		return ERR_OK;
	if (signing_key_open(ring, secrets, row, &json) != ERR_OK)
		return leave("signing_key");
	struct slice sealed = signing_key_close(ring, secrets, row->kid, json);
	return settled(store_signing_key_reseal(store, row->kid, row->sealed, sealed));
}

static enum err move_signing_keys(struct store *store, const struct keyring *ring,
				  struct arena *arena)
{
	struct signing_key_list rows = { .count = 0 };
	enum err err = store_signing_key_list(store, arena, &rows);
	for (size_t i = 0; i < rows.count && err == ERR_OK; i++)
		err = move_signing_key(store, ring, &rows.items[i]);
	return err;
}

static enum err move_secret(struct store *store, const struct keyring *ring,
			    const struct sealed_secret *row)
{
	AUTO(arena) struct arena *secrets = arena_new();
	const struct client_seal_place place = { &row->client, &row->id };
	struct slice secret;
	if (is_current(ring, row->sealed))
		return ERR_OK;
	if (client_seal_open(ring, secrets, &place, row->sealed, &secret) != ERR_OK)
		return leave("client_secret");
	struct slice sealed = client_seal_close(ring, secrets, &place, secret);
	return settled(store_client_secret_reseal(store, &row->id, row->sealed, sealed));
}

static enum err move_secrets(struct store *store, const struct keyring *ring, struct arena *arena)
{
	struct sealed_secret_list rows = { .count = 0 };
	enum err err = store_client_secret_list_sealed(store, arena, &rows);
	for (size_t i = 0; i < rows.count && err == ERR_OK; i++)
		err = move_secret(store, ring, &rows.items[i]);
	return err;
}

enum err keys_move(struct store *store, const struct keyring *ring)
{
	AUTO(arena) struct arena *arena = arena_new();
	enum err err = move_signing_keys(store, ring, arena);
	if (err == ERR_OK)
		err = move_secrets(store, ring, arena);
	return err == ERR_OK ? pairwise_reseal(store, ring) : err;
}
