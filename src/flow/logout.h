/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing out: a browser session ends, the refresh tokens that it gave (but those for offline
 * access) are revoked, and its applications are told, by a job each (Back-Channel Logout) or by
 * frames of the page that follows (Front-Channel Logout). What a device was given never ends with a
 * browser. BCLOGOUT#2.7, FCLOGOUT#2 */
#ifndef FLOW_LOGOUT_H
#define FLOW_LOGOUT_H

#include "base/attr.h"
#include "flow/flow.h"

/* What the page after it must load. */
struct logout_frames {
	struct slice *urls;
	size_t count;
};

/* Everybody in the session, and all that was given in it, also by another request at the same
 * moment. When it fails the session stands as a rule, and jobs that were made are made again by the
 * next try. */
MUST_USE enum err logout_session(const struct flow *flow, const struct call *call,
				 const struct session *session, struct logout_frames *frames);
/* People whose session was replaced by somebody else's sign-in. Failing is logged. */
void logout_left_behind(const struct flow *flow, const struct call *call,
			const struct session_list *people);
/* Every session of a person whose account is disabled, or whose password is changed: before the
 * write that ends the sessions, and once more after it for what was given in between. (With an
 * account that is removed all goes that could be told of.) Failing is logged. What is returned
 * lives in the call's arena. */
struct logout;
struct logout *logout_person(const struct flow *flow, const struct call *call,
			     const struct id *user);
void logout_person_again(struct logout *logout, const struct id *user);

#endif
