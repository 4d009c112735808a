/* SPDX-License-Identifier: Apache-2.0
 *
 * A small table of the database, as read at most five seconds ago: one list in an arena of its own,
 * replaced whole, and copied out under the lock. Safe for all threads. What is in it is said by a
 * record of functions; scope_cache.h and resource_cache.h are the typed fronts. */
#ifndef FLOW_ROW_CACHE_H
#define FLOW_ROW_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/store.h"

enum { ROW_CACHE_FRESH_MS = 5000 };

struct row_kind {
	size_t list_size; /* of the record of a list: items and count */
	enum err (*read)(struct store *store, struct arena *arena, void *list);
	/* All of it, text too. */
	void (*copy)(struct arena *arena, const void *list, void *out);
};

struct row_cache;
struct row_cache *row_cache_new(const struct row_kind *kind);
void row_cache_free(struct row_cache **cache);
/* From memory alone: ABSENT when nothing fresh is there. Quick. */
enum find row_cache_peek(struct row_cache *cache, struct arena *arena, int64_t now_ms, void *out);
/* A question to the list itself, under the lock, without a copy: FOUND or ABSENT is the answer.
 * FIND_FAILED: nothing fresh is there. Quick. */
typedef bool row_ask_fn(const void *list, const void *arg);
enum find row_cache_ask(struct row_cache *cache, int64_t now_ms, row_ask_fn *is_it,
			const void *arg);
/* From memory, or read and kept. */
struct row_query {
	struct store *store;
	struct arena *arena; /* of the caller: the list is his */
	int64_t now_ms;
};
MUST_USE enum err row_cache_list(struct row_cache *cache, const struct row_query *query, void *out);

#endif
