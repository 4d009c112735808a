/* SPDX-License-Identifier: Apache-2.0
 *
 * /o/.well-known/openid-configuration (DISCOVERY#4) and oauth-authorization-server (RFC8414#3),
 * each in both places where clients look for it, with one and the same document: RFC8414#5. */
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/server_document.h"
#include "web/reply.h"

enum { MAX_AGE_S = 300 };

bool server_document_reply(struct web_context *context, enum server_document which, bool may_wait)
{
	const struct server_metadata_query query = { which, may_wait };
	struct kept_reply reply = { .type = SLICE("application/json"), .max_age = MAX_AGE_S };
	enum find find = server_metadata_find(context->web->flow, &context->call, &query,
					      &reply.body, &reply.etag);
	if (find == FOUND)
		reply_kept(context, &reply);
	else if (find == FIND_FAILED)
		oauth_reply_error(context, OAUTH_TEMPORARILY_UNAVAILABLE);
	return find != ABSENT;
}

bool metadata_quick(struct web_context *context)
{
	return server_document_reply(context, DOCUMENT_OF_SERVER, false);
}

void metadata_get(struct web_context *context)
{
	(void)server_document_reply(context, DOCUMENT_OF_SERVER, true);
}
