/* SPDX-License-Identifier: Apache-2.0
 *
 * The token endpoint: RFC6749#3.2. The client is authenticated first, always; then the grant type
 * is looked at, then the grant. Pending polls end on the loop; all else is done by a worker. */
#include "domain/names.h"
#include "endpoint/client_credentials.h"
#include "endpoint/endpoints.h"
#include "endpoint/oauth_reply.h"
#include "endpoint/token_grants.h"
#include "web/cors.h"

static const struct token_grant *const grants[] = {
	&token_grant_device,   &token_grant_code,
	&token_grant_refresh,  &token_grant_client_credentials,
	&token_grant_exchange, &token_grant_jwt_bearer,
};

/* NULL when it has answered. */
static const struct token_grant *choose(struct web_context *context, const struct client *client)
{
	struct slice name = form_value(&context->form, NAME_GRANT_TYPE);
	if (slice_is_empty(name)) {
		oauth_reply_error_text(context, OAUTH_INVALID_REQUEST,
				       SLICE("The grant_type parameter is missing."));
		return NULL;
	}
	enum grant grant = grant_from_wire(name);
	for (size_t i = 0; i < ARRAY_LEN(grants); i++) {
		if (grants[i]->grant != grant)
			continue;
		if (grants_have(client->grants, grant))
			return grants[i];
		/* RFC6749#5.2, ASVS#10.4.4: known, but not for this client */
		oauth_reply_error(context, OAUTH_UNAUTHORIZED_CLIENT);
		return NULL;
	}
	oauth_reply_error(context, OAUTH_UNSUPPORTED_GRANT_TYPE);
	return NULL;
}

static bool is_device_poll(const struct web_context *context)
{
	return slice_equal(form_value(&context->form, NAME_GRANT_TYPE),
			   SLICE(NAME_GRANT_DEVICE_CODE));
}

/* Neither 429 nor 503 for a device poll: real clients give up at them. What may not be looked at
 * now is not decided yet. */
static void refuse_client(struct web_context *context, enum client_auth auth, int64_t retry_after)
{
	if (auth != CLIENT_AUTH_REFUSED && is_device_poll(context))
		oauth_reply_error(context, OAUTH_AUTHORIZATION_PENDING);
	else
		client_credentials_refuse(context, auth, retry_after);
}

bool token_quick(struct web_context *context)
{
	struct client_credentials credentials;
	struct client_authenticated client = { 0 };
	if (!client_credentials_read(context, &credentials))
		return true;
	enum client_auth auth = client_auth_quick(context->web->flow, &context->call, &credentials,
						  &client);
	if (auth == CLIENT_AUTH_NEEDS_WORKER)
		return false;
	if (auth != CLIENT_AUTH_OK) {
		refuse_client(context, auth, client.retry_after);
		return true;
	}
	cors_share(context, client.entry.client);
	const struct token_grant *grant = choose(context, client.entry.client);
	if (!grant)
		return true;
	return grant->quick && grant->quick(context, &client);
}

void token_post(struct web_context *context)
{
	struct client_credentials credentials;
	struct client_authenticated client = { 0 };
	if (!client_credentials_read(context, &credentials))
		return;
	enum client_auth auth = client_auth_check(context->web->flow, &context->call, &credentials,
						  &client);
	if (auth != CLIENT_AUTH_OK) {
		refuse_client(context, auth, client.retry_after);
		return;
	}
	cors_share(context, client.entry.client);
	const struct token_grant *grant = choose(context, client.entry.client);
	if (grant)
		grant->run(context, &client);
}

void token_overload(struct web_context *context)
{
	if (is_device_poll(context))
		oauth_reply_error(context, OAUTH_AUTHORIZATION_PENDING);
	else
		oauth_reply_error(context, OAUTH_TEMPORARILY_UNAVAILABLE);
}
