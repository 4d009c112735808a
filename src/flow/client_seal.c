/* SPDX-License-Identifier: Apache-2.0
 *
 * The place of a sealed secret names client and row: whoever can write to the database cannot give
 * one client the secret of another. */
#include "flow/client_seal.h"

#include <string.h>

#include "crypto/seal.h"

struct row_key {
	uint8_t bytes[2 * ID_BYTES];
};

static struct seal_place place_of(const struct client_seal_place *place, struct row_key *key)
{
	memcpy(key->bytes, place->client->bytes, ID_BYTES);
	memcpy(key->bytes + ID_BYTES, place->secret->bytes, ID_BYTES);
	return (struct seal_place){ .column = SLICE("client_secret.sealed"),
				    .row = slice_of(key->bytes, sizeof(key->bytes)),
				    .presented = SLICE_EMPTY };
}

struct slice client_seal_close(const struct keyring *ring, struct arena *arena,
			       const struct client_seal_place *place, struct slice secret)
{
	struct row_key key;
	return seal_close(ring, arena, place_of(place, &key), secret);
}

enum err client_seal_open(const struct keyring *ring, struct arena *arena,
			  const struct client_seal_place *place, struct slice sealed,
			  struct slice *secret)
{
	struct row_key key;
	*secret = SLICE_EMPTY;
	if (slice_is_empty(sealed))
		return ERR_ABSENT;
	return seal_open(ring, arena, place_of(place, &key), sealed, secret);
}
