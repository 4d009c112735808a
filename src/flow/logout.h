/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing out: a browser session ends, the refresh tokens that it gave (but those for offline
 * access) are revoked, and its applications are told, by a job each (Back-Channel Logout) or by
 * frames of the page that follows (Front-Channel Logout). What a device was given never ends with a
 * browser. BCLOGOUT#2.7, FCLOGOUT#2
 *
 * Tokens and jobs are the store's, in the write that ends the session (store_session_remove(), and
 * those that end all sessions of a person): a node that dies leaves either all of it or nothing. */
#ifndef FLOW_LOGOUT_H
#define FLOW_LOGOUT_H

#include "base/attr.h"
#include "flow/flow.h"

/* What the page after it must load. */
struct logout_frames {
	struct slice *urls;
	size_t count;
};

/* Everybody in the session, and all that was given in it. When it fails the session stands. */
MUST_USE enum err logout_session(const struct flow *flow, const struct call *call,
				 const struct session *session, struct logout_frames *frames);

#endif
