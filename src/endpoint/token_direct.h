/* SPDX-License-Identifier: Apache-2.0
 *
 * What the grants that redeem nothing share at the token endpoint. */
#ifndef ENDPOINT_TOKEN_DIRECT_H
#define ENDPOINT_TOKEN_DIRECT_H

#include "domain/oauth_error.h"
#include "domain/resource.h"
#include "flow/answer.h"
#include "flow/resources.h"
#include "web/web.h"

enum { RESOURCES_NAMED_MAX = RESOURCES_MAX + 1 /* one too many is seen */ };

/* The values of `resource`: RFC8707#2. */
struct resources_named token_direct_resources(struct web_context *context,
					      struct slice room[RESOURCES_NAMED_MAX]);
/* The tokens, or the error. */
void token_direct_reply(struct web_context *context, enum oauth_error error,
			const struct token_answer *answer);

#endif
