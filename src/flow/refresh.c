/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads the presented token with its authorization, decides, rotates in one statement. */
#include "flow/refresh.h"

#include "flow/revoke.h"
#include "flow/token_key.h"

static bool is_clients(const struct refresh_token *found, const struct client_authenticated *client)
{
	return id_equal(&found->authorization.client, &client->entry.client->id);
}

static enum err replay(const struct flow *flow, const struct call *call,
		       const struct refresh_token *found, struct refreshed *out)
{
	const struct authorization *authorization = &found->authorization;
	const struct event event = call_event(call, EVENT_ANSWER_REPLAYED, &authorization->user,
					      &authorization->client, &authorization->id);
	/* A person who was disabled meanwhile is no sign of a thief: nothing is revoked. */
	enum find stands = answer_stands(flow, call, authorization);
	if (stands != FOUND)
		return stands == ABSENT ? ERR_OK : ERR_DATABASE;
	flow_post(flow, call, &event);
	out->error = OAUTH_OK;
	return ERR_OK;
}

static enum err reuse(const struct flow *flow, const struct call *call,
		      const struct answer_kept *kept, const struct refresh_token *found,
		      struct refreshed *out)
{
	out->error = OAUTH_INVALID_GRANT;
	if (found->authorization.revoked)
		return ERR_OK;
	if (answer_reopen(flow, call, kept, &out->answer) != ERR_OK)
		return revoke_as(flow, call, &found->authorization, EVENT_REFRESH_REUSED);
	return replay(flow, call, found, out);
}

/* RFC9449#5, RFC8705#7.1: a bound refresh token is of use to the holder of the key alone. A spent
 * one in other hands than his ends nothing. */
static enum oauth_error check_binding(const struct refresh_token *found,
				      const struct binding *presented)
{
	struct binding bound;
	if (binding_parse(found->binding, &bound) != ERR_OK)
		return OAUTH_INVALID_GRANT;
	if (bound.kind == BINDING_NONE || binding_equal(&bound, presented))
		return OAUTH_OK;
	return bound.kind == BINDING_DPOP && presented->kind == BINDING_NONE
		       ? OAUTH_INVALID_DPOP_PROOF
		       : OAUTH_INVALID_GRANT;
}

struct presented {
	const struct refresh_request *request;
	const struct token *token;
};

static enum err rotate(const struct flow *flow, const struct call *call,
		       const struct presented *presented, const struct refresh_token *found,
		       struct refreshed *out)
{
	const struct refresh_request *request = presented->request;
	const bool proved = request->client->proved;
	struct scope_set scope;
	struct slice resource;
	out->error = scope_narrow(found->scope, request->scope, &scope);
	if (out->error == OAUTH_OK)
		out->error = resource_narrow(found->authorization.resource, request->resources,
					     request->resource_count, call->arena, &resource);
	if (out->error != OAUTH_OK)
		return ERR_OK;
	const struct answer_request answer = {
		.authorization = &found->authorization,
		.client = request->client->entry.client,
		.presented = presented->token,
		.scope = scope_set_text(&scope, call->arena),
		.refresh_scope = found->scope,
		.resource = resource,
		.binding = request->binding,
		.refresh_binding = answer_refresh_binding(call->arena, &request->binding, proved),
		.proved = proved,
		.gives_id_token = true, /* OIDC#12.2 */
	};
	struct rotation rotation = {
		.presented = presented->token->hash,
		.authorization = found->authorization.id,
		.client = found->authorization.client,
		.now = call->now,
	};
	enum err err = answer_make(flow, call, &answer, &rotation.issue, &out->answer);
	if (err != ERR_OK)
		return err;
	const struct event event = call_event(
		call, EVENT_TOKEN_REFRESHED, &found->authorization.user,
		&found->authorization.client, &found->authorization.id);
	err = store_refresh_token_rotate(flow->store, &rotation, &event);
	out->error = err == ERR_OK ? OAUTH_OK : OAUTH_INVALID_GRANT;
	return err;
}

/* ERR_UNCHANGED: look once more. */
static enum err step(const struct flow *flow, const struct call *call,
		     const struct presented *presented, struct refreshed *out)
{
	const struct refresh_request *request = presented->request;
	struct refresh_token *found = NULL;
	const struct token_key key = token_key(presented->token);
	enum find find = store_refresh_token_find(flow->store, call->arena, &key, &found);
	if (find == FIND_FAILED)
		return ERR_DATABASE;
	out->error = OAUTH_INVALID_GRANT;
	/* RFC6749#6, #10.4: bound to the client it was issued to */
	if (find == ABSENT || !is_clients(found, request->client))
		return ERR_OK;
	const struct answer_kept kept = {
		.presented = presented->token,
		.sealed = found->sealed_answer,
		.spent = found->used,
		.replay_until = found->replay_until,
		.proved = request->client->proved,
		.binding = request->binding,
	};
	out->error = check_binding(found, &request->binding);
	if (out->error != OAUTH_OK)
		return ERR_OK;
	out->error = OAUTH_INVALID_GRANT;
	/* RFC9700#4.14.2, ASVS#10.4.5 */
	if (found->used != 0)
		return reuse(flow, call, &kept, found, out);
	if (found->authorization.revoked != 0 || found->expires <= call->now ||
	    answer_refresh_end(flow, &found->authorization) <= call->now)
		return ERR_OK;
	return rotate(flow, call, presented, found, out);
}

void refresh(const struct flow *flow, const struct call *call,
	     const struct refresh_request *request, struct refreshed *out)
{
	AUTO_FINI(token) struct token token = { 0 };
	const struct presented presented = { request, &token };
	*out = (struct refreshed){ .error = OAUTH_INVALID_GRANT };
	if (token_parse(flow->ring, TOKEN_REFRESH, request->refresh_token, &token) == ERR_OK) {
		enum err err = step(flow, call, &presented, out);
		if (err == ERR_UNCHANGED)
			err = step(flow, call, &presented, out);
		if (err != ERR_OK && err != ERR_UNCHANGED)
			out->error = OAUTH_TEMPORARILY_UNAVAILABLE;
	}
	if (out->error != OAUTH_OK)
		flow_refused_error(flow, call, EVENT_TOKEN_REFUSED, request->client->entry.client,
				   out->error);
}
