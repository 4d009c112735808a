/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes after signing out, however it was asked for. */
#ifndef ENDPOINT_LOGOUT_PAGES_H
#define ENDPOINT_LOGOUT_PAGES_H

#include "flow/logout.h"
#include "web/web.h"

struct logout_then {
	struct slice uri;         /* of a client, registered: where to go on; "" */
	struct slice client_name; /* "" */
};
/* Signs out whoever is signed in; false when that failed, and 503 is the answer. */
bool logout_pages_sign_out(struct web_context *context, struct logout_frames *frames);
/* The page with the frames, or none and straight on. */
void logout_pages_go_on(struct web_context *context, const struct logout_frames *frames,
			const struct logout_then *then);

#endif
