/* SPDX-License-Identifier: Apache-2.0
 *
 * One answer for all of them. */
#include "endpoint/token_direct.h"

#include "endpoint/oauth_reply.h"

enum { DATABASE_RETRY_S = 2 };

void token_direct_reply(struct web_context *context, enum oauth_error error,
			const struct token_answer *answer)
{
	if (error == OAUTH_OK)
		oauth_reply_tokens(context, answer);
	else if (error == OAUTH_TEMPORARILY_UNAVAILABLE)
		oauth_reply_wait(context, false, DATABASE_RETRY_S);
	else
		oauth_reply_error(context, error);
}
