/* SPDX-License-Identifier: Apache-2.0
 *
 * Resources for flow/row_cache.c. */
#include "flow/resource_cache.h"

static enum err read_rows(struct store *store, struct arena *arena, void *list)
{
	return store_resource_list(store, arena, list);
}

static void copy_rows(struct arena *arena, const void *list, void *out)
{
	const struct resource_list *from = list;
	struct resource_list *to = out;
	struct resource *items = arena_calloc(arena, from->count + 1, sizeof(*items));
	for (size_t i = 0; i < from->count; i++) {
		items[i] = from->items[i];
		items[i].uri = arena_slice(arena, from->items[i].uri);
		items[i].name = arena_slice(arena, from->items[i].name);
		items[i].scopes = arena_slice(arena, from->items[i].scopes);
	}
	*to = (struct resource_list){ items, from->count };
}

static const struct row_kind kind = { sizeof(struct resource_list), read_rows, copy_rows };

struct row_cache *resource_cache_new(void)
{
	return row_cache_new(&kind);
}

enum err resource_cache_list(const struct flow *flow, const struct call *call,
			     struct resource_list *out)
{
	const struct row_query query = { flow->store, call->arena, call->now_ms };
	*out = (struct resource_list){ .count = 0 };
	return flow->resources ? row_cache_list(flow->resources, &query, out)
			       : store_resource_list(flow->store, call->arena, out);
}

struct serving {
	const struct id *client;
	struct slice resources;
};

static bool serves(const void *list, const void *arg)
{
	const struct serving *serving = arg;
	struct slice rest = serving->resources;
	struct slice uri;
	while (slice_word(&rest, &uri)) {
		const struct resource *row = resource_list_find(list, uri);
		if (row && id_equal(&row->client, serving->client))
			return true;
	}
	return false;
}

enum find resource_cache_serves(const struct flow *flow, const struct call *call,
				const struct id *client, struct slice resources)
{
	const struct serving serving = { client, resources };
	struct resource_list list;
	enum find find = FIND_FAILED;
	if (slice_is_empty(resources))
		return ABSENT;
	if (flow->resources)
		find = row_cache_ask(flow->resources, call->now_ms, serves, &serving);
	if (find != FIND_FAILED)
		return find;
	if (resource_cache_list(flow, call, &list) != ERR_OK)
		return FIND_FAILED;
	return serves(&list, &serving) ? FOUND : ABSENT;
}
