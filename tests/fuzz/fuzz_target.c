/* SPDX-License-Identifier: Apache-2.0
 *
 * Targets: an accepted path begins with a slash, is text, has no dot segments, and no more slashes
 * than were sent. */
#include <stdlib.h>

#include "http/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t slashes(struct slice s)
{
	size_t count = 0;
	for (size_t i = 0; i < s.len; i++)
		count += s.ptr[i] == '/';
	return count;
}

static void check_path(struct slice path)
{
	struct slice segment;
	if (path.len == 0 || path.ptr[0] != '/' || !slice_is_text(path, false) ||
	    slice_has_byte(path, '\\'))
		abort();
	while (slice_split(&path, '/', &segment)) {
		if (slice_equal(segment, SLICE("..")) || slice_equal(segment, SLICE(".")))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct slice methods[] = { { "GET", 3 }, { "OPTIONS", 7 }, { "CONNECT", 7 } };
	struct target target;
	AUTO(arena) struct arena *arena = arena_new();
	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		if (target_parse(arena, methods[i], slice_of(data, size), &target).status != 0)
			continue;
		check_path(target.path);
		if (slice_has_byte(target.query, '#') || slice_has_byte(target.query, ' '))
			abort();
		if (slashes(target.path) > slashes(slice_of(data, size)) + 1)
			abort();
	}
	return 0;
}
