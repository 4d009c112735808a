/* SPDX-License-Identifier: Apache-2.0
 *
 * What a notification says: decisions, each a status and the hash of the device code, as text. What
 * comes from the channel is outside input: anybody who may use the database can write to it. */
#ifndef STORE_POSTGRES_PG_NEWS_H
#define STORE_POSTGRES_PG_NEWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/device_grant.h"

/* PostgreSQL takes 7,999 bytes. */
enum { PG_NEWS_MAX = 110, PG_NEWS_BYTES = 7900 };

struct pg_news {
	struct hash code_hash;
	enum device_status status;
};

/* The text of at most PG_NEWS_MAX decisions. Returns its length. */
size_t pg_news_write(const struct pg_news *news, size_t count, char out[PG_NEWS_BYTES]);
/* Takes the next decision out of `text`. False at its end, or when the rest is not well-formed:
 * then `text` is not empty. */
bool pg_news_next(struct slice *text, struct pg_news *out);

#endif
