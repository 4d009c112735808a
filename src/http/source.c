/* SPDX-License-Identifier: Apache-2.0
 *
 * An open-addressed table with linear probing, never more than half full since the connections are
 * bounded. What is removed is closed up at once, so there are no tombstones. The hash is seeded:
 * nobody can choose addresses that meet. */
#include "http/source.h"

#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "base/rng.h"

void source_table_init(struct source_table *table, size_t max_connections, unsigned max_per_source)
{
	*table = (struct source_table){ .max_per_source = max_per_source };
	ensure(pthread_mutex_init(&table->lock, NULL) == 0);
	ensure(max_connections < SIZE_MAX / 4);
	table->slot_count = 64;
	while (table->slot_count < 2 * max_connections)
		table->slot_count *= 2;
	table->slots = xcalloc(table->slot_count, sizeof(*table->slots));
	rng_bytes(&table->seed, sizeof(table->seed));
}

void source_table_fini(struct source_table *table)
{
	free(table->slots);
	table->slots = NULL;
	pthread_mutex_destroy(&table->lock);
}

static size_t slot_of(const struct source_table *table, const uint8_t key[ADDRESS_PREFIX_BYTES])
{
	uint64_t hash = table->seed;
	for (size_t i = 0; i < ADDRESS_PREFIX_BYTES; i++) {
		hash = (hash ^ key[i]) * 0x9e3779b97f4a7c15u;
		hash ^= hash >> 29;
	}
	return (size_t)hash & (table->slot_count - 1);
}

/* The slot that has the key, or the free one where it would go. */
static size_t find(const struct source_table *table, const uint8_t key[ADDRESS_PREFIX_BYTES])
{
	size_t i = slot_of(table, key);
	while (table->slots[i].count > 0 &&
	       memcmp(table->slots[i].key, key, ADDRESS_PREFIX_BYTES) != 0)
		i = (i + 1) & (table->slot_count - 1);
	return i;
}

/* Moves up what had to go further because this slot was taken. */
static void close_gap(struct source_table *table, size_t gap)
{
	size_t mask = table->slot_count - 1;
	for (size_t i = (gap + 1) & mask; table->slots[i].count > 0; i = (i + 1) & mask) {
		size_t home = slot_of(table, table->slots[i].key);
		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		table->slots[gap] = table->slots[i];
		table->slots[i].count = 0;
		gap = i;
	}
}

bool source_take(struct source_table *table, const struct address *address)
{
	uint8_t key[ADDRESS_PREFIX_BYTES];
	address_prefix(address, key);
	pthread_mutex_lock(&table->lock);
	struct source_slot *slot = &table->slots[find(table, key)];
	bool room = slot->count < table->max_per_source;
	if (room) {
		memcpy(slot->key, key, sizeof(slot->key));
		slot->count++;
	}
	pthread_mutex_unlock(&table->lock);
	return room;
}

void source_give(struct source_table *table, const struct address *address)
{
	uint8_t key[ADDRESS_PREFIX_BYTES];
	address_prefix(address, key);
	pthread_mutex_lock(&table->lock);
	size_t i = find(table, key);
	ensure(table->slots[i].count > 0);
	table->slots[i].count--;
	if (table->slots[i].count == 0)
		close_gap(table, i);
	pthread_mutex_unlock(&table->lock);
}
