/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of keys by the URL that they were fetched from, and the class on whose account: two classes
 * share nothing. For client_keys.c. */
#ifndef FLOW_KEY_TABLE_H
#define FLOW_KEY_TABLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"
#include "crypto/jwk.h"
#include "fetch/fetch.h"

/* Immutable, and counted: who was given one frees it. */
struct key_set {
	struct jwk_set *keys;
	atomic_uint holders;
};
void key_set_free(struct key_set **set);

struct client_keys;
struct key_table_query {
	struct slice uri;
	enum fetch_class class;
	int64_t now_ms;
	bool anew; /* look again, unless that was done a moment ago: ABSENT then */
};
/* FIND_FAILED: cannot be had now; `*busy` when that is because too many are asked for or waited for
 * at a time, and says nothing about him who has the keys. */
enum find key_table_get(struct client_keys *table, struct fetch *fetch,
			const struct key_table_query *query, struct key_set **out, bool *busy);

#endif
