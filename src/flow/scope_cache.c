/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes for flow/row_cache.c. */
#include "flow/scope_cache.h"

static enum err read_rows(struct store *store, struct arena *arena, void *list)
{
	return store_scope_list(store, arena, list);
}

static void copy_rows(struct arena *arena, const void *list, void *out)
{
	const struct scope_list *from = list;
	struct scope_list *to = out;
	struct scope *items = arena_calloc(arena, from->count + 1, sizeof(*items));
	for (size_t i = 0; i < from->count; i++) {
		items[i] = from->items[i];
		items[i].name = arena_slice(arena, from->items[i].name);
		items[i].description = arena_slice(arena, from->items[i].description);
	}
	*to = (struct scope_list){ items, from->count };
}

static const struct row_kind kind = { sizeof(struct scope_list), read_rows, copy_rows };

struct row_cache *scope_cache_new(void)
{
	return row_cache_new(&kind);
}

enum find scope_cache_peek(const struct flow *flow, const struct call *call, struct scope_list *out)
{
	*out = (struct scope_list){ .count = 0 };
	return flow->scopes ? row_cache_peek(flow->scopes, call->arena, call->now_ms, out) : ABSENT;
}

enum err scope_cache_list(const struct flow *flow, const struct call *call, struct scope_list *out)
{
	const struct row_query query = { flow->store, call->arena, call->now_ms };
	*out = (struct scope_list){ .count = 0 };
	return flow->scopes ? row_cache_list(flow->scopes, &query, out)
			    : store_scope_list(flow->store, call->arena, out);
}
