/* SPDX-License-Identifier: Apache-2.0
 *
 * Notifications of PostgreSQL: whatever is taken for words, written again, is the same text but for
 * capital digits. */
#include <stdlib.h>

#include "store/postgres/pg_word.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pg_word words[PG_WORDS_MAX];
	struct slice text = slice_of(data, size);
	struct slice rest = text;
	size_t count = 0;
	while (rest.ptr != NULL && count < PG_WORDS_MAX && pg_word_parse(&rest, &words[count]))
		count++;
	if (count == 0)
		return 0;
	struct buf again;
	buf_init(&again, (size_t)PG_WORDS_MAX * (PG_WORD_LEN + 1));
	pg_word_write(words, count, &again);
	struct slice written = buf_slice(&again);
	if (!buf_is_whole(&again) || !slice_equal_nocase(written, slice_sub(text, 0, written.len)))
		abort();
	buf_fini(&again);
	return 0;
}
