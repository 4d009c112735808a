/* SPDX-License-Identifier: Apache-2.0
 *
 * The client registration endpoint: RFC7591#3. */
#include "endpoint/bearer_plain.h"
#include "endpoint/endpoints.h"
#include "endpoint/registration.h"

/* Where it is not offered, there is nothing. */
static bool is_offered(struct web_context *context)
{
	const struct refused refused = {
		.status = 404,
		.text = SLICE("Clients do not register themselves here."),
	};
	if (context->web->flow->settings.registration != REGISTRATION_OFF)
		return true;
	context->route->face->refuse(context, &refused);
	return false;
}

void register_post(struct web_context *context)
{
	AUTO(json) struct json *metadata = NULL;
	struct registration_outcome outcome;
	if (!is_offered(context) || !registration_body(context, &metadata))
		return;
	enum oauth_error error = registration_add(context->web->flow, &context->call,
						  bearer_plain_token(context), metadata, &outcome);
	/* RFC7591#3.2.1 */
	registration_reply(context, 201, error, &outcome);
}
