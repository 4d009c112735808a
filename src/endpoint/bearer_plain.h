/* SPDX-License-Identifier: Apache-2.0
 *
 * A bearer token that is read where no resource is asked for: an initial or a registration access
 * token (RFC7591#3, RFC7592#3), or that of who introspects (RFC7662#2.1). */
#ifndef ENDPOINT_BEARER_PLAIN_H
#define ENDPOINT_BEARER_PLAIN_H

#include "web/web.h"

/* The Authorization header names the scheme, whatever follows. */
bool bearer_plain_is_sent(const struct web_context *context);
/* The token of the Authorization header; "" when there is none. */
struct slice bearer_plain_token(const struct web_context *context);
/* 401 with a challenge: RFC6750#3. No error where nothing was sent. */
void bearer_plain_refuse(struct web_context *context);

#endif
