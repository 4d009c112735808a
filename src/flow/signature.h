/* SPDX-License-Identifier: Apache-2.0
 *
 * Short signatures on what a browser holds for us (form tokens, anonymous cookies, fresh client
 * ids): 16 bytes of a MAC as base62, under the csrf sub-key. A label keeps the uses apart. */
#ifndef FLOW_SIGNATURE_H
#define FLOW_SIGNATURE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/slice.h"
#include "crypto/keyring.h"

enum { SIGNATURE_TEXT = 22 };

/* Under the current key; in the arena. */
struct slice signature_make(const struct keyring *ring, struct arena *arena, const char *label,
			    struct slice value);
/* Under any key of the ring; constant time. */
bool signature_fits(const struct keyring *ring, const char *label, struct slice value,
		    struct slice signature);

#endif
