/* SPDX-License-Identifier: Apache-2.0
 *
 * User codes as stored: a keyed hash of the letters, under each master key that may have made it.
 */
#ifndef FLOW_DEVICE_CODE_H
#define FLOW_DEVICE_CODE_H

#include <stddef.h>

#include "crypto/keyring.h"
#include "domain/user_code.h"
#include "store/store.h"

void device_code_key(const struct keyring *ring, uint32_t key_id, const struct user_code *code,
		     struct user_code_key *out);
/* One under each key of the ring, the current first; the number of them. */
size_t device_code_keys(const struct keyring *ring, const struct user_code *code,
			struct user_code_key out[KEYRING_MAX]);

#endif
