/* SPDX-License-Identifier: Apache-2.0
 *
 * One row per person and client. */
#include "flow/consents.h"

enum err consents_list(const struct flow *flow, const struct call *call, const struct user *user,
		       struct consent_list *out)
{
	return store_consent_list(flow->store, call->arena, &user->id, out);
}

enum err consents_remove(const struct flow *flow, const struct call *call, const struct user *user,
			 const struct id *client)
{
	const struct event event = call_event(call, EVENT_CONSENT_REMOVED, &user->id, client, NULL);
	return store_consent_remove(flow->store, &user->id, client, &event);
}
