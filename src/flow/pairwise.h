/* SPDX-License-Identifier: Apache-2.0
 *
 * The secret that pairwise subjects are made with (OIDC#8.1). They must stay as they are for as
 * long as a client has accounts under them, longer than any master key: so it is a random value of
 * its own, sealed under the current master key among the small named values of the database, and
 * moved to the next one by key reseal. */
#ifndef FLOW_PAIRWISE_H
#define FLOW_PAIRWISE_H

#include <stdint.h>

#include "base/attr.h"
#include "base/secret.h"
#include "crypto/keyring.h"
#include "store/store.h"

/* Makes it when the database has none. ERR_CRYPTO, logged: it does not open with these keys. */
MUST_USE enum err pairwise_load(struct store *store, const struct keyring *ring,
				struct secret *out);
/* Seals it under the current master key where it is not. */
MUST_USE enum err pairwise_reseal(struct store *store, const struct keyring *ring);
/* 1 when this master key seals it, 0 otherwise. */
MUST_USE enum err pairwise_uses(struct store *store, uint32_t key_id, uint64_t *count);

#endif
