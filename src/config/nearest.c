/* SPDX-License-Identifier: Apache-2.0
 *
 * Levenshtein's distance over short words, one row of the table at a time. */
#include "config/nearest.h"

enum { WORD_MAX = 64 };

static char folded(char c)
{
	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return c == '-' ? '_' : c;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t distance(struct slice a, struct slice b)
{
	size_t row[WORD_MAX + 1];

	for (size_t j = 0; j <= b.len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.len; j++) {
			size_t changed = diagonal + (folded(a.ptr[i - 1]) != folded(b.ptr[j - 1]));

			diagonal = row[j];
			row[j] = smaller(changed, smaller(row[j], row[j - 1]) + 1);
		}
	}
	return row[b.len];
}

struct nearest nearest_start(struct slice word)
{
	return (struct nearest){ .word = word };
}

void nearest_offer(struct nearest *nearest, struct slice known, size_t index)
{
	struct slice word = nearest->word;

	if (word.len == 0 || word.len > WORD_MAX || known.len > WORD_MAX)
		return;
	size_t d = distance(word, known);
	/* A third of the letters may be wrong. The start of a longer word is meant as well:
	 * "proxies" is not, "trusted" is. */
	bool is_near = d <= 1 + smaller(word.len, known.len) / 3;
	bool is_start = word.len >= 3 && slice_has_prefix(known, word);

	if ((!is_near && !is_start) || (nearest->found && nearest->distance <= d))
		return;
	nearest->found = true;
	nearest->distance = d;
	nearest->index = index;
}
