/* SPDX-License-Identifier: Apache-2.0
 *
 * Nonces for DPoP proofs: RFC9449#8. The time and a MAC over it: nothing is kept, and every node
 * knows those of the others. */
#ifndef FLOW_DPOP_NONCE_H
#define FLOW_DPOP_NONCE_H

#include "base/arena.h"
#include "base/slice.h"
#include "crypto/keyring.h"

enum { DPOP_NONCE_S = 300 };

enum dpop_nonce {
	DPOP_NONCE_GOOD = 0,
	DPOP_NONCE_AGED, /* still good; the next one is due */
	DPOP_NONCE_BAD   /* missing, not ours, or past its time */
};

struct slice dpop_nonce_make(const struct keyring *ring, struct arena *arena, int64_t now);
enum dpop_nonce dpop_nonce_check(const struct keyring *ring, struct slice nonce, int64_t now);

#endif
