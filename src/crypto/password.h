/* SPDX-License-Identifier: Apache-2.0
 *
 * Argon2id by libsodium, in its own text form ("$argon2id$v=19$m=..."). Slow and large on purpose:
 * the caller bounds how many run at once. */
#ifndef CRYPTO_PASSWORD_H
#define CRYPTO_PASSWORD_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

struct password_cost {
	unsigned memory_kib; /* at least 8192 */
	unsigned passes;     /* at least 1 */
};

enum { PASSWORD_MAX_BYTES = 1024 };

MUST_USE enum err password_hash(struct arena *arena, const struct password_cost *cost,
				struct slice password, struct slice *out);
/* Constant time in the password. False for a malformed hash. */
bool password_matches(struct slice stored, struct slice password);
/* True when `stored` was made with another cost: hash again at the next good sign-in. */
bool password_is_outdated(struct slice stored, const struct password_cost *cost);
/* Takes as long as password_matches() of a hash of that cost, for names that do not exist. */
void password_waste(const struct password_cost *cost, struct slice password);

#endif
