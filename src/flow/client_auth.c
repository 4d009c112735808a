/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads what was sent, finds the client, and asks the method that it was registered with: no other
 * can succeed, however right it would be. Refusals are counted by client and address where
 * something was sent that could be tried out. */
#include "flow/client_auth.h"

#include "base/log.h"
#include "crypto/mac.h"
#include "flow/alarm.h"
#include "flow/client_trial.h"
#include "flow/metadata_document.h"

enum { TOUCH_SECONDS = 3600 };

enum err client_auth_mac(const struct keyring *ring, uint32_t key_id, const struct id *client,
			 struct slice secret, struct hash *out)
{
	const struct secret *key = keyring_subkey(ring, key_id, KEY_CLIENT_SECRET);
	if (!key)
		return ERR_CRYPTO;
	mac_compute(key, MAC_PARTS(SLICE("client_secret"), id_slice(client), secret), out);
	return ERR_OK;
}

bool client_auth_secret_fits(const struct keyring *ring, const struct id *client,
			     const struct client_secret *stored, struct slice presented)
{
	struct hash mac;
	return client_auth_mac(ring, stored->key_id, client, presented, &mac) == ERR_OK &&
	       hash_equal(&mac, &stored->mac);
}

/* --- for the methods --------------------------------------------------------------------- */

bool client_method_is_live(const struct client_secret *secret, int64_t now)
{
	return secret->expires == 0 || secret->expires > now;
}

void client_method_used(const struct call *call, const struct client_secret *secret,
			struct client_authenticated *out)
{
	out->proved = true;
	out->secret = secret->id;
	out->wants_touch = call->now - secret->last_used >= TOUCH_SECONDS;
}

bool client_method_alg_fits(const struct attempt *attempt, uint32_t algs)
{
	enum alg alg = attempt->assertion->jws.alg;
	struct slice named = client_setting_get(attempt->entry.client->settings,
						SETTING_AUTH_SIGNING_ALG);
	if (!(algs & ALG_BIT(alg)))
		return false;
	return slice_is_empty(named) || slice_equal(named, slice_str(alg_row(alg)->name));
}

enum err client_method_judge_claims(const struct flow *flow, const struct call *call,
				    const struct attempt *attempt, struct judgement *judgement)
{
	const struct assertion_question question = {
		.client = attempt->entry.client,
		.assertion = attempt->assertion,
		.endpoint = attempt->credentials->endpoint,
	};
	return client_assertion_judge(flow, call, &question, &judgement->why);
}

/* --- deciding ---------------------------------------------------------------------------- */

static const char *other_method(const struct trial *trial)
{
	if (trial->attempt.entry.client->type == CLIENT_CONFIDENTIAL)
		return "another method than the client's own";
	return trial->attempt.sent & SENT_SECRET ? "secret of a public client"
						 : "assertion of a public client";
}

static enum err judge(const struct flow *flow, const struct call *call, const struct trial *trial,
		      struct judgement *judgement)
{
	const struct client *client = trial->attempt.entry.client;
	const struct client_method_row *method = trial_method(trial);
	judgement->why = trial->broken;
	if (judgement->why)
		return ERR_INVALID;
	judgement->why = "unknown client";
	if (!client)
		return ERR_INVALID;
	judgement->why = "client is disabled";
	if (!client->enabled)
		return ERR_INVALID;
	judgement->why = "the client's method is of no use";
	if (!method)
		return ERR_INVALID;
	/* RFC6749#2.3: only what a client was registered with counts as its authentication */
	judgement->why = other_method(trial);
	if (trial->attempt.sent & ~method->takes)
		return ERR_INVALID;
	return method->judge(flow, call, &trial->attempt, judgement);
}

/* A caller over his budget learns nothing about a secret, right or wrong: RFC6749#2.3.1 */
static bool is_blocked(const struct flow *flow, const struct call *call, const struct trial *trial,
		       struct client_authenticated *out)
{
	if (trial->is_counted)
		out->retry_after = alarm_blocked_for(flow->alarm, &trial->budget.counters[0].key,
						     call->now);
	return out->retry_after > 0;
}

/* What is known of the client and its certificate, also where it is not authenticated. */
static void describe(const struct trial *trial, struct client_authenticated *out)
{
	*out = (struct client_authenticated){ .retry_after = 0 };
	if (trial->attempt.entry.client && trial->attempt.entry.client->enabled)
		out->entry = trial->attempt.entry;
	if (trial->attempt.certificate)
		certificate_thumbprint(trial->attempt.certificate, &out->certificate);
}

static enum client_auth decide(const struct flow *flow, const struct call *call,
			       const struct trial *trial, struct judgement *judgement)
{
	describe(trial, judgement->out);
	if (is_blocked(flow, call, trial, judgement->out))
		return CLIENT_AUTH_OVER_BUDGET;
	enum err err = judge(flow, call, trial, judgement);
	if (err == ERR_OK)
		return CLIENT_AUTH_OK;
	describe(trial, judgement->out);
	return err == ERR_INVALID ? CLIENT_AUTH_REFUSED : CLIENT_AUTH_UNAVAILABLE;
}

enum client_auth client_auth_quick(const struct flow *flow, const struct call *call,
				   const struct client_credentials *credentials,
				   struct client_authenticated *out)
{
	const struct client_query query = { credentials->client_id, call->arena, call->now_ms };
	struct judgement judgement = { .out = out };
	struct trial trial = { .certificate = NULL };
	*out = (struct client_authenticated){ .retry_after = 0 };
	if (!slice_is_empty(credentials->assertion) || trial_has_certificate(credentials))
		return CLIENT_AUTH_NEEDS_WORKER;
	trial_read(call, credentials, &trial);
	if (client_cache_peek(flow->clients, &query, &trial.attempt.entry) != FOUND ||
	    !metadata_document_is_fresh(flow, call, trial.attempt.entry.client))
		return CLIENT_AUTH_NEEDS_WORKER;
	const struct client_method_row *method = trial_method(&trial);
	if (!method || method->waits)
		return CLIENT_AUTH_NEEDS_WORKER;
	trial_count(flow, call, &trial);
	enum client_auth auth = decide(flow, call, &trial, &judgement);
	return auth == CLIENT_AUTH_REFUSED ? CLIENT_AUTH_NEEDS_WORKER : auth;
}

/* --- what is written --------------------------------------------------------------------- */

/* Writes the last use, and moves the MAC of a secret that was sent under the current key. What
 * fails here does not fail the client. */
static void touch(const struct flow *flow, const struct call *call, const struct trial *trial,
		  struct client_authenticated *out)
{
	struct hash mac;
	uint32_t key_id = keyring_current(flow->ring);
	bool was_sent = trial->attempt.sent & SENT_SECRET;
	enum err err = ERR_OK;
	if (was_sent)
		err = client_auth_mac(flow->ring, key_id, &out->entry.client->id,
				      trial->attempt.credentials->secret, &mac);
	if (err == ERR_OK)
		err = store_client_secret_touch(flow->store, &out->secret, call->now, key_id,
						was_sent ? &mac : NULL);
	if (err != ERR_OK)
		log_warn("last use of a client secret not stored",
			 LOG_TEXT("error", slice_str(err_name(err))));
	client_cache_drop(flow->clients, trial->client_id);
	out->wants_touch = false;
}

static void record(const struct flow *flow, const struct call *call, const struct trial *trial,
		   const char *why)
{
	const struct client *client = trial->attempt.entry.client;
	const struct refusal refusal = {
		.kind = EVENT_CLIENT_REFUSED,
		.client = client ? &client->id : NULL,
		.detail = slice_str(why),
	};
	flow_refused(flow, call, &refusal);
}

/* What was sent and is not right is counted, be the client known or not; whatever is refused is
 * recorded. */
static enum client_auth refuse(const struct flow *flow, const struct call *call,
			       struct trial *trial, const struct judgement *judgement)
{
	enum err err = ERR_OK;
	int64_t *retry_after = &judgement->out->retry_after;
	if (trial->is_counted)
		err = budget_take(flow, call, &trial->budget, retry_after);
	if (err == ERR_FULL) {
		alarm_block(flow->alarm, &trial->budget.counters[0].key, call->now + *retry_after);
		return CLIENT_AUTH_OVER_BUDGET;
	}
	record(flow, call, trial, judgement->why);
	return err == ERR_OK ? CLIENT_AUTH_REFUSED : CLIENT_AUTH_UNAVAILABLE;
}

enum client_auth client_auth_check(const struct flow *flow, const struct call *call,
				   const struct client_credentials *credentials,
				   struct client_authenticated *out)
{
	struct judgement judgement = { .out = out };
	AUTO_FINI(trial) struct trial trial = { .certificate = NULL };
	trial_read(call, credentials, &trial);
	*out = (struct client_authenticated){ .retry_after = 0 };
	if (metadata_document_find(flow, call, trial.client_id, &trial.attempt.entry) ==
	    FIND_FAILED)
		return CLIENT_AUTH_UNAVAILABLE;
	trial_count(flow, call, &trial);
	enum client_auth auth = decide(flow, call, &trial, &judgement);
	if (auth == CLIENT_AUTH_REFUSED)
		return refuse(flow, call, &trial, &judgement);
	if (auth == CLIENT_AUTH_OK && out->wants_touch)
		touch(flow, call, &trial, out);
	return auth;
}
