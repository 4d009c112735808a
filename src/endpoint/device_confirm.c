/* SPDX-License-Identifier: Apache-2.0
 *
 * Approve or deny: RFC8628#3.3, #5.4. Only a POST with the form token decides; the first decision
 * is final. */
#include <string.h>

#include "domain/names.h"
#include "endpoint/device_pages.h"
#include "endpoint/endpoints.h"
#include "endpoint/page_scopes.h"
#include "flow/metadata_document.h"
#include "web/reply.h"

/* RFC10027#6.1.1: told, and not enforced; people do use two networks. */
static bool is_same_network(const struct web_context *context, struct slice text)
{
	struct address address;
	uint8_t theirs[ADDRESS_PREFIX_BYTES];
	uint8_t ours[ADDRESS_PREFIX_BYTES];
	if (address_parse(text, &address) != ERR_OK)
		return false;
	address_prefix(&address, theirs);
	address_prefix(&context->call.address, ours);
	return slice_equal(slice_of(theirs, sizeof(theirs)), slice_of(ours, sizeof(ours)));
}

void device_confirm_get(struct web_context *context)
{
	struct device_shown shown;
	if (!device_pages_load(context, &shown))
		return;
	const struct device_grant *grant = shown.grant;
	if (!device_grant_is_open(grant->status, grant->expires, context->call.now)) {
		device_pages_go_to_status(context);
		return;
	}
	const struct page page = reply_page_values(context, true);
	const struct confirm_values values = {
		.handle = context->path_part,
		.user_code = shown.user_code,
		.client_name = shown.client->name,
		.client_host = metadata_document_host(shown.client),
		.client_reviewed = shown.client->reviewed,
		.scopes = page_scopes(context->arena, &shown.scopes),
		.scope_count = shown.scopes.count,
		.resources = page_resources(context->arena, &shown.resources),
		.resource_count = shown.resources.count,
		.age = context->call.now - grant->created,
		.expires_in = grant->expires - context->call.now,
		.address = grant->address,
		.same_network = is_same_network(context, grant->address),
		.user_agent = grant->user_agent,
	};
	reply_page(context, 200, page_confirm(&page, &values));
}

void device_confirm_post(struct web_context *context)
{
	struct slice action = form_value(&context->form, NAME_ACTION);
	bool accept = slice_equal(action, SLICE("accept"));
	struct device_shown shown;
	if (!accept && !slice_equal(action, SLICE("deny"))) {
		reply_error_page(context, 400);
		return;
	}
	if (!device_pages_load(context, &shown))
		return;
	enum err err = device_decide(context->web->flow, &context->call, context->session, &shown,
				     accept);
	if (err == ERR_OK || err == ERR_UNCHANGED)
		device_pages_go_to_status(context); /* which tells what became of it */
	else
		reply_error_page(context, 503);
}
