/* SPDX-License-Identifier: Apache-2.0
 *
 * Moving what is sealed for long to the current master key: signing keys, secrets that clients sign
 * with, the secret of pairwise subjects. */
#ifndef FLOW_KEYS_MOVE_H
#define FLOW_KEYS_MOVE_H

#include "base/attr.h"
#include "crypto/keyring.h"
#include "store/store.h"

/* What does not open with these keys is left as it is, and the log names it. */
MUST_USE enum err keys_move(struct store *store, const struct keyring *ring);

#endif
