/* SPDX-License-Identifier: Apache-2.0
 *
 * Spans of time: a number and at most one unit. Sums such as "1h30m" are refused, as 90m says the
 * same. */
#include "config/duration.h"

#include <stdio.h>

struct unit {
	char letter;
	int64_t seconds;
};

/* The largest first: duration_text() takes the first that divides. */
static const struct unit units[] = { { 'd', 86400 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

enum err duration_parse(struct slice text, int64_t *seconds)
{
	int64_t factor = 1;

	for (size_t i = 0; i < ARRAY_LEN(units) && text.len > 0; i++) {
		if (text.ptr[text.len - 1] != units[i].letter)
			continue;
		factor = units[i].seconds;
		text.len--;
		break;
	}
	if (text.len == 0 || text.ptr[0] == '-' || slice_parse_int64(text, seconds) != ERR_OK)
		return ERR_INVALID;
	return __builtin_mul_overflow(*seconds, factor, seconds) ? ERR_INVALID : ERR_OK;
}

const char *duration_text(int64_t seconds, char out[DURATION_TEXT_MAX])
{
	size_t i = 0;

	while (i + 1 < ARRAY_LEN(units) && seconds % units[i].seconds != 0)
		i++;
	if (seconds == 0)
		snprintf(out, DURATION_TEXT_MAX, "0");
	else
		snprintf(out, DURATION_TEXT_MAX, "%lld%c", (long long)(seconds / units[i].seconds),
			 units[i].letter);
	return out;
}
