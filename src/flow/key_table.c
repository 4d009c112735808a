/* SPDX-License-Identifier: Apache-2.0
 *
 * One thread fetches a set; others who want the same use what is there, or wait for it, as many as
 * the class may have waiting. What is waited for or being fetched is never put out of the table; of
 * the rest of its class, what was asked for longest ago. Entries are looked through one by one:
 * nothing is hashed, so nobody can aim at a collision. The lock is not held while fetching. */
#include "flow/key_table.h"

#include <assert.h>
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
	bool busy; /* the last time nobody could be asked */
};

enum {
	REGISTERED_FIRST = CLIENT_KEYS_MAX,
	UNKNOWN_FIRST = REGISTERED_FIRST + CLIENT_KEYS_REGISTERED_MAX,
	ENTRIES = UNKNOWN_FIRST + CLIENT_KEYS_UNKNOWN_MAX
};

/* Which entries are a class's. */
static const struct shelf {
	size_t first;
	size_t end;
} shelves[] = {
	[FETCH_TRUSTED] = { 0, REGISTERED_FIRST },
	[FETCH_REGISTERED] = { REGISTERED_FIRST, UNKNOWN_FIRST },
	[FETCH_UNKNOWN] = { UNKNOWN_FIRST, ENTRIES },
	[FETCH_LOGOUT] = { ENTRIES, ENTRIES }, /* asks for no keys */
};
static_assert(ARRAY_LEN(shelves) == FETCH_CLASS_COUNT, "a shelf for each class");

struct client_keys {
	pthread_mutex_t lock;
	pthread_cond_t fetched;
	uint64_t questions;
	struct entry entries[ENTRIES];
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
	for (size_t i = 0; i < ENTRIES; i++)
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
static struct entry *place_for(struct client_keys *table, const struct key_table_query *query)
{
	struct entry *best = NULL;
	ensure((unsigned)query->class < FETCH_CLASS_COUNT);
	const struct shelf *shelf = &shelves[query->class];
	for (size_t i = shelf->first; i < shelf->end; i++) {
		struct entry *entry = &table->entries[i];
		if (is_at(entry, query->uri))
			return entry;
		if (entry->users == 0 && (!best || entry->asked < best->asked))
			best = entry;
	}
	return best;
}

static struct entry *enter(struct client_keys *table, const struct key_table_query *query)
{
	struct slice uri = query->uri;
	struct entry *entry = place_for(table, query);
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

struct fetched {
	struct key_set *set; /* NULL: there is nothing usable; the reason is logged */
	int64_t lifetime;    /* seconds */
	bool is_busy;        /* nobody was asked */
};

static struct fetched fetch_set(struct fetch *fetch, const struct key_table_query *query)
{
	AUTO(arena) struct arena *arena = arena_new();
	const struct fetch_request request = {
		.class = query->class,
		.url = query->uri,
		.accept = SLICE("application/jwk-set+json, application/json"),
		.most_bytes = JWK_SET_BYTES_MAX,
	};
	struct fetch_answer answer;
	struct jwk_set *keys;
	enum fetch_fault fault = fetch_do(fetch, arena, &request, &answer);
	if (fault != FETCH_FINE) /* logged there */
		return (struct fetched){ .is_busy = fault == FETCH_BUSY };
	if (answer.status != STATUS_OK || jwk_set_parse(answer.body, &keys) != ERR_OK) {
		log_warn("a jwks_uri does not give a JWK Set", LOG_TEXT("url", query->uri),
			 LOG_NUMBER("status", answer.status));
		return (struct fetched){ .set = NULL };
	}
	return (struct fetched){ .set = set_new(keys), .lifetime = lifetime_s(answer.max_age) };
}

static void took(struct entry *entry, const struct fetched *fetched, int64_t now_ms)
{
	key_set_free(&entry->set);
	entry->set = fetched->set;
	entry->fetched_ms = now_ms;
	entry->fresh_ms = now_ms + fetched->lifetime * MS;
	entry->retry_ms = now_ms;
}

/* A key that its owner has withdrawn must not live for ever because he cannot be reached. That we
 * were busy is not held against him. */
static void failed(struct entry *entry, const struct fetched *fetched, int64_t now_ms)
{
	if (!fetched->is_busy)
		entry->retry_ms = now_ms + (int64_t)CLIENT_KEYS_RETRY_S * MS;
	if (entry->set && now_ms >= entry->fresh_ms + (int64_t)CLIENT_KEYS_STALE_S * MS)
		key_set_free(&entry->set);
}

/* With the lock held, which is given back meanwhile. */
static void renew(struct client_keys *table, struct entry *entry, struct fetch *fetch,
		  const struct key_table_query *query)
{
	entry->fetching = true;
	pthread_mutex_unlock(&table->lock);
	const struct fetched fetched = fetch_set(fetch, query);
	pthread_mutex_lock(&table->lock);
	if (fetched.set)
		took(entry, &fetched, query->now_ms);
	else
		failed(entry, &fetched, query->now_ms);
	entry->busy = fetched.is_busy;
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

static bool must_wait(const struct entry *entry, const struct key_table_query *query)
{
	return entry->fetching && (!entry->set || query->anew);
}

/* What another thread fetches meanwhile is as new as what this one would. False: too many wait. */
static bool wait_for_other(struct client_keys *table, struct entry *entry, struct fetch *fetch,
			   const struct key_table_query *query)
{
	if (!fetch_stand(fetch, query->class))
		return false;
	while (must_wait(entry, query))
		pthread_cond_wait(&table->fetched, &table->lock);
	fetch_stand_no_more(fetch, query->class);
	return true;
}

static enum find ask(struct client_keys *table, struct entry *entry, struct fetch *fetch,
		     const struct key_table_query *query, bool *busy)
{
	bool looked = must_wait(entry, query);
	*busy = looked && !wait_for_other(table, entry, fetch, query);
	if (*busy)
		return FIND_FAILED;
	if (!looked && !entry->fetching && is_due(entry, query)) {
		renew(table, entry, fetch, query);
		looked = true;
	}
	/* what there was before says nothing about a key that is not in it */
	*busy = entry->busy && (!entry->set || (query->anew && looked));
	if (!entry->set || *busy)
		return FIND_FAILED;
	return query->anew && !looked ? ABSENT : FOUND;
}

enum find key_table_get(struct client_keys *table, struct fetch *fetch,
			const struct key_table_query *query, struct key_set **out, bool *busy)
{
	*out = NULL;
	*busy = true;
	pthread_mutex_lock(&table->lock);
	struct entry *entry = enter(table, query);
	enum find find = entry ? ask(table, entry, fetch, query, busy) : FIND_FAILED;
	if (entry)
		entry->users--;
	if (find == FOUND)
		*out = hold(entry->set);
	pthread_mutex_unlock(&table->lock);
	return find;
}
