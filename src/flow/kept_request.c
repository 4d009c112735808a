/* SPDX-License-Identifier: Apache-2.0
 *
 * The store knows the hash of the handle alone. */
#include "flow/kept_request.h"

#include "base/random_text.h"
#include "flow/kept_meter.h"

enum { HANDLE_BYTES = 16 };

enum err kept_request_keep(const struct flow *flow, const struct call *call,
			   const struct kept_request_new *new, struct slice *handle,
			   int64_t *retry_after)
{
	struct kept_request kept = {
		.kind = new->kind,
		.parameters = new->parameters,
		.created = call->now,
		.expires = call->now + new->lifetime,
	};
	enum err err = kept_meter_take(flow->kept, new->kind, &call->address, call->now_ms,
				       retry_after);
	if (err != ERR_OK)
		return err;
	*handle = random_text(call->arena, SLICE_EMPTY, HANDLE_BYTES);
	hash_sha256(*handle, &kept.hash);
	return store_kept_insert(flow->store, &kept, NULL);
}

enum find kept_request_find(const struct flow *flow, const struct call *call, enum kept_kind kind,
			    struct slice handle, struct kept_request **out)
{
	struct hash hash;
	hash_sha256(handle, &hash);
	enum find found = store_kept_find(flow->store, call->arena, &hash, out);
	return found == FOUND && (*out)->kind != kind ? ABSENT : found;
}
