/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes the grant, its codes and its rows. A user code that a live grant has already is drawn
 * again; nothing is answered before the rows are durable. */
#include "flow/device_start.h"

#include "base/log.h"
#include "base/rng.h"
#include "base/secret.h"
#include "domain/plain_text.h"
#include "flow/alarm.h"
#include "flow/census.h"
#include "flow/device_code.h"
#include "flow/issue_meter.h"
#include "flow/poll_table.h"
#include "flow/resources.h"
#include "flow/scope_cache.h"
#include "flow/token_key.h"

enum { DRAWS_MAX = 16, BUSY_RETRY_S = 5, AGENT_MAX = 200 };

static enum oauth_error granted_scope(const struct flow *flow, const struct call *call,
				      const struct client *client, struct slice requested,
				      struct slice *out)
{
	struct scope_list known;
	if (scope_cache_list(flow, call, &known) != ERR_OK)
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	const struct scope_request request = {
		.requested = requested,
		.allowed = client->allowed_scopes,
		.defaults = client->default_scopes,
		.known = &known,
	};
	struct scope_set set;
	enum oauth_error error = scope_grant(&request, &set);
	if (error == OAUTH_OK)
		*out = scope_set_text(&set, call->arena);
	return error;
}

static void draw_user_code(const struct flow *flow, struct user_code *out)
{
	unsigned length = user_code_length(&flow->settings.user_code, census_live(flow),
					   alarm_code_attack(flow->alarm));
	uint8_t random[USER_CODE_RANDOM_BYTES];
	do
		rng_bytes(random, sizeof(random));
	while (user_code_make(&flow->settings.user_code, length, random, out) != ERR_OK);
	secret_wipe(random, sizeof(random));
}

/* People see it when they decide: what could turn the writing round, or is no text, is left out.
 * RFC8628#5.4 */
static struct slice shown_agent(struct slice agent)
{
	size_t len = agent.len < AGENT_MAX ? agent.len : AGENT_MAX;
	/* not in the middle of a character */
	while (len > 0 && len < agent.len && ((unsigned char)agent.ptr[len] & 0xc0) == 0x80)
		len--;
	struct slice cut = slice_sub(agent, 0, len);
	return plain_text_is_line(cut) ? cut : SLICE_EMPTY;
}

static void make_grant(const struct flow *flow, const struct call *call,
		       const struct client *client, struct device_started *out,
		       struct device_grant *grant)
{
	/* RFC8628#5.2: 160 random bits, new with every request */
	rng_bytes(grant->authorization.bytes, ID_BYTES);
	token_fresh(flow, TOKEN_DEVICE_CODE, &grant->authorization, &out->code);
	grant->code_hash = out->code.hash;
	grant->client = client->id;
	grant->address = call->address_text;
	grant->user_agent = shown_agent(call->user_agent);
	grant->created = call->now;
	grant->expires = call->now + flow->settings.device_code_lifetime;
	grant->status = DEVICE_PENDING;
}

/* RFC8628#5.1, #6.1: unique among the live ones */
static enum err insert_with_fresh_code(const struct flow *flow, const struct call *call,
				       struct device_grant_new *new, struct device_started *out)
{
	const struct event event = call_event(call, EVENT_DEVICE_STARTED, NULL, &new->grant.client,
					      &new->grant.authorization);
	enum err err = ERR_CONFLICT;
	for (int draw = 0; draw < DRAWS_MAX && err == ERR_CONFLICT; draw++) {
		AUTO_FINI(user_code) struct user_code code;
		draw_user_code(flow, &code);
		device_code_key(flow->ring, keyring_current(flow->ring), &code, &new->code);
		user_code_shown(&flow->settings.user_code, &code, out->user_code);
		err = store_device_grant_insert(flow->store, new, &event);
	}
	return err;
}

static enum oauth_error save(const struct flow *flow, const struct call *call,
			     struct device_grant_new *new, struct device_started *out)
{
	enum err err = insert_with_fresh_code(flow, call, new, out);
	if (err == ERR_UNCHANGED) /* the client went away between the cache and the commit */
		return OAUTH_INVALID_CLIENT;
	if (err != ERR_OK) {
		log_error("device grant not stored", LOG_TEXT("error", slice_str(err_name(err))));
		out->retry_after = BUSY_RETRY_S;
		return OAUTH_TEMPORARILY_UNAVAILABLE;
	}
	const struct poll_entry entry = {
		.code_hash = &new->grant.code_hash,
		.client = &new->grant.client,
		.expires = new->grant.expires,
		.source = issue_meter_source(flow->meter, &call->address),
	};
	/* A table that is full costs reads at each poll, nothing else; its count of live codes is
	 * given back by nobody then. */
	if (!poll_table_add(flow->polls, &entry))
		issue_meter_release(flow->meter, entry.source);
	return OAUTH_OK;
}

static enum oauth_error take_place(const struct flow *flow, const struct call *call,
				   const struct client *client, struct device_started *out)
{
	if (poll_table_is_full(flow->polls))
		return OAUTH_TEMPORARILY_UNAVAILABLE; /* the server's own bound: 503 */
	if (issue_meter_take(flow->meter, &call->address, call->now_ms, &out->retry_after) ==
	    ERR_OK)
		return OAUTH_OK;
	const struct refusal refusal = { EVENT_DEVICE_REFUSED, NULL, &client->id,
					 SLICE("too many codes from this address") };
	flow_refused(flow, call, &refusal);
	out->over_budget = true;
	return OAUTH_TEMPORARILY_UNAVAILABLE;
}

static enum oauth_error refuse(const struct flow *flow, const struct call *call,
			       const struct client *client, enum oauth_error error)
{
	flow_refused_error(flow, call, EVENT_DEVICE_REFUSED, client, error);
	return error;
}

static enum oauth_error decide(const struct flow *flow, const struct call *call,
			       const struct device_start_request *request,
			       struct device_grant *grant)
{
	const struct resources_named named = { request->resources, request->resource_count };
	/* RFC6749#5.2: a client that was not registered for this grant is told so at once */
	if (!grants_have(request->client->grants, GRANT_DEVICE_CODE))
		return OAUTH_UNAUTHORIZED_CLIENT;
	enum oauth_error error = granted_scope(flow, call, request->client, request->scope,
					       &grant->scope);
	if (error == OAUTH_OK)
		error = resources_grant(flow, call, request->client, &named, &grant->resource);
	return error;
}

enum oauth_error device_start(const struct flow *flow, const struct call *call,
			      const struct device_start_request *request,
			      struct device_started *out)
{
	*out = (struct device_started){
		.expires_in = flow->settings.device_code_lifetime,
		.interval = flow->settings.device_interval,
		.retry_after = BUSY_RETRY_S,
	};
	struct device_grant_new new = { 0 };
	enum oauth_error error = decide(flow, call, request, &new.grant);
	if (error != OAUTH_OK)
		return refuse(flow, call, request->client, error);
	error = take_place(flow, call, request->client, out);
	if (error != OAUTH_OK)
		return error;
	make_grant(flow, call, request->client, out, &new.grant);
	error = save(flow, call, &new, out);
	if (error != OAUTH_OK)
		issue_meter_release(flow->meter, issue_meter_source(flow->meter, &call->address));
	return error;
}
