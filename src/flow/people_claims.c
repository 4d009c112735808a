/* SPDX-License-Identifier: Apache-2.0
 *
 * Checked one by one, written together; the event names them, and not their values. */
#include "flow/people_claims.h"

#include "base/buf.h"
#include "base/ensure.h"

enum { NAMES_MAX = 1024 };

static enum err check(const struct call *call, const struct claim *claim, struct slice *why)
{
	const struct claim_row *row = claim_find(claim->name);
	if (!row) {
		*why = arena_printf(call->arena, "There is no claim named %.*s.",
				    SLICE_ARG(claim->name));
		return ERR_INVALID;
	}
	struct slice fault = slice_is_empty(claim->value) && row->most > 0
				     ? SLICE_EMPTY
				     : claim_fault(row, claim->value);
	if (slice_is_empty(fault))
		return ERR_OK;
	*why = arena_printf(call->arena, "%s: %.*s", row->name, SLICE_ARG(fault));
	return ERR_INVALID;
}

static struct slice names_of(const struct call *call, const struct claim_change *change)
{
	struct buf buf;
	buf_init_arena(&buf, call->arena, NAMES_MAX);
	for (size_t i = 0; i < change->count; i++)
		buf_addf(&buf, "%.*s ", SLICE_ARG(change->claims[i].name));
	buf_add(&buf, call->actor);
	return slice_trim(buf_slice(&buf));
}

enum err people_set_claims(const struct flow *flow, const struct call *call,
			   const struct claim_change *change, struct slice *why)
{
	ensure(change->count <= PEOPLE_CLAIMS_MAX);
	*why = SLICE_EMPTY;
	for (size_t i = 0; i < change->count; i++) {
		enum err err = check(call, &change->claims[i], why);
		if (err != ERR_OK)
			return err;
	}
	struct event event = call_event(call, EVENT_USER_CLAIM_CHANGED, &change->user->id, NULL,
					NULL);
	event.detail = names_of(call, change);
	const struct claim_set set = { change->claims, change->count, call->now };
	return store_user_claim_set(flow->store, &change->user->id, &set, &event);
}
