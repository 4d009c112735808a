/* SPDX-License-Identifier: Apache-2.0
 *
 * Hexadecimal seconds, then the signature. */
#include "flow/dpop_nonce.h"

#include "base/encode.h"
#include "flow/signature.h"

enum { TIME_BYTES = 8, TIME_TEXT = 2 * TIME_BYTES };

static const char label[] = "dpop nonce";

static int64_t time_of(struct slice text)
{
	uint8_t bytes[TIME_BYTES];
	uint64_t time = 0;
	if (decode_hex(text, bytes, TIME_BYTES) != ERR_OK)
		return INT64_MAX;
	for (size_t i = 0; i < TIME_BYTES; i++)
		time = time << 8 | bytes[i];
	return time > INT64_MAX ? INT64_MAX : (int64_t)time;
}

struct slice dpop_nonce_make(const struct keyring *ring, struct arena *arena, int64_t now)
{
	struct slice time = arena_printf(arena, "%016llx", (unsigned long long)now);
	struct slice signature = signature_make(ring, arena, label, time);
	return arena_printf(arena, "%.*s%.*s", SLICE_ARG(time), SLICE_ARG(signature));
}

enum dpop_nonce dpop_nonce_check(const struct keyring *ring, struct slice nonce, int64_t now)
{
	struct slice time = slice_sub(nonce, 0, TIME_TEXT);
	if (!signature_fits(ring, label, time, slice_sub(nonce, TIME_TEXT, nonce.len)))
		return DPOP_NONCE_BAD;
	int64_t made = time_of(time);
	/* RFC9449#8.2: one that is old is answered with the next before it ends. Another node's
	 * clock may be a little ahead. */
	if (made > now + DPOP_NONCE_S || made < now - DPOP_NONCE_S)
		return DPOP_NONCE_BAD;
	return made < now - DPOP_NONCE_S / 2 ? DPOP_NONCE_AGED : DPOP_NONCE_GOOD;
}
