/* SPDX-License-Identifier: Apache-2.0
 *
 * What may come once until it expires. */
#include "store/sqlite/object.h"

static enum err seen_insert(struct store *store, const struct hash *hash, int64_t now,
			    int64_t expires)
{
	static const char sql[] =
		"INSERT INTO seen (hash, expires) VALUES (?1, ?3)"
		" ON CONFLICT DO UPDATE SET expires = excluded.expires WHERE seen.expires <= ?2";
	return ENGINE_CHANGE(store, sql, VALUES(V_HASH(hash), V_INT(now), V_INT(expires)),
			     ERR_CONFLICT, NULL);
}

const struct store_seen_ops seen_ops = {
	.insert = seen_insert,
};
