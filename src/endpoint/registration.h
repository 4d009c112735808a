/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two registration endpoints (register.c, register_client.c) share: reading a document,
 * and answering. */
#ifndef ENDPOINT_REGISTRATION_H
#define ENDPOINT_REGISTRATION_H

#include "flow/registration.h"
#include "web/web.h"

/* The body as a JSON object; the caller frees it. False when it has answered. */
bool registration_body(struct web_context *context, struct json **out);
/* The client information response, or the error. */
void registration_reply(struct web_context *context, int status, enum oauth_error error,
			const struct registration_outcome *outcome);
void registration_reply_error(struct web_context *context, enum oauth_error error,
			      const struct registration_outcome *outcome);

#endif
