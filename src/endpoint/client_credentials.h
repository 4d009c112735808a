/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads who the client says it is, and how it proves it, out of a request: RFC6749#2.3.1. */
#ifndef ENDPOINT_CLIENT_CREDENTIALS_H
#define ENDPOINT_CLIENT_CREDENTIALS_H

#include "flow/client_auth.h"
#include "web/web.h"

/* False when it has answered: no client at all, two methods at once, a malformed header. */
bool client_credentials_read(struct web_context *context, struct client_credentials *out);
/* On a worker: reads and checks. False when it has answered. */
bool client_credentials_check(struct web_context *context, struct client_authenticated *out);
/* Answers a client authentication that did not succeed; not for NEEDS_WORKER. */
void client_credentials_refuse(struct web_context *context, enum client_auth auth,
			       int64_t retry_after);

#endif
