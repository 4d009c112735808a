/* SPDX-License-Identifier: Apache-2.0
 *
 * What people have once allowed, so that they are not asked again. Taking it back makes the
 * application ask anew; what it has already is revoked by itself (flow/revoke.h). ASVS#10.7.3 */
#ifndef FLOW_CONSENTS_H
#define FLOW_CONSENTS_H

#include "base/attr.h"
#include "flow/flow.h"

MUST_USE enum err consents_list(const struct flow *flow, const struct call *call,
				const struct user *user, struct consent_list *out);
/* ERR_ABSENT: nothing of this person is remembered about this client. */
MUST_USE enum err consents_remove(const struct flow *flow, const struct call *call,
				  const struct user *user, const struct id *client);

#endif
