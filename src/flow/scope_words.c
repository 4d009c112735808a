/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows come from the cache; a database that does not answer costs the words, not the page. */
#include "flow/scope_words.h"

#include "flow/scope_cache.h"

struct scope_list scope_words_of(const struct flow *flow, const struct call *call,
				 struct slice text)
{
	struct scope_list known = { 0 };
	struct scope_set set;
	if (scope_set_parse(text, &set) != ERR_OK)
		return known;
	if (scope_cache_list(flow->scopes, flow->store, call->arena, call->now_ms, &known) !=
	    ERR_OK)
		known.count = 0;
	struct scope *rows = arena_calloc(call->arena, set.count + 1, sizeof(*rows));
	for (size_t i = 0; i < set.count; i++) {
		const struct scope *row = scope_list_find(&known, set.names[i]);
		rows[i] = row ? *row
			      : (struct scope){ .name = set.names[i], .description = set.names[i] };
	}
	return (struct scope_list){ rows, set.count };
}
