/* SPDX-License-Identifier: Apache-2.0
 *
 * The signing keys as read from the database at one moment, opened and ready for use, and the JWKS
 * made of them. Immutable and shared: whoever holds one may use it for as long as he likes. */
#ifndef FLOW_SIGNING_SET_H
#define FLOW_SIGNING_SET_H

#include "base/attr.h"
#include "crypto/jwk.h"
#include "domain/signing_key.h"
#include "flow/flow.h"

struct signing_set;

/* ERR_DATABASE. A key that does not open is left out, the log says so, and the set is not whole. */
MUST_USE enum err signing_set_read(const struct flow *flow, const struct call *call,
				   struct signing_set **out);
/* One more holder. */
struct signing_set *signing_set_hold(struct signing_set *set);
/* One less: the last one frees. */
void signing_set_free(struct signing_set **set);

bool signing_set_is_whole(const struct signing_set *set);
/* Whether, when it was read, there was a key that signs for each algorithm of ours. */
bool signing_set_signs_all(const struct signing_set *set);
bool signing_keys_sign_all(const struct signing_key_list *rows, int64_t now);
int64_t signing_set_read_ms(const struct signing_set *set);
const struct signing_key_list *signing_set_rows(const struct signing_set *set);
/* The key of the row at this place of the list. */
const struct jwk *signing_set_key(const struct signing_set *set, const struct signing_key *row);
const struct signing_key *signing_set_find(const struct signing_set *set, struct slice kid);
struct slice signing_set_document(const struct signing_set *set);
struct slice signing_set_etag(const struct signing_set *set);

/* The private half as it stands in a row. */
struct slice signing_key_close(const struct keyring *ring, struct arena *arena, struct slice kid,
			       struct slice json);
MUST_USE enum err signing_key_open(const struct keyring *ring, struct arena *arena,
				   const struct signing_key *row, struct slice *json);

#endif
