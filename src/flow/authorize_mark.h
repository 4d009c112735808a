/* SPDX-License-Identifier: Apache-2.0
 *
 * What an address remembers of the earlier steps of an authorization request: when it began, in
 * which session, and whether the chooser was shown since. With a MAC over it and the request, so
 * that it serves no other request; it names no secret and opens nothing. */
#ifndef FLOW_AUTHORIZE_MARK_H
#define FLOW_AUTHORIZE_MARK_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "flow/flow.h"

enum { AUTHORIZE_MARK_TAG = 16 };

struct authorize_mark {
	int64_t began;
	struct slice tag; /* of the session in which it began; "": nobody was signed in */
	bool chooser;     /* the chooser was shown, in that session */
};

/* A few characters that tell one session from another; "" for none. */
struct slice authorize_session_tag(struct arena *arena, const struct session *session);
struct authorize_mark authorize_mark_new(const struct call *call, const struct session *session);
/* `request` is the text of the request, without a mark. */
struct slice authorize_mark_write(const struct flow *flow, const struct call *call,
				  const struct authorize_mark *mark, struct slice request);
/* Whether what was begun then may still be answered. */
bool authorize_is_in_time(int64_t began, int64_t now);
/* ERR_INVALID: not ours, of another request, or older than AUTHORIZE_INTERACTION_S. */
MUST_USE enum err authorize_mark_read(const struct flow *flow, const struct call *call,
				      struct slice text, struct slice request,
				      struct authorize_mark *out);

#endif
