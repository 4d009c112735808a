/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed tokens with whatever header and payload a test wants: right ones, and wrong ones that no
 * maker of ours would write. */
#ifndef TESTS_SUPPORT_JWT_MAKER_H
#define TESTS_SUPPORT_JWT_MAKER_H

#include "base/arena.h"
#include "crypto/jwk.h"

/* Both as JSON texts; signed over what stands there. */
struct slice jwt_made(struct arena *arena, const struct jwk *key, enum alg alg, struct slice header,
		      struct slice payload);
/* The public half as a jwk, as it stands in a proof's header. */
struct slice jwt_public(struct arena *arena, const struct jwk *key);
/* {"keys":[...]} of public halves. */
struct slice jwt_set(struct arena *arena, const struct jwk *const *keys, size_t count);

#endif
