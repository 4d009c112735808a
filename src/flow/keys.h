/* SPDX-License-Identifier: Apache-2.0
 *
 * The master keys and the database belong together: a database holds a check value for each key
 * that its rows use, and a program with other keys does not start on it. */
#ifndef FLOW_KEYS_H
#define FLOW_KEYS_H

#include "base/attr.h"
#include "flow/flow.h"

/* Compares the check values that the database holds with the ring, and adds that of the current key
 * when it is new. ERR_CRYPTO when a key that rows use is not in the ring, or differs: the reason is
 * logged. `may_adopt`: a database that holds no check value at all takes the ring's (a new
 * database). */
MUST_USE enum err keys_check(struct store *store, const struct keyring *ring, bool may_adopt);

struct keys_report {
	uint32_t key_id;
	bool current;
	uint64_t uses; /* rows that still need this key */
	bool dropped;  /* its check value was removed: the line may leave the file */
};
/* How many rows and values still need this key. */
MUST_USE enum err keys_uses(struct store *store, uint32_t key_id, uint64_t *count);
/* Moves what is sealed for long to the current key (keys_move.h); user codes and sealed answers die
 * with their rows, MACs of client secrets move at their next good use. Reports each key, and
 * forgets the check values of keys that nothing uses any more. `count` is the size of `reports`
 * (KEYRING_MAX). */
MUST_USE enum err keys_reseal(struct store *store, const struct keyring *ring,
			      struct keys_report *reports, size_t *count);

#endif
