/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of a token carries the id of its authorization. */
#include "flow/token_key.h"

#include <assert.h>
#include <string.h>

#include "base/rng.h"
#include "base/secret.h"

static_assert((int)TOKEN_ID_BYTES == (int)ID_BYTES, "a token carries a whole id");

void token_fresh(const struct flow *flow, enum token_kind kind, const struct id *authorization,
		 struct token *out)
{
	uint8_t random[TOKEN_RANDOM_BYTES];
	rng_bytes(random, sizeof(random));
	token_make(flow->ring, kind, authorization->bytes, random, out);
	secret_wipe(random, sizeof(random));
}

struct token_key token_key(const struct token *token)
{
	struct token_key key = { .hash = token->hash };
	memcpy(key.authorization.bytes, token->authorization, ID_BYTES);
	return key;
}

enum find refresh_token_find(const struct flow *flow, const struct call *call, struct slice text,
			     struct refresh_token **out)
{
	AUTO_FINI(token) struct token token = { 0 };
	if (token_parse(flow->ring, TOKEN_REFRESH, text, &token) != ERR_OK)
		return ABSENT;
	const struct token_key key = token_key(&token);
	return store_refresh_token_find(flow->store, call->arena, &key, out);
}
