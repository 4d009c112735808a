/* SPDX-License-Identifier: Apache-2.0
 *
 * What may come once. The key is what tells two that come at the same moment apart. */
#include "store/postgres/pg_object.h"

/* There is no event, and so no mark: after a lost connection it may be this very write that is
 * found. Taking it for another would refuse somebody for good; it is told as what it is, an outcome
 * that nobody knows. */
static enum err seen_insert(struct store *store, const struct hash *hash, int64_t now,
			    int64_t expires)
{
	static const char sql[] =
		"WITH done AS (INSERT INTO seen AS s (hash, expires) VALUES ($1, $3)"
		" ON CONFLICT (hash) DO UPDATE SET expires = excluded.expires"
		" WHERE s.expires <= $2 RETURNING 1) SELECT count(*) FROM done";
	return PG_WRITE(store, sql, VALUES(V_HASH(hash), V_INT(now), V_INT(expires)),
			OUTCOMES(ERR_CONFLICT, ERR_OK), .in_doubt = ERR_DATABASE);
}

const struct store_seen_ops pg_seen_ops = {
	.insert = seen_insert,
};
