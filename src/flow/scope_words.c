/* SPDX-License-Identifier: Apache-2.0
 *
 * The known rows are a copy out of the cache: a page with many scopes takes one and describes all
 * of them by it. */
#include "flow/scope_words.h"

#include "flow/scope_cache.h"

struct scope_list scope_words_known(const struct flow *flow, const struct call *call)
{
	struct scope_list known;
	if (scope_cache_list(flow, call, &known) != ERR_OK)
		return (struct scope_list){ 0 };
	return known;
}

struct scope_list scope_words_of(struct arena *arena, const struct scope_list *known,
				 struct slice text)
{
	struct scope_set set;
	if (scope_set_parse(text, &set) != ERR_OK)
		return (struct scope_list){ 0 };
	struct scope *rows = arena_calloc(arena, set.count + 1, sizeof(*rows));
	for (size_t i = 0; i < set.count; i++) {
		const struct scope *row = scope_list_find(known, set.names[i]);
		rows[i] = row ? *row
			      : (struct scope){ .name = set.names[i], .description = set.names[i] };
	}
	return (struct scope_list){ rows, set.count };
}
