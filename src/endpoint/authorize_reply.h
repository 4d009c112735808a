/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of an authorization request, as an answer to the browser: a redirect or a form to
 * the client, a page on the way, or an error page. */
#ifndef ENDPOINT_AUTHORIZE_REPLY_H
#define ENDPOINT_AUTHORIZE_REPLY_H

#include "flow/authorize.h"
#include "web/web.h"

void authorize_reply(struct web_context *context, const struct authorize_result *result);

#endif
