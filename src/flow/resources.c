/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads, and lets domain/resource.c decide. */
#include "flow/resources.h"

#include "domain/client_setting.h"
#include "flow/resource_cache.h"

enum oauth_error resources_grant(const struct flow *flow, const struct call *call,
				 const struct client *client, const struct resources_named *named,
				 struct slice *out)
{
	struct resource_list known;
	*out = SLICE_EMPTY;
	if (named->count == 0)
		return OAUTH_OK;
	if (resource_cache_list(flow, call, &known) != ERR_OK)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	const struct resource_request request = {
		.named = named->items,
		.count = named->count,
		.allowed = client_setting_get(client->settings, SETTING_RESOURCES),
		.known = &known,
	};
	return resource_grant(&request, call->arena, out);
}
