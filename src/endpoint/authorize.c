/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization endpoint: RFC6749#3.1, OIDC#3.1.2.1. A GET is a request; a POST comes from
 * anywhere, changes nothing, and goes on as a GET. What the person decides is authorize_decide.c.
 */
#include "endpoint/authorize_reply.h"
#include "endpoint/endpoints.h"
#include "web/reply.h"

void authorize_get(struct web_context *context)
{
	const struct authorize_request request = { context->request->query, context->session };
	struct authorize_result result;
	authorize(context->web->flow, &context->call, &request, &result);
	authorize_reply(context, &result);
}

static void refuse(struct web_context *context, int status, int64_t retry_after)
{
	const struct refused refused = { .status = status, .retry_after = retry_after };
	face_page.refuse(context, &refused);
}

void authorize_post(struct web_context *context)
{
	struct slice body = context->request->body;
	struct slice location;
	int64_t retry_after = 0;
	switch (authorize_keep(context->web->flow, &context->call, body, &location, &retry_after)) {
	case ERR_OK:
		reply_redirect(context, location);
		return;
	case ERR_INVALID:
		refuse(context, body.len > AUTHORIZE_BODY_MAX ? 413 : 400, 0);
		return;
	case ERR_FULL:
		refuse(context, 429, retry_after);
		return;
	default:
		reply_error_page(context, 503);
	}
}
