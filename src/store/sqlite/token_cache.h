/* SPDX-License-Identifier: Apache-2.0
 *
 * What a reader has found of good access tokens, as long as nothing at all has been written to the
 * database, by this process or another: resource servers ask about the same few tokens all the
 * time, and a busy one asks more often than anything is written. */
#ifndef STORE_SQLITE_TOKEN_CACHE_H
#define STORE_SQLITE_TOKEN_CACHE_H

#include "store/sqlite/conn.h"
#include "store/store.h"

struct token_cache;

void token_cache_free(struct token_cache **cache);
/* FOUND only when it is what a look into the database now would find. Otherwise the caller looks
 * there, and gives what he finds to token_cache_keep(), with no other call in between. */
enum find token_cache_find(struct conn *conn, struct arena *arena, const struct token_key *key,
			   int64_t now, struct access_token_good *out);
void token_cache_keep(struct conn *conn, const struct token_key *key,
		      const struct access_token_good *found);

#endif
