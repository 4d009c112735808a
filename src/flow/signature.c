/* SPDX-License-Identifier: Apache-2.0
 *
 * 128 bits: nobody tries them out over a network. */
#include "flow/signature.h"

#include "base/encode.h"
#include "base/ensure.h"
#include "base/secret.h"
#include "crypto/mac.h"

enum { SIGNATURE_BYTES = 16 };

static void sign(const struct secret *key, const char *label, struct slice value,
		 char out[SIGNATURE_TEXT])
{
	struct hash mac;
	ensure(key);
	mac_compute(key, MAC_PARTS(slice_str(label), value), &mac);
	encode_base62(mac.bytes, SIGNATURE_BYTES, out);
}

struct slice signature_make(const struct keyring *ring, struct arena *arena, const char *label,
			    struct slice value)
{
	char *text = arena_alloc(arena, SIGNATURE_TEXT);
	sign(keyring_subkey(ring, keyring_current(ring), KEY_CSRF), label, value, text);
	return slice_of(text, SIGNATURE_TEXT);
}

bool signature_fits(const struct keyring *ring, const char *label, struct slice value,
		    struct slice signature)
{
	char right[SIGNATURE_TEXT];
	bool fits = false;
	if (signature.len != SIGNATURE_TEXT)
		return false;
	for (size_t i = 0; i < keyring_count(ring); i++) {
		sign(keyring_subkey(ring, keyring_id(ring, i), KEY_CSRF), label, value, right);
		fits |= secret_equal(right, signature.ptr, SIGNATURE_TEXT);
	}
	return fits;
}
