/* SPDX-License-Identifier: Apache-2.0
 *
 * From the token that was presented to what finds its row. */
#ifndef FLOW_TOKEN_KEY_H
#define FLOW_TOKEN_KEY_H

#include "crypto/token.h"
#include "domain/authorization.h"
#include "flow/flow.h"

struct token_key token_key(const struct token *token);
/* ABSENT also when the text is none of ours: that asks no database. */
enum find refresh_token_find(const struct flow *flow, const struct call *call, struct slice text,
			     struct refresh_token **out);

#endif
