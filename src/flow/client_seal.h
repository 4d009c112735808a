/* SPDX-License-Identifier: Apache-2.0
 *
 * Client secrets that the server must know itself, because the client signs with them
 * (client_secret_jwt, OIDC#9). They are sealed, bound to the client and to their row. All others
 * are kept as a MAC alone: domain/client_settings.h, client_method_seals_secret(). */
#ifndef FLOW_CLIENT_SEAL_H
#define FLOW_CLIENT_SEAL_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "crypto/keyring.h"
#include "domain/id.h"

/* Whose secret it is, and its row. */
struct client_seal_place {
	const struct id *client;
	const struct id *secret;
};
/* For client_secret.sealed, under the current master key. */
struct slice client_seal_close(const struct keyring *ring, struct arena *arena,
			       const struct client_seal_place *place, struct slice secret);
/* ERR_CRYPTO: not sealed there, or not by our keys. ERR_ABSENT: it is not sealed at all. */
MUST_USE enum err client_seal_open(const struct keyring *ring, struct arena *arena,
				   const struct client_seal_place *place, struct slice sealed,
				   struct slice *secret);

#endif
