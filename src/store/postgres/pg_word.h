/* SPDX-License-Identifier: Apache-2.0
 *
 * Word of decisions as the text of a notification: "a" or "d" (approved, denied) and the hash of
 * the device code in hexadecimal, several of them joined by commas. What comes in was written by
 * whoever may connect to the database: nothing of it is believed but its form, and it is a hint. */
#ifndef STORE_POSTGRES_PG_WORD_H
#define STORE_POSTGRES_PG_WORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/device_grant.h"

/* A notification holds less than 8,000 bytes. */
enum { PG_WORD_LEN = 1 + 2 * HASH_BYTES, PG_WORDS_MAX = 7900 / (PG_WORD_LEN + 1) };

struct pg_word {
	struct hash hash;
	enum device_status status; /* DEVICE_APPROVED or DEVICE_DENIED */
};

/* At most PG_WORDS_MAX of them. */
void pg_word_write(const struct pg_word *words, size_t count, struct buf *out);
/* Takes the first word off `*rest`, whose ptr is NULL after the last. False when it has not the
 * form. */
MUST_USE bool pg_word_parse(struct slice *rest, struct pg_word *out);

#endif
