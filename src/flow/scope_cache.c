/* SPDX-License-Identifier: Apache-2.0
 *
 * One list in an arena of its own, replaced whole. It is copied out under the lock: a server has a
 * few scopes. */
#include "flow/scope_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/ensure.h"

enum { SCOPE_CACHE_FRESH_MS = 5000 };

struct scope_cache {
	pthread_mutex_t lock;
	struct arena *arena; /* holds the list; NULL: none has been read yet */
	struct scope_list list;
	int64_t read_ms; /* when the reading of it began */
};

struct scope_cache *scope_cache_new(void)
{
	struct scope_cache *cache = xcalloc(1, sizeof(*cache));
	ensure(pthread_mutex_init(&cache->lock, NULL) == 0);
	return cache;
}

void scope_cache_free(struct scope_cache **cache)
{
	if (!*cache)
		return;
	pthread_mutex_destroy(&(*cache)->lock);
	arena_free(&(*cache)->arena);
	free(*cache);
	*cache = NULL;
}

static struct scope_list copy_list(const struct scope_list *list, struct arena *arena)
{
	struct scope *items = arena_calloc(arena, list->count + 1, sizeof(*items));
	for (size_t i = 0; i < list->count; i++) {
		items[i].name = arena_slice(arena, list->items[i].name);
		items[i].description = arena_slice(arena, list->items[i].description);
		items[i].is_default = list->items[i].is_default;
	}
	return (struct scope_list){ items, list->count };
}

static bool look(struct scope_cache *cache, struct arena *arena, int64_t now_ms,
		 struct scope_list *out)
{
	pthread_mutex_lock(&cache->lock);
	bool fresh = cache->arena && now_ms - cache->read_ms < SCOPE_CACHE_FRESH_MS;
	if (fresh)
		*out = copy_list(&cache->list, arena);
	pthread_mutex_unlock(&cache->lock);
	return fresh;
}

/* Of two threads that read at the same time, the later reading stays. */
static void keep(struct scope_cache *cache, const struct scope_list *list, int64_t read_ms)
{
	struct arena *arena = arena_new();
	struct scope_list copy = copy_list(list, arena);
	pthread_mutex_lock(&cache->lock);
	if (!cache->arena || cache->read_ms <= read_ms) {
		struct arena *old = cache->arena;
		cache->arena = arena;
		cache->list = copy;
		cache->read_ms = read_ms;
		arena = old;
	}
	pthread_mutex_unlock(&cache->lock);
	arena_free(&arena);
}

enum err scope_cache_list(struct scope_cache *cache, struct store *store, struct arena *arena,
			  int64_t now_ms, struct scope_list *out)
{
	*out = (struct scope_list){ .count = 0 };
	if (cache && look(cache, arena, now_ms, out))
		return ERR_OK;
	enum err err = store_scope_list(store, arena, out);
	if (err == ERR_OK && cache)
		keep(cache, out, now_ms);
	return err;
}
