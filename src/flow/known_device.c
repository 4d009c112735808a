/* SPDX-License-Identifier: Apache-2.0
 *
 * Three parts of one width, so that reading needs no separators. */
#include "flow/known_device.h"

#include <string.h>

#include "base/encode.h"
#include "base/rng.h"
#include "flow/signature.h"

enum { PART_TEXT = 22 };

#define LABEL "known-device"

struct slice known_device_name(const struct known_device *device)
{
	return slice_of(device->bytes, sizeof(device->bytes));
}

void known_device_new(struct known_device *device, const struct id *user)
{
	memcpy(device->bytes, user->bytes, ID_BYTES);
	rng_bytes(device->bytes + ID_BYTES, KNOWN_DEVICE_RANDOM_BYTES);
}

bool known_device_parse(const struct keyring *ring, struct slice cookie, const struct user *user,
			struct known_device *out)
{
	struct slice id = slice_sub(cookie, 0, PART_TEXT);
	struct slice random = slice_sub(cookie, PART_TEXT, PART_TEXT);
	struct slice signature = slice_sub(cookie, 2 * PART_TEXT, PART_TEXT);
	if (!user || cookie.len != KNOWN_DEVICE_TEXT)
		return false;
	if (decode_base62(id, out->bytes, ID_BYTES) != ERR_OK ||
	    decode_base62(random, out->bytes + ID_BYTES, KNOWN_DEVICE_RANDOM_BYTES) != ERR_OK)
		return false;
	return memcmp(out->bytes, user->id.bytes, ID_BYTES) == 0 &&
	       signature_fits(ring, LABEL, known_device_name(out), signature);
}

struct slice known_device_text(const struct keyring *ring, struct arena *arena,
			       const struct known_device *device)
{
	char text[2 * PART_TEXT];
	encode_base62(device->bytes, ID_BYTES, text);
	encode_base62(device->bytes + ID_BYTES, KNOWN_DEVICE_RANDOM_BYTES, text + PART_TEXT);
	struct slice signature = signature_make(ring, arena, LABEL, known_device_name(device));
	return arena_printf(arena, "%.*s%.*s", (int)sizeof(text), text, SLICE_ARG(signature));
}
