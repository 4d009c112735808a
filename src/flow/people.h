/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts as the command line and, later, the sign-up page make and change them. Passwords are
 * hashed here. */
#ifndef FLOW_PEOPLE_H
#define FLOW_PEOPLE_H

#include "base/attr.h"
#include "flow/flow.h"

struct person_new {
	struct slice name;
	struct slice password;
	bool admin;
};

/* ERR_INVALID with a sentence in `*why` (name or password not acceptable), ERR_CONFLICT when the
 * name is taken. */
MUST_USE enum err people_add(const struct flow *flow, const struct call *call,
			     const struct person_new *person, struct id *id, struct slice *why);
enum find people_find(const struct flow *flow, const struct call *call, struct slice name,
		      struct user **out);
/* Ends all sessions. ERR_INVALID with `*why`, ERR_ABSENT. */
MUST_USE enum err people_set_password(const struct flow *flow, const struct call *call,
				      const struct user *user, struct slice password,
				      struct slice *why);
MUST_USE enum err people_set_enabled(const struct flow *flow, const struct call *call,
				     const struct user *user, bool enabled);
MUST_USE enum err people_set_admin(const struct flow *flow, const struct call *call,
				   const struct user *user, bool admin);
MUST_USE enum err people_remove(const struct flow *flow, const struct call *call,
				const struct user *user);

#endif
