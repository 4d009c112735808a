/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies, because a list that is handed out must outlive the next reading; the tables have a few
 * rows. */
#include "flow/row_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/ensure.h"

struct row_cache {
	pthread_mutex_t lock;
	const struct row_kind *kind;
	struct arena *arena; /* holds the list; NULL: none has been read yet */
	void *list;
	int64_t read_ms; /* when the reading of it began */
};

struct row_cache *row_cache_new(const struct row_kind *kind)
{
	struct row_cache *cache = xcalloc(1, sizeof(*cache));
	ensure(pthread_mutex_init(&cache->lock, NULL) == 0);
	cache->kind = kind;
	return cache;
}

void row_cache_free(struct row_cache **cache)
{
	if (!*cache)
		return;
	pthread_mutex_destroy(&(*cache)->lock);
	arena_free(&(*cache)->arena);
	free(*cache);
	*cache = NULL;
}

static bool is_fresh(const struct row_cache *cache, int64_t now_ms)
{
	return cache->arena && now_ms - cache->read_ms < ROW_CACHE_FRESH_MS;
}

enum find row_cache_ask(struct row_cache *cache, int64_t now_ms, row_ask_fn *is_it, const void *arg)
{
	enum find find = FIND_FAILED;
	pthread_mutex_lock(&cache->lock);
	if (is_fresh(cache, now_ms))
		find = is_it(cache->list, arg) ? FOUND : ABSENT;
	pthread_mutex_unlock(&cache->lock);
	return find;
}

enum find row_cache_peek(struct row_cache *cache, struct arena *arena, int64_t now_ms, void *out)
{
	pthread_mutex_lock(&cache->lock);
	bool fresh = is_fresh(cache, now_ms);
	if (fresh)
		cache->kind->copy(arena, cache->list, out);
	pthread_mutex_unlock(&cache->lock);
	return fresh ? FOUND : ABSENT;
}

/* Of two threads that read at the same time, the later reading stays. */
static void keep(struct row_cache *cache, const void *list, int64_t read_ms)
{
	struct arena *arena = arena_new();
	void *copy = arena_alloc(arena, cache->kind->list_size);
	cache->kind->copy(arena, list, copy);
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

enum err row_cache_list(struct row_cache *cache, const struct row_query *query, void *out)
{
	if (row_cache_peek(cache, query->arena, query->now_ms, out) == FOUND)
		return ERR_OK;
	enum err err = cache->kind->read(query->store, query->arena, out);
	if (err == ERR_OK)
		keep(cache, out, query->now_ms);
	return err;
}
