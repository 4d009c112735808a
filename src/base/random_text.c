/* SPDX-License-Identifier: Apache-2.0
 *
 * The text is written where it stays, so that there is no copy to be wiped. */
#include "base/random_text.h"

#include <string.h>

#include "base/encode.h"
#include "base/ensure.h"
#include "base/rng.h"
#include "base/secret.h"

struct slice random_text(struct arena *arena, struct slice prefix, size_t bytes)
{
	uint8_t random[RANDOM_TEXT_BYTES_MAX];
	ensure(bytes <= sizeof(random));
	const size_t len = prefix.len + encode_base62_width(bytes);
	char *text = arena_alloc(arena, len);
	rng_bytes(random, bytes);
	if (prefix.len > 0)
		memcpy(text, prefix.ptr, prefix.len);
	encode_base62(random, bytes, text + prefix.len);
	secret_wipe(random, sizeof(random));
	return slice_of(text, len);
}
