/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread fetches a set; others who want the same use what is there, or wait for it. What is
 * waited for or being fetched is never put out of the table; of the rest, what was asked for
 * longest ago. The lock is not held while fetching. */
#include "flow/key_table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/ensure.h"
#include "base/log.h"
#include "flow/client_keys.h"

enum { MS = 1000, STATUS_OK = 200 };

struct entry {
	char *uri; /* NULL: a free place */
	size_t uri_len;
	struct key_set *set; /* NULL: none yet */
	int64_t fetched_ms;  /* when it was */
	int64_t fresh_ms;    /* good until then */
	int64_t retry_ms;    /* after a failure: not before */
	uint64_t asked;      /* when it was last asked for, in questions */
	unsigned users;      /* threads that stand by it */
	bool fetching;
};

struct client_keys {
	pthread_mutex_t lock;
	pthread_cond_t fetched;
	uint64_t questions;
	struct entry entries[CLIENT_KEYS_MAX];
};

/* --- sets -------------------------------------------------------------------------------- */

static struct key_set *set_new(struct jwk_set *keys)
{
	struct key_set *set = xcalloc(1, sizeof(*set));
	set->keys = keys;
	atomic_init(&set->holders, 1);
	return set;
}

static struct key_set *hold(struct key_set *set)
{
	if (set)
		atomic_fetch_add(&set->holders, 1);
	return set;
}

void key_set_free(struct key_set **set)
{
	if (*set && atomic_fetch_sub(&(*set)->holders, 1) == 1) {
		jwk_set_free(&(*set)->keys);
		free(*set);
	}
	*set = NULL;
}

/* --- the table --------------------------------------------------------------------------- */

struct client_keys *client_keys_new(void)
{
	struct client_keys *table = xcalloc(1, sizeof(*table));
	ensure(pthread_mutex_init(&table->lock, NULL) == 0);
	ensure(pthread_cond_init(&table->fetched, NULL) == 0);
	return table;
}

static void empty(struct entry *entry)
{
	key_set_free(&entry->set);
	free(entry->uri);
	*entry = (struct entry){ .uri = NULL };
}

void client_keys_free(struct client_keys **table)
{
	if (!*table)
		return;
	for (size_t i = 0; i < CLIENT_KEYS_MAX; i++)
		empty(&(*table)->entries[i]);
	pthread_cond_destroy(&(*table)->fetched);
	pthread_mutex_destroy(&(*table)->lock);
	free(*table);
	*table = NULL;
}

static bool is_at(const struct entry *entry, struct slice uri)
{
	return entry->uri && slice_equal(slice_of(entry->uri, entry->uri_len), uri);
}

/* Its own place, a free one, or the one least asked for; NULL when all are in use. */
static struct entry *place_for(struct client_keys *table, struct slice uri)
{
	struct entry *best = NULL;
	for (size_t i = 0; i < CLIENT_KEYS_MAX; i++) {
		struct entry *entry = &table->entries[i];
		if (is_at(entry, uri))
			return entry;
		if (entry->users == 0 && (!best || entry->asked < best->asked))
			best = entry;
	}
	return best;
}

static struct entry *enter(struct client_keys *table, struct slice uri)
{
	struct entry *entry = place_for(table, uri);
	if (!entry)
		return NULL;
	if (!is_at(entry, uri)) {
		empty(entry);
		entry->uri = xmalloc(uri.len + 1);
		memcpy(entry->uri, uri.ptr, uri.len);
		entry->uri_len = uri.len;
	}
	entry->asked = ++table->questions;
	entry->users++;
	return entry;
}

/* --- fetching ---------------------------------------------------------------------------- */

static int64_t lifetime_s(int64_t max_age)
{
	if (max_age < 0)
		return CLIENT_KEYS_FRESH_S;
	if (max_age < CLIENT_KEYS_FRESH_MIN_S)
		return CLIENT_KEYS_FRESH_MIN_S;
	return max_age < CLIENT_KEYS_FRESH_MAX_S ? max_age : CLIENT_KEYS_FRESH_MAX_S;
}

/* NULL when there is nothing usable; the reason is logged. */
static struct key_set *fetch_set(struct fetch *fetch, struct slice uri, int64_t *lifetime)
{
	AUTO(arena) struct arena *arena = arena_new();
	const struct fetch_request request = {
		.url = uri,
		.accept = SLICE("application/jwk-set+json, application/json"),
		.most_bytes = JWK_SET_BYTES_MAX,
	};
	struct fetch_answer answer;
	struct jwk_set *keys;
	if (fetch_do(fetch, arena, &request, &answer) != FETCH_FINE)
		return NULL; /* logged there */
	if (answer.status != STATUS_OK || jwk_set_parse(answer.body, &keys) != ERR_OK) {
		log_warn("a jwks_uri does not give a JWK Set", LOG_TEXT("url", uri),
			 LOG_NUMBER("status", answer.status));
		return NULL;
	}
	*lifetime = lifetime_s(answer.max_age);
	return set_new(keys);
}

static void took(struct entry *entry, struct key_set *set, int64_t now_ms, int64_t lifetime)
{
	key_set_free(&entry->set);
	entry->set = set;
	entry->fetched_ms = now_ms;
	entry->fresh_ms = now_ms + lifetime * MS;
	entry->retry_ms = now_ms;
}

/* A key that its owner has withdrawn must not live for ever because he cannot be reached. */
static void failed(struct entry *entry, int64_t now_ms)
{
	entry->retry_ms = now_ms + (int64_t)CLIENT_KEYS_RETRY_S * MS;
	if (entry->set && now_ms >= entry->fresh_ms + (int64_t)CLIENT_KEYS_STALE_S * MS)
		key_set_free(&entry->set);
}

/* With the lock held, which is given back meanwhile. */
static void renew(struct client_keys *table, struct entry *entry, struct fetch *fetch,
		  int64_t now_ms)
{
	int64_t lifetime = 0;
	struct slice uri = slice_of(entry->uri, entry->uri_len);
	entry->fetching = true;
	pthread_mutex_unlock(&table->lock);
	struct key_set *set = fetch_set(fetch, uri, &lifetime);
	pthread_mutex_lock(&table->lock);
	if (set)
		took(entry, set, now_ms, lifetime);
	else
		failed(entry, now_ms);
	entry->fetching = false;
	pthread_cond_broadcast(&table->fetched);
}

/* --- questions --------------------------------------------------------------------------- */

static bool is_due(const struct entry *entry, const struct key_table_query *query)
{
	if (query->now_ms < entry->retry_ms)
		return false;
	if (!entry->set || query->now_ms >= entry->fresh_ms)
		return true;
	return query->anew &&
	       query->now_ms - entry->fetched_ms >= (int64_t)CLIENT_KEYS_RETRY_S * MS;
}

/* What another thread fetches meanwhile is as new as what this one would. */
static bool wait_for_other(struct client_keys *table, struct entry *entry,
			   const struct key_table_query *query)
{
	bool waited = false;
	while (entry->fetching && (!entry->set || query->anew)) {
		pthread_cond_wait(&table->fetched, &table->lock);
		waited = true;
	}
	return waited;
}

static enum find ask(struct client_keys *table, struct entry *entry, struct fetch *fetch,
		     const struct key_table_query *query)
{
	bool looked = wait_for_other(table, entry, query);
	if (!looked && !entry->fetching && is_due(entry, query)) {
		renew(table, entry, fetch, query->now_ms);
		looked = true;
	}
	if (!entry->set)
		return FIND_FAILED;
	return query->anew && !looked ? ABSENT : FOUND;
}

enum find key_table_get(struct client_keys *table, struct fetch *fetch,
			const struct key_table_query *query, struct key_set **out)
{
	*out = NULL;
	pthread_mutex_lock(&table->lock);
	struct entry *entry = enter(table, query->uri);
	enum find find = entry ? ask(table, entry, fetch, query) : FIND_FAILED;
	if (entry)
		entry->users--;
	if (find == FOUND)
		*out = hold(entry->set);
	pthread_mutex_unlock(&table->lock);
	return find;
}
