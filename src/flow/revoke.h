/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocation by a client (RFC 7009) and by a person. Either token of an authorization revokes the
 * authorization: what a person or a device wants to end is the access, not one of its tokens. */
#ifndef FLOW_REVOKE_H
#define FLOW_REVOKE_H

#include "base/attr.h"
#include "flow/flow.h"

/* ERR_OK also for tokens that are unknown, foreign or dead (RFC7009#2.2); ERR_DATABASE. */
MUST_USE enum err revoke_token(const struct flow *flow, const struct call *call,
			       const struct client *client, struct slice token);
/* Whoever holds it; the event says why. ERR_ABSENT, ERR_DATABASE. */
MUST_USE enum err revoke_as(const struct flow *flow, const struct call *call,
			    const struct authorization *authorization, enum event_kind why);
/* ERR_ABSENT when it is not this person's. */
MUST_USE enum err revoke_authorization(const struct flow *flow, const struct call *call,
				       const struct user *user, const struct id *authorization);

/* What this person has authorised and not revoked, newest first. */
MUST_USE enum err revoke_list(const struct flow *flow, const struct call *call,
			      const struct user *user, struct authorization_list *out);

#endif
