/* SPDX-License-Identifier: Apache-2.0
 *
 * The rows of the scope table, as read at most five seconds ago. Safe for all threads. */
#ifndef FLOW_SCOPE_CACHE_H
#define FLOW_SCOPE_CACHE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "domain/scope.h"
#include "store/store.h"

struct scope_cache;

struct scope_cache *scope_cache_new(void);
void scope_cache_free(struct scope_cache **cache);
/* From memory alone, for an event loop: ABSENT when nothing fresh is there. */
enum find scope_cache_peek(struct scope_cache *cache, struct arena *arena, int64_t now_ms,
			   struct scope_list *out);
/* The list in the caller's arena. A NULL cache always reads. */
MUST_USE enum err scope_cache_list(struct scope_cache *cache, struct store *store,
				   struct arena *arena, int64_t now_ms, struct scope_list *out);

#endif
