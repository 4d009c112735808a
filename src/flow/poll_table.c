/* SPDX-License-Identifier: Apache-2.0
 *
 * Shards of open addressing with linear probing, each under a lock of its own held for nanoseconds.
 * 128 bits of the hash stand in an entry: enough, since every code has passed its check part.
 * Removal shifts the run back, so that there are no tombstones. */
#include "flow/poll_table.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "domain/poll.h"

enum { KEY_BYTES = 16, SHARD_FIRST = 16 /* entries */, CLIENT_COUNTERS = 4096 };

struct entry {
	uint8_t key[KEY_BYTES];
	uint8_t client[ID_BYTES];
	uint64_t source;
	int64_t accepted_ms;
	int64_t expires; /* 0: the place is empty */
	uint16_t interval_s;
	uint8_t status;
	bool twin_used;
	bool counted; /* its source has not been let go of yet */
};

struct shard {
	pthread_mutex_t lock;
	struct entry *entries;
	size_t cap; /* a power of two */
	size_t used;
};

struct poll_table {
	struct poll_table_options options;
	_Atomic size_t used; /* places taken, in all shards */
	_Atomic size_t live; /* pending ones among them */
	_Atomic uint32_t client_live[CLIENT_COUNTERS];
	size_t sweep_next; /* of the one housekeeper */
	struct shard shards[POLL_TABLE_SHARDS];
};

struct poll_table *poll_table_new(const struct poll_table_options *options)
{
	struct poll_table *table = xcalloc(1, sizeof(*table));
	table->options = *options;
	for (size_t i = 0; i < POLL_TABLE_SHARDS; i++) {
		struct shard *shard = &table->shards[i];
		ensure(pthread_mutex_init(&shard->lock, NULL) == 0);
		shard->cap = SHARD_FIRST;
		shard->entries = xcalloc(shard->cap, sizeof(struct entry));
	}
	return table;
}

void poll_table_free(struct poll_table **table)
{
	if (!*table)
		return;
	for (size_t i = 0; i < POLL_TABLE_SHARDS; i++) {
		pthread_mutex_destroy(&(*table)->shards[i].lock);
		free((*table)->shards[i].entries);
	}
	free(*table);
	*table = NULL;
}

static struct shard *shard_of(struct poll_table *table, const struct hash *hash)
{
	return &table->shards[hash->bytes[HASH_BYTES - 1] % POLL_TABLE_SHARDS];
}

static size_t home_of(const struct shard *shard, const uint8_t *key)
{
	uint64_t at;
	memcpy(&at, key, sizeof(at));
	return (size_t)at & (shard->cap - 1);
}

/* The place of this key, or the empty place where it would go. */
static struct entry *probe(const struct shard *shard, const uint8_t *key)
{
	size_t at = home_of(shard, key);
	while (shard->entries[at].expires != 0 &&
	       memcmp(shard->entries[at].key, key, KEY_BYTES) != 0)
		at = (at + 1) & (shard->cap - 1);
	return &shard->entries[at];
}

static void grow(struct shard *shard)
{
	struct shard old = *shard;
	shard->cap = old.cap * 2;
	shard->entries = xcalloc(shard->cap, sizeof(struct entry));
	for (size_t i = 0; i < old.cap; i++)
		if (old.entries[i].expires != 0)
			*probe(shard, old.entries[i].key) = old.entries[i];
	free(old.entries);
}

static _Atomic uint32_t *client_counter(struct poll_table *table, const uint8_t *client)
{
	uint32_t at;
	memcpy(&at, client, sizeof(at));
	return &table->client_live[at % CLIENT_COUNTERS];
}

static void count_client(struct poll_table *table, const struct id *client)
{
	const struct poll_table_options *options = &table->options;
	uint32_t live = atomic_fetch_add(client_counter(table, client->bytes), 1) + 1;
	if (options->client_alarm > 0 && live == options->client_alarm)
		options->alarmed(options->arg, client, live);
}

/* Lets go of the source, once. */
static void release(struct poll_table *table, struct entry *entry)
{
	if (!entry->counted)
		return;
	entry->counted = false;
	atomic_fetch_sub(&table->live, 1);
	atomic_fetch_sub(client_counter(table, entry->client), 1);
	if (table->options.released)
		table->options.released(table->options.arg, entry->source);
}

static bool add_locked(struct poll_table *table, struct shard *shard, const struct poll_entry *new)
{
	if (atomic_load(&table->used) >= table->options.max)
		return false;
	if ((shard->used + 1) * 4 > shard->cap * 3)
		grow(shard);
	struct entry *entry = probe(shard, new->code_hash->bytes);
	if (entry->expires != 0)
		return false;
	memcpy(entry->key, new->code_hash->bytes, KEY_BYTES);
	memcpy(entry->client, new->client->bytes, ID_BYTES);
	entry->source = new->source;
	entry->accepted_ms = 0;
	entry->expires = new->expires;
	entry->interval_s = table->options.interval_s;
	entry->status = DEVICE_PENDING;
	entry->twin_used = false;
	entry->counted = true;
	shard->used++;
	atomic_fetch_add(&table->used, 1);
	atomic_fetch_add(&table->live, 1);
	count_client(table, new->client);
	return true;
}

bool poll_table_add(struct poll_table *table, const struct poll_entry *new)
{
	ensure(new->expires > 0);
	struct shard *shard = shard_of(table, new->code_hash);
	pthread_mutex_lock(&shard->lock);
	bool added = add_locked(table, shard, new);
	pthread_mutex_unlock(&shard->lock);
	return added;
}

void poll_table_set_status(struct poll_table *table, const struct hash *code_hash,
			   enum device_status status)
{
	struct shard *shard = shard_of(table, code_hash);
	pthread_mutex_lock(&shard->lock);
	struct entry *entry = probe(shard, code_hash->bytes);
	if (entry->expires != 0 && entry->status < status) {
		entry->status = (uint8_t)status;
		release(table, entry);
	}
	pthread_mutex_unlock(&shard->lock);
}

static void count_poll(struct entry *entry, int64_t now_ms, struct poll_result *out)
{
	struct poll poll = { entry->accepted_ms, entry->interval_s, entry->twin_used };
	out->timing = poll_count(&poll, now_ms);
	entry->accepted_ms = poll.accepted_ms;
	entry->interval_s = poll.interval_s;
	entry->twin_used = poll.twin_used;
}

static enum poll_answer poll_locked(struct entry *entry, const struct id *client, int64_t now_ms,
				    struct poll_result *out)
{
	if (entry->expires == 0)
		return POLL_UNKNOWN;
	/* RFC6749#5.2: a code works for the client it was issued to alone */
	if (memcmp(entry->client, client->bytes, ID_BYTES) != 0)
		return POLL_FOREIGN;
	if (entry->status == DEVICE_PENDING)
		count_poll(entry, now_ms, out);
	out->status = entry->status;
	out->expires = entry->expires;
	out->interval_s = entry->interval_s;
	return POLL_KNOWN;
}

enum poll_answer poll_table_poll(struct poll_table *table, const struct hash *code_hash,
				 const struct id *client, int64_t now_ms, struct poll_result *out)
{
	struct shard *shard = shard_of(table, code_hash);
	*out = (struct poll_result){ .timing = OAUTH_AUTHORIZATION_PENDING };
	pthread_mutex_lock(&shard->lock);
	enum poll_answer answer = poll_locked(probe(shard, code_hash->bytes), client, now_ms, out);
	pthread_mutex_unlock(&shard->lock);
	return answer;
}

bool poll_table_is_full(const struct poll_table *table)
{
	return table && atomic_load(&table->live) >= table->options.max;
}

size_t poll_table_live(const struct poll_table *table)
{
	return table ? atomic_load(&table->live) : 0;
}

/* Closes the gap: entries behind it move up when that brings them nearer to their home. */
static void remove_at(struct poll_table *table, struct shard *shard, size_t gap)
{
	size_t mask = shard->cap - 1;
	shard->entries[gap].expires = 0;
	shard->used--;
	atomic_fetch_sub(&table->used, 1);
	for (size_t at = (gap + 1) & mask; shard->entries[at].expires != 0; at = (at + 1) & mask) {
		size_t home = home_of(shard, shard->entries[at].key);
		if (((at - home) & mask) < ((at - gap) & mask))
			continue;
		shard->entries[gap] = shard->entries[at];
		shard->entries[at].expires = 0;
		gap = at;
	}
}

static void sweep_shard(struct poll_table *table, struct shard *shard, int64_t now, int64_t keep)
{
	for (size_t i = 0; i < shard->cap;) {
		struct entry *entry = &shard->entries[i];
		if (entry->expires != 0 && entry->expires <= now)
			release(table, entry);
		/* what moved up into this place is looked at as well */
		if (entry->expires != 0 && entry->expires + keep <= now)
			remove_at(table, shard, i);
		else
			i++;
	}
}

void poll_table_sweep(struct poll_table *table, int64_t now, int64_t keep)
{
	struct shard *shard = &table->shards[table->sweep_next++ % POLL_TABLE_SHARDS];
	pthread_mutex_lock(&shard->lock);
	sweep_shard(table, shard, now, keep);
	pthread_mutex_unlock(&shard->lock);
}
