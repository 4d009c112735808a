/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk over a short table: the lengths differ, so that most rows cost one comparison. */
#include "web/routing.h"

#include <string.h>

/* The one {} takes one non-empty segment. */
static bool fits(const char *pattern, struct slice path, struct slice *part)
{
	const char *hole = strstr(pattern, "{}");
	if (!hole)
		return slice_equal(slice_str(pattern), path);
	struct slice before = slice_of(pattern, (size_t)(hole - pattern));
	struct slice after = slice_str(hole + 2);
	if (path.len <= before.len + after.len || !slice_has_prefix(path, before) ||
	    !slice_has_suffix(path, after))
		return false;
	*part = slice_sub(path, before.len, path.len - before.len - after.len);
	return !slice_has_byte(*part, '/');
}

const struct route *routing_find(const struct route_table *table, struct slice path,
				 struct slice *part)
{
	*part = SLICE_EMPTY;
	for (size_t i = 0; i < table->count; i++)
		if (fits(table->routes[i].pattern, path, part))
			return &table->routes[i];
	return NULL;
}

struct slice routing_allow(const struct route *route, struct arena *arena)
{
	return arena_printf(arena, "%s%s%s%sOPTIONS", route->get ? "GET, HEAD, " : "",
			    route->post ? "POST, " : "", route->put ? "PUT, " : "",
			    route->delete ? "DELETE, " : "");
}
