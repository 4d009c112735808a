/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-in. A wrong name, a wrong password and a disabled account look and cost the
 * same; attempts are counted before they cost anything, and an attempt over budget is refused
 * before any hash. */
#ifndef FLOW_SIGN_IN_H
#define FLOW_SIGN_IN_H

#include "base/attr.h"
#include "flow/flow.h"

enum sign_in_outcome { SIGN_IN_OK = 0, SIGN_IN_WRONG, SIGN_IN_OVER_BUDGET, SIGN_IN_UNAVAILABLE };

struct sign_in_request {
	struct slice name; /* as typed */
	struct slice password;
	struct slice device;         /* the known-device cookie as sent; "" */
	const struct hash *replaces; /* the session that this browser has now; NULL */
	bool keeps_others;           /* whoever else is signed in in it stays so */
};
struct sign_in_result {
	struct slice session; /* the new cookie's value, in the arena */
	struct slice device;  /* the known-device cookie to set */
	struct user *user;
	int64_t retry_after;
};
/* Hashes the password anew when its cost is outdated. */
enum sign_in_outcome sign_in(const struct flow *flow, const struct call *call,
			     const struct sign_in_request *request, struct sign_in_result *out);
/* The session of a cookie's value: found, alive (limits), with an enabled person. Touches it when
 * it is time, unless `touch` is false (on a loop). */
enum find sign_in_session(const struct flow *flow, const struct call *call, struct slice cookie,
			  bool touch, struct session **out);

#endif
