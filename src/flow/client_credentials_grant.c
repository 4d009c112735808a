/* SPDX-License-Identifier: Apache-2.0
 *
 * A client that names no scope, and has no default that means anything without a person, gets a
 * token without scope: its audience may be all that it needs. */
#include "flow/client_credentials_grant.h"

#include "flow/direct_grant.h"
#include "flow/scope_cache.h"

/* All but those about people. */
static enum err known_scopes(const struct flow *flow, const struct call *call,
			     struct scope_list *out)
{
	struct scope_list all;
	enum err err = scope_cache_list(flow, call, &all);
	if (err != ERR_OK)
		return err;
	struct scope *items = arena_calloc(call->arena, all.count + 1, sizeof(*items));
	size_t count = 0;
	for (size_t i = 0; i < all.count; i++)
		if (!scope_is_personal(all.items[i].name))
			items[count++] = all.items[i];
	*out = (struct scope_list){ items, count };
	return ERR_OK;
}

/* D65 */
static enum oauth_error choose_scope(const struct flow *flow, const struct call *call,
				     const struct client_credentials_request *request,
				     struct slice *out)
{
	struct scope_set set;
	struct scope_list known;
	const struct client *client = request->client->entry.client;
	if (known_scopes(flow, call, &known) != ERR_OK)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	const struct scope_request wanted = {
		.requested = request->scope,
		.allowed = client->allowed_scopes,
		.defaults = client->default_scopes,
		.known = &known,
	};
	enum oauth_error error = scope_grant(&wanted, &set);
	if (error != OAUTH_OK && !slice_is_empty(slice_trim(request->scope)))
		return error;
	*out = error == OAUTH_OK ? scope_set_text(&set, call->arena) : SLICE_EMPTY;
	return OAUTH_OK;
}

static enum oauth_error grant(const struct flow *flow, const struct call *call,
			      const struct client_credentials_request *request,
			      struct token_answer *out)
{
	struct direct_grant grant = {
		.grant = GRANT_CLIENT_CREDENTIALS,
		.client = request->client,
		.binding = request->binding,
		.unchanged = OAUTH_INVALID_CLIENT,
	};
	/* RFC6749#4.4: for confidential clients alone */
	if (!request->client->proved)
		return OAUTH_UNAUTHORIZED_CLIENT;
	enum oauth_error error = choose_scope(flow, call, request, &grant.scope);
	if (error == OAUTH_OK)
		error = resources_grant(flow, call, request->client->entry.client,
					&request->resources, &grant.resource);
	/* RFC6749#4.4.3: no refresh token */
	return error == OAUTH_OK ? direct_grant_issue(flow, call, &grant, out) : error;
}

enum oauth_error client_credentials_grant(const struct flow *flow, const struct call *call,
					  const struct client_credentials_request *request,
					  struct token_answer *out)
{
	enum oauth_error error = grant(flow, call, request, out);
	return direct_grant_refuse(flow, call, request->client->entry.client, error);
}
