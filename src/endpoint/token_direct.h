/* SPDX-License-Identifier: Apache-2.0
 *
 * What the grants that redeem nothing share at the token endpoint. */
#ifndef ENDPOINT_TOKEN_DIRECT_H
#define ENDPOINT_TOKEN_DIRECT_H

#include "domain/oauth_error.h"
#include "flow/answer.h"
#include "web/web.h"

/* The tokens, or the error. */
void token_direct_reply(struct web_context *context, enum oauth_error error,
			const struct token_answer *answer);

#endif
