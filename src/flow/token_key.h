/* SPDX-License-Identifier: Apache-2.0
 *
 * From the token that was presented to what finds its row. */
#ifndef FLOW_TOKEN_KEY_H
#define FLOW_TOKEN_KEY_H

#include "crypto/token.h"
#include "domain/authorization.h"

struct token_key token_key(const struct token *token);

#endif
