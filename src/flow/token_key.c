/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of a token carries the id of its authorization. */
#include "flow/token_key.h"

#include <assert.h>
#include <string.h>

static_assert((int)TOKEN_ID_BYTES == (int)ID_BYTES, "a token carries a whole id");

struct token_key token_key(const struct token *token)
{
	struct token_key key = { .hash = token->hash };
	memcpy(key.authorization.bytes, token->authorization, ID_BYTES);
	return key;
}
