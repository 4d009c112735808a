/* SPDX-License-Identifier: Apache-2.0
 *
 * What is decided from memory (judge) stands apart from what is counted and recorded. All live
 * secrets of a client are compared, in constant time, each under the key that its MAC was made
 * with. */
#include "flow/client_auth.h"

#include "base/log.h"
#include "crypto/mac.h"
#include "flow/alarm.h"
#include "flow/budget.h"

enum { TOUCH_SECONDS = 3600 };

enum verdict {
	VERDICT_OK = 0,
	VERDICT_UNKNOWN,
	VERDICT_DISABLED,
	VERDICT_NO_SECRET,
	VERDICT_WRONG_SECRET,
	VERDICT_NEEDLESS_SECRET,
	VERDICT_COUNT
};

/* For events; callers get one and the same answer. */
static const char *const verdict_words[VERDICT_COUNT] = {
	[VERDICT_OK] = "",
	[VERDICT_UNKNOWN] = "unknown client",
	[VERDICT_DISABLED] = "client is disabled",
	[VERDICT_NO_SECRET] = "no client secret",
	[VERDICT_WRONG_SECRET] = "wrong client secret",
	[VERDICT_NEEDLESS_SECRET] = "secret of a public client",
};

enum err client_auth_mac(const struct keyring *ring, uint32_t key_id, const struct id *client,
			 struct slice secret, struct hash *out)
{
	const struct secret *key = keyring_subkey(ring, key_id, KEY_CLIENT_SECRET);
	if (!key)
		return ERR_CRYPTO;
	mac_compute(key, MAC_PARTS(SLICE("client_secret"), id_slice(client), secret), out);
	return ERR_OK;
}

static bool is_live(const struct client_secret *secret, int64_t now)
{
	return secret->expires == 0 || secret->expires > now;
}

static bool fits(const struct flow *flow, const struct id *client,
		 const struct client_secret *stored, struct slice presented)
{
	struct hash mac;
	return client_auth_mac(flow->ring, stored->key_id, client, presented, &mac) == ERR_OK &&
	       hash_equal(&mac, &stored->mac);
}

/* The live secret that was presented; NULL for none. Every one is looked at. */
static const struct client_secret *match(const struct flow *flow, const struct call *call,
					 const struct client_entry *entry, struct slice presented)
{
	const struct client_secret *found = NULL;
	for (size_t i = 0; i < entry->secrets.count; i++) {
		const struct client_secret *stored = &entry->secrets.items[i];
		if (is_live(stored, call->now) && fits(flow, &entry->client->id, stored, presented))
			found = stored;
	}
	return found;
}

/* One attempt to authenticate: what was sent, what is known of the client, and what a wrong secret
 * costs. */
struct attempt {
	const struct client_credentials *credentials;
	struct client_entry entry; /* its `client` is NULL: unknown */
	bool has_secret;
	struct budget budget; /* when a secret was sent */
};

static void attempt_make(const struct flow *flow, const struct call *call, struct attempt *attempt)
{
	struct throttle_plan plan;
	/* RFC6749#3.1: a parameter without a value counts as omitted */
	attempt->has_secret = !slice_is_empty(attempt->credentials->secret);
	if (!attempt->has_secret)
		return;
	/* All names that are no client's share one budget: one for each would be a row of the
	 * database for whatever anybody makes up. */
	struct slice name = attempt->entry.client ? attempt->credentials->client_id : SLICE_EMPTY;
	throttle_plan_client(&plan, name, &call->address);
	budget_make(flow, &plan, &attempt->budget);
}

static enum verdict judge_secret(const struct flow *flow, const struct call *call,
				 const struct attempt *attempt, struct client_authenticated *out)
{
	const struct client_secret *secret = match(flow, call, &attempt->entry,
						   attempt->credentials->secret);
	if (!secret)
		return VERDICT_WRONG_SECRET;
	out->proved = true;
	out->secret = secret->id;
	out->wants_touch = call->now - secret->last_used >= TOUCH_SECONDS ||
			   secret->key_id != keyring_current(flow->ring);
	return VERDICT_OK;
}

static enum verdict judge(const struct flow *flow, const struct call *call,
			  const struct attempt *attempt, struct client_authenticated *out)
{
	const struct client *client = attempt->entry.client;
	if (!client)
		return VERDICT_UNKNOWN;
	if (!client->enabled)
		return VERDICT_DISABLED;
	/* RFC6749#2.3: only what a client was registered with counts as its authentication */
	if (client->type == CLIENT_PUBLIC)
		return attempt->has_secret ? VERDICT_NEEDLESS_SECRET : VERDICT_OK;
	/* RFC6749#3.2.1: a confidential client must authenticate */
	return attempt->has_secret ? judge_secret(flow, call, attempt, out) : VERDICT_NO_SECRET;
}

/* A caller over his budget learns nothing about a secret, right or wrong: RFC6749#2.3.1 */
static bool is_blocked(const struct flow *flow, const struct call *call,
		       const struct attempt *attempt, struct client_authenticated *out)
{
	if (attempt->has_secret)
		out->retry_after = alarm_blocked_for(flow->alarm, &attempt->budget.counters[0].key,
						     call->now);
	return out->retry_after > 0;
}

/* From memory. The client is named whenever it is enabled, also where its secret is not looked at.
 */
static enum client_auth decide(const struct flow *flow, const struct call *call,
			       const struct attempt *attempt, struct client_authenticated *out,
			       enum verdict *verdict)
{
	if (attempt->entry.client && attempt->entry.client->enabled)
		out->entry = attempt->entry;
	*verdict = VERDICT_OK;
	if (is_blocked(flow, call, attempt, out))
		return CLIENT_AUTH_OVER_BUDGET;
	*verdict = judge(flow, call, attempt, out);
	return *verdict == VERDICT_OK ? CLIENT_AUTH_OK : CLIENT_AUTH_REFUSED;
}

enum client_auth client_auth_quick(const struct flow *flow, const struct call *call,
				   const struct client_credentials *credentials,
				   struct client_authenticated *out)
{
	const struct client_query query = { credentials->client_id, call->arena, call->now_ms };
	struct attempt attempt = { .credentials = credentials };
	enum verdict verdict;
	*out = (struct client_authenticated){ .retry_after = 0 };
	if (client_cache_peek(flow->clients, &query, &attempt.entry) != FOUND)
		return CLIENT_AUTH_NEEDS_WORKER;
	attempt_make(flow, call, &attempt);
	enum client_auth auth = decide(flow, call, &attempt, out, &verdict);
	return auth == CLIENT_AUTH_REFUSED ? CLIENT_AUTH_NEEDS_WORKER : auth;
}

/* Writes the last use, and moves the MAC under the current key. What fails here does not fail the
 * client. */
static void touch(const struct flow *flow, const struct call *call,
		  const struct client_credentials *credentials, struct client_authenticated *out)
{
	struct hash mac;
	uint32_t key_id = keyring_current(flow->ring);
	enum err err = client_auth_mac(flow->ring, key_id, &out->entry.client->id,
				       credentials->secret, &mac);
	if (err == ERR_OK)
		err = store_client_secret_touch(flow->store, &out->secret, call->now, key_id, &mac);
	if (err != ERR_OK)
		log_warn("last use of a client secret not stored",
			 LOG_TEXT("error", slice_str(err_name(err))));
	client_cache_drop(flow->clients, credentials->client_id);
	out->wants_touch = false;
}

static void record(const struct flow *flow, const struct call *call, const struct attempt *attempt,
		   enum verdict verdict)
{
	const struct client *client = attempt->entry.client;
	const struct refusal refusal = {
		.kind = EVENT_CLIENT_REFUSED,
		.client = client ? &client->id : NULL,
		.detail = slice_str(verdict_words[verdict]),
	};
	flow_refused(flow, call, &refusal);
}

/* A secret that was sent and is not right is counted, be the client known or not; whatever is
 * refused is recorded. */
static enum client_auth refuse(const struct flow *flow, const struct call *call,
			       struct attempt *attempt, enum verdict verdict,
			       struct client_authenticated *out)
{
	enum err err = ERR_OK;
	if (attempt->has_secret)
		err = budget_take(flow, call, &attempt->budget, &out->retry_after);
	if (err == ERR_FULL) {
		alarm_block(flow->alarm, &attempt->budget.counters[0].key,
			    call->now + out->retry_after);
		return CLIENT_AUTH_OVER_BUDGET;
	}
	record(flow, call, attempt, verdict);
	return err == ERR_OK ? CLIENT_AUTH_REFUSED : CLIENT_AUTH_UNAVAILABLE;
}

enum client_auth client_auth_check(const struct flow *flow, const struct call *call,
				   const struct client_credentials *credentials,
				   struct client_authenticated *out)
{
	const struct client_query query = { credentials->client_id, call->arena, call->now_ms };
	struct attempt attempt = { .credentials = credentials };
	enum verdict verdict;
	*out = (struct client_authenticated){ .retry_after = 0 };
	enum find find = client_cache_find(flow->clients, flow->store, &query, &attempt.entry);
	if (find == FIND_FAILED)
		return CLIENT_AUTH_UNAVAILABLE;
	attempt_make(flow, call, &attempt);
	enum client_auth auth = decide(flow, call, &attempt, out, &verdict);
	if (auth == CLIENT_AUTH_REFUSED)
		return refuse(flow, call, &attempt, verdict, out);
	if (auth == CLIENT_AUTH_OK && out->wants_touch)
		touch(flow, call, credentials, out);
	return auth;
}
