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

enum find resources_serves(const struct flow *flow, const struct call *call,
			   const struct client *client, struct slice resources)
{
	struct resource_list known;
	struct slice uri;
	if (slice_is_empty(resources))
		return ABSENT;
	if (resource_cache_list(flow, call, &known) != ERR_OK)
		return FIND_FAILED;
	while (slice_word(&resources, &uri)) {
		const struct resource *row = resource_list_find(&known, uri);
		if (row && id_equal(&row->client, &client->id))
			return FOUND;
	}
	return ABSENT;
}
