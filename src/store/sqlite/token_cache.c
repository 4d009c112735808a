/* SPDX-License-Identifier: Apache-2.0
 *
 * All that is kept was read after the mark was: if the database still has the same mark, nothing
 * was committed since, and what was read then stands. Whoever is told of a commit is told after the
 * mark has changed. Time alone goes on, so the end of a token is looked at each time.
 *
 * A connection belongs to one thread, so there are no locks. */
#include "store/sqlite/token_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "store/records.h"
#include "store/sqlite/wal_index.h"

enum { PLACES = 128, TEXT_MOST = 2048 /* bytes of one */ };

struct place {
	struct token_key key;
	struct access_token_good found;
};

struct token_cache {
	struct wal_mark mark;
	bool is_marked;
	size_t kept;                  /* since the arena was emptied */
	struct arena *arena;          /* of places and their text */
	struct place *places[PLACES]; /* NULL: empty */
};

static struct token_cache *token_cache_new(void)
{
	struct token_cache *cache = xcalloc(1, sizeof(*cache));
	cache->arena = arena_new();
	return cache;
}

void token_cache_free(struct token_cache **cache)
{
	if (*cache == NULL)
		return;
	arena_free(&(*cache)->arena);
	free(*cache);
	*cache = NULL;
}

static void empty(struct token_cache *cache)
{
	arena_reset(cache->arena);
	memset(cache->places, 0, sizeof(cache->places));
	cache->kept = 0;
}

/* A look-up within a transaction that has begun before sees what was then, not what the mark says.
 */
static bool read_mark(struct conn *conn, struct wal_mark *out)
{
	return sqlite3_txn_state(conn->db, "main") == SQLITE_TXN_NONE && wal_index_mark(conn, out);
}

/* False when it cannot be known that nothing was written. */
static bool is_current(struct token_cache *cache, struct conn *conn)
{
	struct wal_mark mark = { { 0 } };
	bool was_marked = cache->is_marked;
	cache->is_marked = read_mark(conn, &mark);
	if (was_marked && cache->is_marked && wal_mark_equal(&mark, &cache->mark))
		return true;
	if (cache->kept > 0)
		empty(cache);
	cache->mark = mark;
	return false;
}

static struct place **place_of(struct token_cache *cache, const struct token_key *key)
{
	return &cache->places[key->hash.bytes[0] % PLACES];
}

static bool is_of(const struct place *place, const struct token_key *key)
{
	return place != NULL && hash_equal(&place->key.hash, &key->hash) &&
	       id_equal(&place->key.authorization, &key->authorization);
}

static void move_text(struct access_token_good *good, struct arena *arena)
{
	record_move_text(&token_record, &good->token, arena);
	record_move_text(&authorization_listed_record, &good->authorization, arena);
}

enum find token_cache_find(struct conn *conn, struct arena *arena, const struct token_key *key,
			   int64_t now, struct access_token_good *out)
{
	if (conn == NULL)
		return ABSENT;
	if (conn->tokens == NULL)
		conn->tokens = token_cache_new();
	if (!is_current(conn->tokens, conn))
		return ABSENT;
	const struct place *place = *place_of(conn->tokens, key);
	if (!is_of(place, key) || place->found.token.expires <= now)
		return ABSENT;
	*out = place->found;
	move_text(out, arena);
	return FOUND;
}

void token_cache_keep(struct conn *conn, const struct token_key *key,
		      const struct access_token_good *found)
{
	struct token_cache *cache = conn->tokens;
	if (!cache->is_marked ||
	    record_text_size(&token_record, &found->token) +
			    record_text_size(&authorization_listed_record, &found->authorization) >
		    TEXT_MOST)
		return;
	if (cache->kept == PLACES)
		empty(cache);
	struct place *place = ARENA_NEW(cache->arena, struct place);
	*place = (struct place){ *key, *found };
	move_text(&place->found, cache->arena);
	*place_of(cache, key) = place;
	cache->kept++;
}
