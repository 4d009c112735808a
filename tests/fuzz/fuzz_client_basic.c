/* SPDX-License-Identifier: Apache-2.0
 *
 * The Authorization header of a client: a pair that is taken, written as RFC 6749 section 2.3.1
 * wants it, is read as the same pair. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/encode.h"
#include "endpoint/client_basic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct slice write_pair(struct arena *arena, const struct client_basic *pair)
{
	struct buf buf;
	buf_init_arena(&buf, arena, 3 * (pair->id.len + pair->secret.len) + 1);
	encode_percent(&buf, pair->id);
	buf_add_byte(&buf, ':');
	encode_percent(&buf, pair->secret);
	struct slice coded = encode_base64(arena, buf_slice(&buf));
	return arena_printf(arena, "bAsIc %.*s", SLICE_ARG(coded));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct client_basic pair;
	struct client_basic again;
	if (!client_basic_read(arena, slice_of(data, size), &pair))
		return 0;
	if (slice_is_empty(pair.id) || !client_basic_read(arena, write_pair(arena, &pair), &again))
		abort();
	if (!slice_equal(pair.id, again.id) || !slice_equal(pair.secret, again.secret))
		abort();
	return 0;
}
