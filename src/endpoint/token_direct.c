/* SPDX-License-Identifier: Apache-2.0
 *
 * A parameter without a value is none, also among several. */
#include "endpoint/token_direct.h"

#include "domain/names.h"
#include "endpoint/oauth_reply.h"

enum { DATABASE_RETRY_S = 2 };

struct resources_named token_direct_resources(struct web_context *context,
					      struct slice room[RESOURCES_NAMED_MAX])
{
	size_t count = form_values(&context->form, NAME_RESOURCE, room, RESOURCES_NAMED_MAX);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (!slice_is_empty(room[i])) /* RFC6749#3.2 */
			room[kept++] = room[i];
	return (struct resources_named){ room, kept };
}

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
