/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of eight places, each set under a lock of its own held for a copy. A kept client is one
 * block: the record with all its text behind it, so that handing it out is one memcpy and a few
 * pointers. A drop that happens while somebody reads the same client from the store keeps what he
 * read out of the cache. */
#include "flow/client_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "crypto/place_hash.h"

enum { SETS = 128, WAYS = 8 };

/* The text fields of a client: whatever is copied goes through this table. */
static const size_t text_fields[] = {
	offsetof(struct client, client_id),
	offsetof(struct client, name),
	offsetof(struct client, redirect_uris),
	offsetof(struct client, post_logout_redirect_uris),
	offsetof(struct client, allowed_origins),
	offsetof(struct client, allowed_scopes),
	offsetof(struct client, default_scopes),
	offsetof(struct client, settings),
};

struct block {
	struct client client;
	struct client_secret_list secrets;
	char text[];
};

struct place {
	struct block *block; /* NULL: empty */
	size_t size;
	int64_t read_ms; /* when the reading of it began */
};

struct set {
	pthread_mutex_t lock;
	uint64_t drops; /* so far */
	struct place places[WAYS];
};

struct client_cache {
	struct place_key key;
	struct set sets[SETS];
};

struct client_cache *client_cache_new(void)
{
	struct client_cache *cache = xcalloc(1, sizeof(*cache));
	place_key_init(&cache->key);
	for (size_t i = 0; i < SETS; i++)
		ensure(pthread_mutex_init(&cache->sets[i].lock, NULL) == 0);
	return cache;
}

static void empty(struct place *place)
{
	free(place->block);
	*place = (struct place){ .block = NULL };
}

void client_cache_free(struct client_cache **cache)
{
	if (!*cache)
		return;
	for (size_t i = 0; i < SETS; i++) {
		for (size_t way = 0; way < WAYS; way++)
			empty(&(*cache)->sets[i].places[way]);
		pthread_mutex_destroy(&(*cache)->sets[i].lock);
	}
	free(*cache);
	*cache = NULL;
}

/* A client_id may be a URL that a stranger chose, and the cache may not be one that he can aim at:
 * nine ids in one set would send everybody who shares it to the database. */
static struct set *set_of(struct client_cache *cache, struct slice client_id)
{
	return &cache->sets[place_hash(&cache->key, client_id) % SETS];
}

/* How many texts there are, those of the secrets behind those of the client. */
static size_t text_count(const struct client_secret_list *secrets)
{
	return ARRAY_LEN(text_fields) + secrets->count;
}

static struct slice *text_at(struct client *client, struct client_secret_list *secrets, size_t i)
{
	if (i < ARRAY_LEN(text_fields))
		return (struct slice *)(void *)((char *)client + text_fields[i]);
	return &secrets->items[i - ARRAY_LEN(text_fields)].sealed;
}

static size_t block_size(const struct client_entry *entry)
{
	struct client client = *entry->client;
	struct client_secret_list secrets = entry->secrets;
	size_t size = sizeof(struct block);
	for (size_t i = 0; i < text_count(&secrets); i++)
		size += text_at(&client, &secrets, i)->len;
	return size;
}

static struct block *block_new(const struct client_entry *entry, size_t size)
{
	struct block *block = xmalloc(size);
	block->client = *entry->client;
	block->secrets = entry->secrets;
	char *at = block->text;
	for (size_t i = 0; i < text_count(&block->secrets); i++) {
		struct slice *text = text_at(&block->client, &block->secrets, i);
		if (text->len > 0)
			memcpy(at, text->ptr, text->len);
		text->ptr = at;
		at += text->len;
	}
	return block;
}

/* The text stands in the copy where it stood in the block. */
static void copy_out(const struct place *place, struct arena *arena, struct client_entry *out)
{
	struct block *copy = arena_alloc(arena, place->size);
	memcpy(copy, place->block, place->size);
	for (size_t i = 0; i < text_count(&copy->secrets); i++) {
		struct slice *text = text_at(&copy->client, &copy->secrets, i);
		text->ptr = copy->text + (text->ptr - place->block->text);
	}
	out->client = &copy->client;
	out->secrets = copy->secrets;
}

static struct place *find_place(struct set *set, struct slice client_id)
{
	for (size_t way = 0; way < WAYS; way++) {
		struct place *place = &set->places[way];
		if (place->block && slice_equal(place->block->client.client_id, client_id))
			return place;
	}
	return NULL;
}

/* Its own place, an empty one, or the oldest. */
static struct place *place_for(struct set *set, struct slice client_id)
{
	struct place *best = find_place(set, client_id);
	if (best)
		return best;
	best = &set->places[0];
	for (size_t way = 0; way < WAYS; way++) {
		struct place *place = &set->places[way];
		if (!place->block)
			return place;
		if (place->read_ms < best->read_ms)
			best = place;
	}
	return best;
}

static enum find look(struct set *set, const struct client_query *query, struct client_entry *out)
{
	enum find find = ABSENT;
	pthread_mutex_lock(&set->lock);
	const struct place *place = find_place(set, query->client_id);
	if (place && query->now_ms - place->read_ms < CLIENT_CACHE_FRESH_MS) {
		copy_out(place, query->arena, out);
		find = FOUND;
	}
	pthread_mutex_unlock(&set->lock);
	return find;
}

enum find client_cache_peek(struct client_cache *cache, const struct client_query *query,
			    struct client_entry *out)
{
	*out = (struct client_entry){ .client = NULL };
	return cache ? look(set_of(cache, query->client_id), query, out) : ABSENT;
}

static uint64_t count_drops(struct set *set)
{
	pthread_mutex_lock(&set->lock);
	uint64_t drops = set->drops;
	pthread_mutex_unlock(&set->lock);
	return drops;
}

/* Unless something of this set was dropped since the reading began. */
static void keep(struct set *set, const struct client_entry *entry, int64_t read_ms, uint64_t drops)
{
	size_t size = block_size(entry);
	struct block *block = block_new(entry, size);
	pthread_mutex_lock(&set->lock);
	struct place *place = place_for(set, entry->client->client_id);
	if (set->drops == drops) {
		empty(place);
		*place = (struct place){ block, size, read_ms };
		block = NULL;
	}
	pthread_mutex_unlock(&set->lock);
	free(block);
}

static enum find read_store(struct store *store, const struct client_query *query,
			    struct client_entry *out)
{
	*out = (struct client_entry){ .client = NULL };
	/* RFC6749#A.1: anything else names no client, and needs no look-up */
	if (!client_id_is_valid(query->client_id))
		return ABSENT;
	return store_client_find_by_client_id(store, query->arena, query->client_id, &out->client,
					      &out->secrets);
}

enum find client_cache_find(struct client_cache *cache, struct store *store,
			    const struct client_query *query, struct client_entry *out)
{
	if (!cache)
		return read_store(store, query, out);
	if (client_cache_peek(cache, query, out) == FOUND)
		return FOUND;
	struct set *set = set_of(cache, query->client_id);
	uint64_t drops = count_drops(set);
	enum find find = read_store(store, query, out);
	if (find == FOUND)
		keep(set, out, query->now_ms, drops);
	if (find == ABSENT)
		client_cache_drop(cache, query->client_id);
	return find;
}

void client_cache_drop(struct client_cache *cache, struct slice client_id)
{
	if (!cache)
		return;
	struct set *set = set_of(cache, client_id);
	pthread_mutex_lock(&set->lock);
	struct place *place = find_place(set, client_id);
	if (place)
		empty(place);
	set->drops++;
	pthread_mutex_unlock(&set->lock);
}
