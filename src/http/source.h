/* SPDX-License-Identifier: Apache-2.0
 *
 * How many connections each source has, a source being a /24 of IPv4 or a /64 of IPv6. Used by the
 * acceptor when a connection comes and by the loops when one goes: every call locks. */
#ifndef HTTP_SOURCE_H
#define HTTP_SOURCE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

struct source_slot {
	uint8_t key[ADDRESS_PREFIX_BYTES];
	unsigned count; /* 0: free */
};

struct source_table {
	pthread_mutex_t lock;
	struct source_slot *slots;
	size_t slot_count; /* a power of two, at least twice the most connections there can be */
	unsigned max_per_source;
	uint64_t seed;
};

void source_table_init(struct source_table *table, size_t max_connections, unsigned max_per_source);
void source_table_fini(struct source_table *table);
/* False when this source has all it may have; otherwise it has one more. */
bool source_take(struct source_table *table, const struct address *address);
void source_give(struct source_table *table, const struct address *address);

#endif
