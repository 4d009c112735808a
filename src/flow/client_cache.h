/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients with their secrets, as read at most five seconds ago. Bounded (a set-associative table of
 * a thousand); clients that do not exist are not kept. What is decided on it is checked again in
 * the statement that commits. Safe for all threads. */
#ifndef FLOW_CLIENT_CACHE_H
#define FLOW_CLIENT_CACHE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "domain/client.h"
#include "store/store.h"

enum { CLIENT_CACHE_FRESH_MS = 5000 };

struct client_cache;

struct client_cache *client_cache_new(void);
void client_cache_free(struct client_cache **cache);

struct client_entry {
	struct client *client; /* a copy in the caller's arena */
	struct client_secret_list secrets;
};
struct client_query {
	struct slice client_id;
	struct arena *arena; /* of the caller */
	int64_t now_ms;
};
/* From memory alone: ABSENT means not known here (now). Quick. */
enum find client_cache_peek(struct client_cache *cache, const struct client_query *query,
			    struct client_entry *out);
/* From memory, or read and kept. A NULL cache always reads. */
enum find client_cache_find(struct client_cache *cache, struct store *store,
			    const struct client_query *query, struct client_entry *out);
/* After a change made by this process. */
void client_cache_drop(struct client_cache *cache, struct slice client_id);

#endif
