/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets are small, so plain loops do. */
#include "store/words.h"

#include "base/buf.h"

struct slice words_union(struct arena *arena, struct slice set, struct slice more)
{
	/* All of both fit, with a space between. */
	struct buf buf;
	struct slice rests[] = { set, more };
	buf_init_arena(&buf, arena, set.len + more.len + 1);
	for (size_t i = 0; i < ARRAY_LEN(rests); i++) {
		struct slice word;
		while (slice_word(&rests[i], &word)) {
			if (slice_has_word(buf_slice(&buf), word))
				continue;
			buf_add_part(&buf, ' ', word);
		}
	}
	return buf_slice(&buf);
}
