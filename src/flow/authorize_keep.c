/* SPDX-License-Identifier: Apache-2.0
 *
 * The cookie of a session does not come with a POST from another site; it comes with the GET that
 * follows. What was posted is judged then, and kept as it came until then. OIDC#3.1.2.1 */
#include "base/encode.h"
#include "base/rng.h"
#include "domain/authorization_parameters.h"
#include "domain/names.h"
#include "flow/authorize.h"
#include "flow/kept_meter.h"

enum { HANDLE_BYTES = 16, HANDLE_TEXT = 22 };

static struct slice make_handle(struct arena *arena)
{
	uint8_t random[HANDLE_BYTES];
	char *text = arena_alloc(arena, HANDLE_TEXT);
	rng_bytes(random, sizeof(random));
	encode_base62(random, sizeof(random), text);
	return slice_of(text, HANDLE_TEXT);
}

enum err authorize_keep(const struct flow *flow, const struct call *call, struct slice body,
			struct slice *location, int64_t *retry_after)
{
	struct authorization_parameters parameters;
	struct slice handle = make_handle(call->arena);
	struct kept_request kept = {
		.kind = KEPT_AUTHORIZE,
		.parameters = body,
		.created = call->now,
		.expires = call->now + AUTHORIZE_KEPT_S,
	};
	if (body.len > AUTHORIZE_BODY_MAX ||
	    authorization_parameters_parse(call->arena, body, &parameters) != ERR_OK)
		return ERR_INVALID;
	enum err err = kept_meter_take(flow->kept, KEPT_AUTHORIZE, &call->address, call->now_ms,
				       retry_after);
	if (err != ERR_OK)
		return err;
	hash_sha256(handle, &kept.hash);
	*location = arena_printf(call->arena, "/o/authorize/?" NAME_KEPT "=%.*s",
				 SLICE_ARG(handle));
	return store_kept_insert(flow->store, &kept, NULL);
}
