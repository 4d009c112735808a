/* SPDX-License-Identifier: Apache-2.0
 *
 * Every character is drawn for itself: that costs less than dividing a number of 128 bits by 62,
 * and says as much (131 bits). Six bits of a byte are taken; the two values that are no character
 * are drawn again, so none is likelier than another. */
#include "http/request_id.h"

#include "base/rng.h"

static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static uint8_t draw(struct request_id_maker *maker)
{
	if (maker->left == 0) {
		rng_bytes(maker->bytes, sizeof(maker->bytes));
		maker->left = sizeof(maker->bytes);
	}
	return maker->bytes[--maker->left] & 63;
}

void request_id_make(struct request_id_maker *maker, char *out)
{
	for (size_t i = 0; i < REQUEST_ID_LENGTH;) {
		uint8_t value = draw(maker);
		if (value < sizeof(letters) - 1)
			out[i++] = letters[value];
	}
}
