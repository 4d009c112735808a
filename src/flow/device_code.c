/* SPDX-License-Identifier: Apache-2.0
 *
 * A plain hash of eight letters could be undone by trying them all; a keyed one cannot without the
 * key. */
#include "flow/device_code.h"

#include "base/ensure.h"
#include "crypto/mac.h"

void device_code_key(const struct keyring *ring, uint32_t key_id, const struct user_code *code,
		     struct user_code_key *out)
{
	const struct secret *key = keyring_subkey(ring, key_id, KEY_USER_CODE);
	ensure(key);
	out->key_id = key_id;
	mac_compute(key, MAC_PARTS(SLICE("user_code"), user_code_slice(code)), &out->hash);
}

size_t device_code_keys(const struct keyring *ring, const struct user_code *code,
			struct user_code_key out[KEYRING_MAX])
{
	size_t count = keyring_count(ring);
	for (size_t i = 0; i < count; i++)
		device_code_key(ring, keyring_id(ring, i), code, &out[i]);
	return count;
}
