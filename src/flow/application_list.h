/* SPDX-License-Identifier: Apache-2.0
 *
 * Applications as a person may see them: the own ones, or all of them for an administrator. */
#ifndef FLOW_APPLICATION_LIST_H
#define FLOW_APPLICATION_LIST_H

#include "base/attr.h"
#include "domain/client.h"
#include "flow/flow.h"

enum { APPLICATION_LIST_MAX = 1000 };

MUST_USE enum err application_list(const struct flow *flow, const struct call *call,
				   const struct user *user, struct client_list *out);
/* By the id of its page. ABSENT also when it is somebody else's. */
enum find application_find(const struct flow *flow, const struct call *call,
			   const struct user *user, struct slice id, struct client **out);
enum find application_secrets(const struct flow *flow, const struct call *call,
			      const struct client *client, struct client_secret_list *out);
MUST_USE enum err application_remove_secret(const struct flow *flow, const struct call *call,
					    const struct client *client, struct slice secret);
/* The owner's name; "" when there is none. */
struct slice application_owner(const struct flow *flow, const struct call *call,
			       const struct client *client);
/* Names of all scopes, space separated. */
struct slice application_known_scopes(const struct flow *flow, const struct call *call);

#endif
