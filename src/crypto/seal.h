/* SPDX-License-Identifier: Apache-2.0
 *
 * Sealed values (XChaCha20-Poly1305): key id (4 bytes, big-endian), nonce, ciphertext. `place` says
 * where the value stands
 * ("device_grant.answer", then the row's key): a sealed value moved elsewhere does not open. */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "crypto/keyring.h"

struct seal_place {
	struct slice column; /* "table.column" */
	struct slice row;    /* the bytes of the row's key */
	/* When not empty: a secret that only its holder has, such as a code. What was answered to a
	 * code can then be opened with that code alone. */
	struct slice presented;
};

/* Under the current master key. */
struct slice seal_close(const struct keyring *ring, struct arena *arena, struct seal_place place,
			struct slice plain);
/* ERR_CRYPTO when the key is not there or anything was changed. */
MUST_USE enum err seal_open(const struct keyring *ring, struct arena *arena,
			    struct seal_place place, struct slice sealed, struct slice *plain);
#endif
