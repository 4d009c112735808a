/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes of an exchange hangs on the authorization of the very token that was exchanged, that
 * one perhaps on another: whichever of them is revoked, all that was made of it ends. D67 */
#include "flow/direct_grant.h"

#include "base/log.h"
#include "base/rng.h"

static void fill_from_parent(const struct authorization *parent, struct authorization *out)
{
	out->parent = parent->id;
	out->auth_time = parent->auth_time;
	out->amr = parent->amr;
	out->acr = parent->acr;
	out->sid = parent->sid;
}

static void fill(const struct call *call, const struct direct_grant *grant,
		 struct authorization *out)
{
	*out = (struct authorization){
		.client = grant->client->entry.client->id,
		.grant = grant->grant,
		.scope = grant->scope,
		.resource = grant->resource,
		.origin = call->address_text,
		.created = call->now,
	};
	rng_bytes(out->id.bytes, ID_BYTES);
	if (grant->user)
		out->user = *grant->user;
	if (grant->parent)
		fill_from_parent(grant->parent, out);
}

static enum err save(const struct flow *flow, const struct call *call, struct grant_new *new)
{
	const struct authorization *authorization = &new->authorization;
	const struct event event = call_event(
		call,
		authorization->grant == GRANT_TOKEN_EXCHANGE ? EVENT_TOKEN_EXCHANGED
							     : EVENT_TOKEN_ISSUED,
		&authorization->user, &authorization->client, &authorization->id);
	return store_grant_insert(flow->store, new, &event);
}

enum oauth_error direct_grant_issue(const struct flow *flow, const struct call *call,
				    const struct direct_grant *grant, struct token_answer *out)
{
	struct grant_new new;
	fill(call, grant, &new.authorization);
	const struct answer_request request = {
		.authorization = &new.authorization,
		.client = grant->client->entry.client,
		.scope = grant->scope,
		.resource = grant->resource,
		.binding = grant->binding,
		.expires = grant->expires,
		.format = grant->format,
		.proved = grant->client->proved,
	};
	enum err err = answer_make(flow, call, &request, &new.issue, out);
	if (err == ERR_OK)
		err = save(flow, call, &new);
	if (err == ERR_OK)
		return OAUTH_OK;
	if (err == ERR_UNCHANGED)
		return grant->unchanged;
	log_error("token not stored", LOG_TEXT("error", slice_str(err_name(err))));
	return OAUTH_TEMPORARILY_UNAVAILABLE;
}

enum oauth_error direct_grant_refuse(const struct flow *flow, const struct call *call,
				     const struct client *client, enum oauth_error error)
{
	/* trouble of our own is no refusal */
	if (error != OAUTH_OK && error != OAUTH_TEMPORARILY_UNAVAILABLE)
		flow_refused_error(flow, call, EVENT_TOKEN_REFUSED, client, error);
	return error;
}
