/* SPDX-License-Identifier: Apache-2.0
 *
 * What is kept is one hash over hashes: of a fixed length, so that no two lists of parts give the
 * same bytes, and nobody can take up the place of another's jti. */
#include "flow/replay.h"

#include <string.h>

#include "base/ensure.h"

struct parts {
	uint8_t kind;
	struct hash issuer;
	struct hash jti;
};

static void hash_of(const struct replay *replay, struct hash *out)
{
	struct parts parts;
	ensure((unsigned)replay->kind < REPLAY_KIND_COUNT);
	memset(&parts, 0, sizeof(parts));
	parts.kind = (uint8_t)replay->kind;
	hash_sha256(replay->issuer, &parts.issuer);
	hash_sha256(replay->jti, &parts.jti);
	hash_sha256(slice_of(&parts, sizeof(parts)), out);
}

enum err replay_take(const struct flow *flow, const struct call *call, const struct replay *replay)
{
	struct hash hash;
	hash_of(replay, &hash);
	return store_seen_insert(flow->store, &hash, call->now, replay->expires);
}
