/* SPDX-License-Identifier: Apache-2.0
 *
 * The client configuration endpoint, by which a client looks at, changes or removes what it has
 * registered: RFC7592#2. */
#include "endpoint/bearer_plain.h"
#include "endpoint/endpoints.h"
#include "endpoint/registration.h"

static struct registration_caller caller_of(const struct web_context *context)
{
	return (struct registration_caller){ context->path_part, bearer_plain_token(context) };
}

/* RFC7592#2.1 */
void register_client_get(struct web_context *context)
{
	const struct registration_caller caller = caller_of(context);
	struct client_entry entry = { .client = NULL };
	enum oauth_error error = registration_find(context->web->flow, &context->call, &caller,
						   &entry);
	const struct registration_outcome outcome = {
		.client = entry.client,
		.token = caller.token,
		.secret = SLICE_EMPTY,
	};
	registration_reply(context, 200, error, &outcome);
}

/* RFC7592#2.2 */
void register_client_put(struct web_context *context)
{
	AUTO(json) struct json *metadata = NULL;
	const struct registration_caller caller = caller_of(context);
	struct registration_outcome outcome;
	if (!registration_body(context, &metadata))
		return;
	enum oauth_error error = registration_update(context->web->flow, &context->call, &caller,
						     metadata, &outcome);
	registration_reply(context, 200, error, &outcome);
}

/* RFC7592#2.3 */
void register_client_delete(struct web_context *context)
{
	const struct registration_caller caller = caller_of(context);
	const struct registration_outcome outcome = { .why = SLICE_EMPTY };
	enum oauth_error error = registration_remove(context->web->flow, &context->call, &caller);
	if (error != OAUTH_OK) {
		registration_reply_error(context, error, &outcome);
		return;
	}
	context->response->status = 204;
	http_response_header(context->response, "Cache-Control", SLICE("no-store"));
}
