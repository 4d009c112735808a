/* SPDX-License-Identifier: Apache-2.0
 *
 * Loads by handle, which belongs to one session; the handle's row keeps the typed code sealed, so
 * that the confirm page can show it for comparison (RFC8628#3.3.1) and no URL ever holds it. */
#include "flow/device_verify.h"

#include "base/encode.h"
#include "base/random_text.h"
#include "crypto/seal.h"
#include "flow/alarm.h"
#include "flow/budget.h"
#include "flow/device_code.h"
#include "flow/poll_table.h"
#include "flow/resource_words.h"
#include "flow/scope_words.h"

enum { HANDLE_BYTES = 16, FRESH_SIGN_IN_S = 300 };

static struct seal_place handle_place(const struct hash *handle)
{
	return (struct seal_place){ .column = SLICE("device_handle.sealed_code"),
				    .row = hash_slice(handle) };
}

struct entry {
	const struct session *session;
	struct user_code code; /* as typed, normalised */
	struct device_grant *grant;
};

static enum enter_outcome make_handle(const struct flow *flow, const struct call *call,
				      const struct entry *entry, struct slice *out)
{
	const struct session *session = entry->session;
	const struct device_grant *grant = entry->grant;
	struct slice text = random_text(call->arena, SLICE_EMPTY, HANDLE_BYTES);
	struct device_handle handle = {
		.session = session->hash,
		.authorization = grant->authorization,
		.created = call->now,
		.expires = call->now + flow->settings.device_handle_lifetime,
	};
	hash_sha256(text, &handle.hash);
	handle.sealed_code = seal_close(flow->ring, call->arena, handle_place(&handle.hash),
					user_code_slice(&entry->code));
	const struct event event = call_event(call, EVENT_CODE_ENTERED, &session->user.id,
					      &grant->client, &grant->authorization);
	if (store_device_handle_insert(flow->store, &handle, &event) != ERR_OK)
		return ENTER_UNAVAILABLE;
	*out = text;
	return ENTER_OK;
}

/* RFC8628#5.1: what is wrong with a code is nobody's business */
static enum enter_outcome find_open(const struct flow *flow, const struct call *call,
				    struct entry *entry)
{
	struct device_grant **out = &entry->grant;
	struct user_code_key keys[KEYRING_MAX];
	size_t count = device_code_keys(flow->ring, &entry->code, keys);
	switch (store_device_grant_find_by_user_code(flow->store, call->arena, keys, count, out)) {
	case FOUND:
		return device_grant_is_open((*out)->status, (*out)->expires, call->now)
			       ? ENTER_OK
			       : ENTER_WRONG;
	case ABSENT:
		return ENTER_WRONG;
	default:
		return ENTER_UNAVAILABLE;
	}
}

static enum enter_outcome try_code(const struct flow *flow, const struct call *call,
				   const struct session *session, struct slice typed,
				   struct entered *out)
{
	struct entry entry = { .session = session };
	if (user_code_parse(&flow->settings.user_code, typed, &entry.code) != ERR_OK)
		return ENTER_WRONG;
	enum enter_outcome outcome = find_open(flow, call, &entry);
	if (outcome == ENTER_OK)
		outcome = make_handle(flow, call, &entry, &out->handle);
	user_code_fini(&entry.code);
	return outcome;
}

enum enter_outcome device_enter(const struct flow *flow, const struct call *call,
				const struct session *session, struct slice typed,
				struct entered *out)
{
	*out = (struct entered){ 0 };
	if (alarm_code_attack(flow->alarm) && call->now - session->auth_time > FRESH_SIGN_IN_S)
		return ENTER_STALE_SIGN_IN;
	struct throttle_plan plan;
	struct budget budget;
	throttle_plan_user_code(&plan, hash_slice(&session->hash), id_slice(&session->user.id),
				&call->address);
	budget_make(flow, &plan, &budget);
	/* Counted before the code is looked at, so that no number of requests at once gets more
	 * tries. RFC8628#5.1 */
	enum err err = budget_take(flow, call, &budget, &out->retry_after);
	if (err != ERR_OK)
		return err == ERR_FULL ? ENTER_OVER_BUDGET : ENTER_UNAVAILABLE;
	enum enter_outcome outcome = try_code(flow, call, session, typed, out);
	if (outcome != ENTER_WRONG)
		budget_give_back(flow, call, &budget);
	if (outcome == ENTER_WRONG) {
		const struct refusal refusal = { EVENT_CODE_REFUSED, &session->user.id, NULL,
						 SLICE("wrong user code") };
		flow_refused(flow, call, &refusal);
	}
	return outcome;
}

static struct slice open_code(const struct flow *flow, const struct call *call,
			      const struct device_handle *handle)
{
	struct slice letters;
	if (seal_open(flow->ring, call->arena, handle_place(&handle->hash), handle->sealed_code,
		      &letters) != ERR_OK)
		return SLICE_EMPTY;
	AUTO_FINI(user_code) struct user_code code;
	char shown[USER_CODE_SHOWN_MAX];
	if (user_code_parse(&flow->settings.user_code, letters, &code) != ERR_OK)
		return SLICE_EMPTY;
	return arena_slice(call->arena, user_code_shown(&flow->settings.user_code, &code, shown));
}

static enum find find_handle(const struct flow *flow, const struct call *call,
			     const struct session *session, struct slice text,
			     struct device_handle **out)
{
	struct hash hash;
	uint8_t bytes[HANDLE_BYTES];
	if (decode_base62(text, bytes, sizeof(bytes)) != ERR_OK)
		return ABSENT;
	hash_sha256(text, &hash);
	enum find find = store_device_handle_find(flow->store, call->arena, &hash, out);
	if (find != FOUND)
		return find;
	bool is_ours = hash_equal(&(*out)->session, &session->hash) && (*out)->expires > call->now;
	return is_ours ? FOUND : ABSENT;
}

enum find device_show(const struct flow *flow, const struct call *call,
		      const struct session *session, struct slice text, struct device_shown *out)
{
	*out = (struct device_shown){ 0 };
	struct device_handle *handle = NULL;
	enum find find = find_handle(flow, call, session, text, &handle);
	if (find == FOUND)
		find = store_device_grant_find(flow->store, call->arena, &handle->authorization,
					       &out->grant);
	if (find == FOUND)
		find = store_client_find(flow->store, call->arena, &out->grant->client,
					 &out->client);
	if (find != FOUND)
		return find;
	out->user_code = open_code(flow, call, handle);
	const struct scope_list known = scope_words_known(flow, call);
	const struct resource_list resources = resource_words_known(flow, call);
	out->scopes = scope_words_of(call->arena, &known, out->grant->scope);
	out->resources = resource_words_of(call->arena, &resources, out->grant->resource);
	return FOUND;
}

/* RFC8628#5.6: it is the person who says so, each time; what was allowed before is not asked for */
enum err device_decide(const struct flow *flow, const struct call *call,
		       const struct session *session, const struct device_shown *shown, bool accept)
{
	const struct device_grant *grant = shown->grant;
	const struct device_decision decision = {
		.authorization = grant->authorization,
		.accept = accept,
		.user = session->user.id,
		.scope = grant->scope,
		.now = call->now,
		.auth_time = session->auth_time,
		.amr = session->amr,
		.acr = session->acr,
		.sid = session->sid,
		.session = session->hash,
	};
	const struct event event = call_event(
		call, accept ? EVENT_DEVICE_APPROVED : EVENT_DEVICE_DENIED, &session->user.id,
		&grant->client, &grant->authorization);
	/* RFC8628#5.5: whoever watched the code may look too, but the first decision counts */
	if (!device_grant_is_open(grant->status, grant->expires, call->now))
		return ERR_UNCHANGED;
	enum err err = store_device_grant_decide(flow->store, &decision, &event);
	if (err == ERR_OK)
		poll_table_set_status(flow->polls, &grant->code_hash,
				      accept ? DEVICE_APPROVED : DEVICE_DENIED);
	return err;
}
