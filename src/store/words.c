/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets are small, so plain loops do. */
#include "store/words.h"

#include "base/buf.h"

static bool has(struct slice set, struct slice word)
{
	struct slice each;
	while (slice_word(&set, &each)) {
		if (slice_equal(each, word))
			return true;
	}
	return false;
}

struct slice words_union(struct arena *arena, struct slice set, struct slice more)
{
	/* All of both fit, with a space between. */
	struct buf buf;
	struct slice rests[] = { set, more };
	buf_init_arena(&buf, arena, set.len + more.len + 1);
	for (size_t i = 0; i < ARRAY_LEN(rests); i++) {
		struct slice word;
		while (slice_word(&rests[i], &word)) {
			if (has(buf_slice(&buf), word))
				continue;
			if (buf.len > 0)
				buf_add_byte(&buf, ' ');
			buf_add(&buf, word);
		}
	}
	return buf_slice(&buf);
}
