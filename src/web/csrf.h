/* SPDX-License-Identifier: Apache-2.0
 *
 * Form tokens: a MAC over the session, before sign-in over a random cookie of ours. A cookie that
 * we did not issue is never adopted: it carries a MAC of its own. RFC6749#10.12, ASVS 3.5.1 */
#ifndef WEB_CSRF_H
#define WEB_CSRF_H

#include "web/web.h"

/* The token for this browser's forms; issues the anonymous cookie when there is neither a session
 * nor a good cookie. */
struct slice csrf_token(struct web_context *context);
/* True when the posted csrf_token fits, and neither Origin nor Sec-Fetch-Site says that another
 * site sent the form. */
bool csrf_is_ours(struct web_context *context);
/* A MAC that ties a value to this browser's session and to a time: "time.mac". Checked within
 * `max_age` seconds. */
struct slice csrf_sign(struct web_context *context, struct slice value);
bool csrf_signed_fits(struct web_context *context, struct slice value, struct slice proof,
		      int64_t max_age);

#endif
