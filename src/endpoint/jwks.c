/* SPDX-License-Identifier: Apache-2.0
 *
 * The public halves of the keys that sign: RFC 7517, DISCOVERY#3 (jwks_uri). On the loop, once they
 * have been read. */
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "flow/signing.h"
#include "web/reply.h"

/* Far shorter than the time for which a new key is published before it signs. */
enum { MAX_AGE_S = SIGNING_AHEAD_S / 4 };

static void answer(struct web_context *context, const struct signing_document *keys)
{
	const struct kept_reply reply = {
		.type = SLICE("application/json"),
		.body = keys->json,
		.etag = keys->etag,
		.max_age = MAX_AGE_S,
	};
	reply_kept(context, &reply);
}

bool jwks_quick(struct web_context *context)
{
	struct signing_document keys;
	if (!signing_jwks_peek(context->web->flow, &context->call, &keys))
		return false;
	answer(context, &keys);
	return true;
}

void jwks_get(struct web_context *context)
{
	struct signing_document keys;
	if (signing_jwks(context->web->flow, &context->call, &keys) == ERR_OK)
		answer(context, &keys);
	else
		oauth_reply_error(context, OAUTH_TEMPORARILY_UNAVAILABLE);
}
