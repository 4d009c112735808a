/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts as the command line and the sign-up page make and change them. Passwords are hashed
 * here. */
#ifndef FLOW_PEOPLE_H
#define FLOW_PEOPLE_H

#include "base/attr.h"
#include "flow/flow.h"

struct person_new {
	struct slice name;
	struct slice password;
	bool admin;
	const struct hash *invitation; /* a ticket of which this is one use; NULL: none */
};

/* A sentence each: what is wrong with name and password; "" where all is well. */
struct person_faults {
	struct slice name;
	struct slice password;
};
void people_check(const struct flow *flow, const struct person_new *person,
		  struct person_faults *out);

/* ERR_INVALID with a sentence in `*why` (name or password not acceptable), ERR_CONFLICT when the
 * name is taken, ERR_UNCHANGED when the invitation is of no use any more, ERR_FULL when too many
 * passwords are waiting to be hashed. */
MUST_USE enum err people_add(const struct flow *flow, const struct call *call,
			     const struct person_new *person, struct id *id, struct slice *why);
enum find people_find(const struct flow *flow, const struct call *call, struct slice name,
		      struct user **out);
/* Whether somebody is there and enabled. FOUND and NULL for nobody, whose id is zero. */
enum find people_stand(const struct flow *flow, const struct call *call, const struct id *id,
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
