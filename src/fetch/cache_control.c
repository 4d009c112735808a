/* SPDX-License-Identifier: Apache-2.0
 *
 * Directives that are malformed or unknown say nothing. */
#include "fetch/cache_control.h"

enum { DIGITS_MAX = 12 };

static struct slice without_quotes(struct slice text)
{
	bool quoted = text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"';
	return quoted ? slice_sub(text, 1, text.len - 2) : text;
}

/* RFC9111#1.2.2: more than can be counted is very long */
static int64_t seconds(struct slice text)
{
	int64_t number;
	text = without_quotes(slice_trim(text));
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return -1;
	if (text.len > DIGITS_MAX)
		return INT32_MAX;
	return slice_parse_int64(text, &number) == ERR_OK ? number : -1;
}

int64_t cache_control_max_age(struct slice value)
{
	struct slice directive;
	int64_t age = -1;
	while (slice_split(&value, ',', &directive)) {
		struct slice name;
		(void)slice_split(&directive, '=', &name);
		name = slice_trim(name);
		if (slice_equal_nocase(name, SLICE("no-store")) ||
		    slice_equal_nocase(name, SLICE("no-cache")))
			return 0;
		if (slice_equal_nocase(name, SLICE("max-age")) && directive.ptr)
			age = seconds(directive);
	}
	return age;
}
