/* SPDX-License-Identifier: Apache-2.0
 *
 * The browser session: opening one, the people in it, and which of them acts. Several may be signed
 * in in one browser, each with the time and the way of his sign-in and a sid of his own. */
#ifndef FLOW_ACCOUNTS_H
#define FLOW_ACCOUNTS_H

#include "base/attr.h"
#include "flow/flow.h"

/* Somebody has proved who he is. */
struct account_session {
	const struct user *user;
	struct slice password_hash;  /* that his password fitted; "": he has just been made */
	const struct hash *replaces; /* the session that this browser has now; NULL */
	bool keeps_others;           /* whoever else is signed in in it stays so */
};
/* A fresh session with a cookie of a new value, in the arena. Whoever was in the old one and is not
 * kept is signed out, and his applications are told; somebody who was in it himself keeps his sid:
 * to applications he never left. ERR_UNCHANGED: disabled, or the password was changed since. */
MUST_USE enum err account_open(const struct flow *flow, const struct call *call,
			       const struct account_session *session, struct slice *cookie);

/* Everybody in it whose own sign-in is not too old, the acting one first. */
MUST_USE enum err account_people(const struct flow *flow, const struct call *call,
				 const struct session *session, struct session_list *out);
/* From now on he acts. ERR_ABSENT: he is not signed in here (any more). */
MUST_USE enum err account_choose(const struct flow *flow, const struct call *call,
				 const struct session *session, const struct id *user);

#endif
