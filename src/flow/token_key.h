/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens and codes that are drawn; and from one that was presented to what finds its row. */
#ifndef FLOW_TOKEN_KEY_H
#define FLOW_TOKEN_KEY_H

#include "crypto/token.h"
#include "domain/authorization.h"
#include "flow/flow.h"

/* A new one, for this authorization, with random bytes that nobody else has seen. */
void token_fresh(const struct flow *flow, enum token_kind kind, const struct id *authorization,
		 struct token *out);

struct token_key token_key(const struct token *token);
/* ABSENT also when the text is none of ours: that asks no database. */
enum find refresh_token_find(const struct flow *flow, const struct call *call, struct slice text,
			     struct refresh_token **out);

#endif
