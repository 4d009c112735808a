/* SPDX-License-Identifier: Apache-2.0
 *
 * A code is redeemed exactly once, whoever polls at the same moment; whoever comes second with the
 * same code gets invalid_grant and an event, no more, since late and parallel polls are common.
 * Only a lost answer is given again. */
#include "flow/device_redeem.h"

#include "flow/issue_meter.h"
#include "flow/poll_table.h"
#include "flow/token_key.h"

static bool settle(struct device_polled *out, enum oauth_error error)
{
	out->error = error;
	return true;
}

bool device_poll_quick(const struct flow *flow, const struct call *call, const struct id *client,
		       const struct token *code, struct device_polled *out)
{
	struct poll_result result;
	switch (poll_table_poll(flow->polls, &code->hash, client, call->now_ms, &result)) {
	case POLL_UNKNOWN:
		return false;
	case POLL_FOREIGN:
		return settle(out, OAUTH_INVALID_GRANT);
	case POLL_KNOWN:
	default:
		break;
	}
	if (result.status == DEVICE_REDEEMED)
		return false;
	enum oauth_error error = device_grant_poll(result.status, result.expires, call->now);
	if (error == OAUTH_OK) /* RFC8628#3.5: a decided code is never held back */
		return false;
	out->interval = result.interval_s;
	return settle(out, error == OAUTH_AUTHORIZATION_PENDING ? result.timing : error);
}

/* A pending grant that this node did not know: from now on it does. */
static void learn(const struct flow *flow, const struct call *call,
		  const struct device_grant *grant, struct device_polled *out)
{
	struct address address = { 0 };
	if (address_parse(grant->address, &address) != ERR_OK)
		address.family = ADDRESS_LOCAL;
	const struct poll_entry entry = {
		.code_hash = &grant->code_hash,
		.client = &grant->client,
		.expires = grant->expires,
		.source = issue_meter_source(flow->meter, &address),
	};
	/* Counted first: as soon as it stands in the table, another thread may let go of it. */
	issue_meter_add_live(flow->meter, entry.source);
	if (!poll_table_add(flow->polls, &entry))
		issue_meter_release(flow->meter, entry.source);
	struct poll_result result;
	out->error = OAUTH_AUTHORIZATION_PENDING;
	if (poll_table_poll(flow->polls, entry.code_hash, entry.client, call->now_ms, &result) !=
	    POLL_KNOWN)
		return;
	out->error = result.timing;
	out->interval = result.interval_s;
}

static void refuse_reuse(const struct flow *flow, const struct call *call,
			 const struct device_grant *grant)
{
	struct event event = call_event(call, EVENT_DEVICE_REUSED, NULL, &grant->client,
					&grant->authorization);
	flow_post(flow, call, &event);
}

/* Who comes second gets a lost answer, or nothing. */
static enum err replay(const struct flow *flow, const struct call *call,
		       const struct device_redeem_request *request,
		       const struct device_grant *grant, struct device_polled *out)
{
	struct authorization *authorization = NULL;
	const struct answer_kept kept = {
		.presented = request->code,
		.sealed = grant->sealed_answer,
		.spent = grant->redeemed,
		.replay_until = grant->replay_until,
		.proved = request->client->proved,
		.binding = request->binding,
	};
	bool opens = answer_reopen(flow, call, &kept, &out->answer) == ERR_OK;
	enum find stands = ABSENT;
	if (opens)
		stands = store_authorization_find(flow->store, call->arena, &grant->authorization,
						  &authorization);
	if (stands == FOUND)
		stands = answer_stands(flow, call, authorization);
	if (stands == FIND_FAILED)
		return ERR_DATABASE;
	if (stands == ABSENT) {
		refuse_reuse(flow, call, grant);
		return ERR_OK;
	}
	struct event event = call_event(call, EVENT_ANSWER_REPLAYED, NULL, &grant->client,
					&grant->authorization);
	flow_post(flow, call, &event);
	out->error = OAUTH_OK;
	return ERR_OK;
}

static enum err save(const struct flow *flow, const struct call *call,
		     const struct device_grant *grant, const struct answer_request *answer,
		     struct device_polled *out)
{
	struct redemption redemption = {
		.authorization = grant->authorization,
		.code_hash = grant->code_hash,
		.client = grant->client,
		.now = call->now,
	};
	enum err err = answer_make(flow, call, answer, &redemption.issue, &out->answer);
	if (err != ERR_OK)
		return err;
	const struct event event = call_event(call, EVENT_DEVICE_REDEEMED, &grant->user,
					      &grant->client, &grant->authorization);
	err = store_device_grant_redeem(flow->store, &redemption, &event);
	if (err == ERR_OK)
		poll_table_set_status(flow->polls, &grant->code_hash, DEVICE_REDEEMED);
	return err;
}

/* The person has approved. */
static enum err redeem(const struct flow *flow, const struct call *call,
		       const struct device_redeem_request *request,
		       const struct device_grant *grant, struct device_polled *out)
{
	struct authorization *given = NULL;
	struct slice resource;
	enum find find = store_authorization_find(flow->store, call->arena, &grant->authorization,
						  &given);
	if (find != FOUND)
		return find == ABSENT ? ERR_UNCHANGED : ERR_DATABASE;
	out->error = resource_narrow(given->resource, request->resources, request->resource_count,
				     call->arena, &resource);
	if (out->error != OAUTH_OK)
		return ERR_OK;
	const bool proved = request->client->proved;
	const struct answer_request answer = {
		.authorization = given,
		.client = request->client->entry.client,
		.presented = request->code,
		.scope = grant->scope,
		.refresh_scope = grant->scope,
		.resource = resource,
		.binding = request->binding,
		.refresh_binding = answer_refresh_binding(call->arena, &request->binding, proved),
		.proved = proved,
		.gives_id_token = true,
	};
	out->error = OAUTH_INVALID_GRANT;
	enum err err = save(flow, call, grant, &answer, out);
	if (err == ERR_OK)
		out->error = OAUTH_OK;
	return err;
}

/* ERR_UNCHANGED: what was read no longer stands; look once more. */
static enum err step(const struct flow *flow, const struct call *call,
		     const struct device_redeem_request *request, struct device_polled *out)
{
	struct device_grant *grant = NULL;
	const struct token_key key = token_key(request->code);
	enum find find = store_device_grant_find(flow->store, call->arena, &key.authorization,
						 &grant);
	if (find == FIND_FAILED)
		return ERR_DATABASE;
	out->error = OAUTH_INVALID_GRANT;
	/* RFC6749#5.2, RFC8628#3.4: unknown, and another client's, look alike */
	if (find == ABSENT || !hash_equal(&grant->code_hash, &request->code->hash) ||
	    !id_equal(&grant->client, &request->client->entry.client->id))
		return ERR_OK;
	if (grant->status == DEVICE_REDEEMED)
		return replay(flow, call, request, grant, out);
	out->error = device_grant_poll(grant->status, grant->expires, call->now);
	if (out->error == OAUTH_AUTHORIZATION_PENDING)
		learn(flow, call, grant, out);
	if (out->error != OAUTH_OK)
		return ERR_OK;
	return redeem(flow, call, request, grant, out);
}

void device_redeem(const struct flow *flow, const struct call *call,
		   const struct device_redeem_request *request, struct device_polled *out)
{
	enum err err = step(flow, call, request, out);
	if (err == ERR_UNCHANGED)
		err = step(flow, call, request, out);
	/* Still approved, still not redeemable: the person, the client or the authorization is
	 * gone. */
	if (err == ERR_UNCHANGED)
		out->error = OAUTH_INVALID_GRANT;
	else if (err != ERR_OK)
		out->error = OAUTH_AUTHORIZATION_PENDING;
}
