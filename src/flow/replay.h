/* SPDX-License-Identifier: Apache-2.0
 *
 * Things that come once: the jti of a client's assertion, of a DPoP proof, of an assertion about a
 * person. Remembered in the database, so that what one node has seen the others know. On a worker.
 */
#ifndef FLOW_REPLAY_H
#define FLOW_REPLAY_H

#include "base/attr.h"
#include "flow/flow.h"

enum replay_kind {
	REPLAY_CLIENT_ASSERTION = 0,
	REPLAY_DPOP,
	REPLAY_GRANT_ASSERTION,
	REPLAY_KIND_COUNT
};

struct replay {
	enum replay_kind kind;
	struct slice issuer; /* within which the jti is unique: a client, an issuer, a key */
	struct slice jti;
	int64_t expires; /* until then it would be taken, were it not remembered */
};
/* ERR_CONFLICT when it has come before. What cannot be remembered now is ERR_DATABASE: a refusal.
 */
MUST_USE enum err replay_take(const struct flow *flow, const struct call *call,
			      const struct replay *replay);

#endif
