/* SPDX-License-Identifier: Apache-2.0
 *
 * Scopes for flow/row_cache.c. */
#include "flow/scope_cache.h"

#include <stdlib.h>

#include "base/ensure.h"
#include "flow/row_cache.h"

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

struct scope_cache {
	struct row_cache *rows;
};

struct scope_cache *scope_cache_new(void)
{
	struct scope_cache *cache = xcalloc(1, sizeof(*cache));
	cache->rows = row_cache_new(&kind);
	return cache;
}

void scope_cache_free(struct scope_cache **cache)
{
	if (!*cache)
		return;
	row_cache_free(&(*cache)->rows);
	free(*cache);
	*cache = NULL;
}

enum find scope_cache_peek(struct scope_cache *cache, struct arena *arena, int64_t now_ms,
			   struct scope_list *out)
{
	*out = (struct scope_list){ .count = 0 };
	return cache ? row_cache_peek(cache->rows, arena, now_ms, out) : ABSENT;
}

enum err scope_cache_list(struct scope_cache *cache, struct store *store, struct arena *arena,
			  int64_t now_ms, struct scope_list *out)
{
	const struct row_query query = { store, arena, now_ms };
	*out = (struct scope_list){ .count = 0 };
	return cache ? row_cache_list(cache->rows, &query, out)
		     : store_scope_list(store, arena, out);
}
