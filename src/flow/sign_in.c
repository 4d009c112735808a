/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-in with name and password. Every way to be wrong goes through the same steps: a look-up, the
 * budget, one hash of the same cost. The known-device cookie says "this person signed in here
 * before" and gives an own budget, no more: it is no proof of anything else. ASVS 6.3.1, 6.3.8 */
#include "flow/sign_in.h"

#include <string.h>

#include "base/encode.h"
#include "base/log.h"
#include "base/rng.h"
#include "base/secret.h"
#include "flow/budget.h"
#include "flow/password_gate.h"
#include "flow/signature.h"

enum { DEVICE_RANDOM_BYTES = 16, DEVICE_PART_TEXT = 22 };

#define DEVICE_LABEL "known-device"

/* --- the known-device cookie ------------------------------------------------------------------ */

/* What names a budget: the user's id, then the browser's own bytes. */
struct device {
	uint8_t bytes[ID_BYTES + DEVICE_RANDOM_BYTES];
};

static struct slice device_name(const struct device *device)
{
	return slice_of(device->bytes, sizeof(device->bytes));
}

static void device_new(struct device *device, const struct id *user)
{
	memcpy(device->bytes, user->bytes, ID_BYTES);
	rng_bytes(device->bytes + ID_BYTES, DEVICE_RANDOM_BYTES);
}

/* Only of this person, and only one that we issued. */
static bool device_parse(const struct keyring *ring, struct slice cookie, const struct user *user,
			 struct device *out)
{
	struct slice id = slice_sub(cookie, 0, DEVICE_PART_TEXT);
	struct slice random = slice_sub(cookie, DEVICE_PART_TEXT, DEVICE_PART_TEXT);
	struct slice signature = slice_sub(cookie, 2 * DEVICE_PART_TEXT, DEVICE_PART_TEXT);
	if (!user || cookie.len != SIGN_IN_DEVICE_TEXT)
		return false;
	if (decode_base62(id, out->bytes, ID_BYTES) != ERR_OK ||
	    decode_base62(random, out->bytes + ID_BYTES, DEVICE_RANDOM_BYTES) != ERR_OK)
		return false;
	return memcmp(out->bytes, user->id.bytes, ID_BYTES) == 0 &&
	       signature_fits(ring, DEVICE_LABEL, device_name(out), signature);
}

static struct slice device_text(const struct flow *flow, const struct call *call,
				const struct device *device)
{
	char text[2 * DEVICE_PART_TEXT];
	encode_base62(device->bytes, ID_BYTES, text);
	encode_base62(device->bytes + ID_BYTES, DEVICE_RANDOM_BYTES, text + DEVICE_PART_TEXT);
	struct slice signature = signature_make(flow->ring, call->arena, DEVICE_LABEL,
						device_name(device));
	return arena_printf(call->arena, "%.*s%.*s", (int)sizeof(text), text, SLICE_ARG(signature));
}

/* --- an attempt
 * ------------------------------------------------------------------------------------------------------
 */

struct attempt {
	const struct sign_in_request *request;
	struct slice name;        /* folded */
	struct user *user;        /* NULL: no such name */
	struct slice stored_hash; /* of the password */
	struct device device;
	bool device_known;
	struct budget budget;
};

/* A blank around the name comes from keyboards that complete words; names hold none. */
static enum find attempt_load(const struct flow *flow, const struct call *call,
			      struct attempt *attempt)
{
	struct slice name = slice_trim(attempt->request->name);
	attempt->name = user_name_fold(call->arena, name);
	if (!user_name_is_valid(name))
		return ABSENT;
	return store_user_find_by_name(flow->store, call->arena, attempt->name, &attempt->user,
				       &attempt->stored_hash);
}

static void attempt_plan(const struct flow *flow, const struct call *call, struct attempt *attempt)
{
	struct throttle_plan plan;
	attempt->device_known = device_parse(flow->ring, attempt->request->device, attempt->user,
					     &attempt->device);
	throttle_plan_sign_in(&plan, attempt->name, &call->address,
			      attempt->device_known ? device_name(&attempt->device) : SLICE_EMPTY);
	budget_make(flow, &plan, &attempt->budget);
}

static enum gate_caller caller_of(const struct attempt *attempt)
{
	return attempt->device_known ? GATE_KNOWN : GATE_STRANGER;
}

/* One hash, whoever it is. A password over the cap costs none, for any name. False when too many
 * wait for theirs: a worker that waits is one that nobody else gets. */
static bool compare_password(const struct flow *flow, const struct attempt *attempt, bool *fits)
{
	*fits = false;
	if (!password_gate_enter(flow->gate, caller_of(attempt)))
		return false;
	if (attempt->user && !slice_is_empty(attempt->stored_hash))
		*fits = password_matches(attempt->stored_hash, attempt->request->password);
	else
		password_waste(&flow->settings.password_cost, attempt->request->password);
	password_gate_leave(flow->gate);
	return true;
}

static enum sign_in_outcome refuse(const struct flow *flow, const struct call *call,
				   const struct attempt *attempt, struct slice why)
{
	const struct refusal refusal = {
		.kind = EVENT_SIGN_IN_REFUSED,
		.user = attempt->user ? &attempt->user->id : NULL,
		.detail = why,
	};
	flow_refused(flow, call, &refusal);
	return SIGN_IN_WRONG;
}

static enum sign_in_outcome check_password(const struct flow *flow, const struct call *call,
					   const struct attempt *attempt)
{
	bool fits;
	if (!compare_password(flow, attempt, &fits))
		return SIGN_IN_UNAVAILABLE;
	if (!attempt->user)
		return refuse(flow, call, attempt, SLICE("unknown name"));
	if (!fits)
		return refuse(flow, call, attempt, SLICE("wrong password"));
	if (!attempt->user->enabled)
		return refuse(flow, call, attempt, SLICE("account is disabled"));
	return SIGN_IN_OK;
}

/* ASVS 7.2.4: a fresh session at each sign-in; the old one of this browser ends with it. */
static enum err open_session(const struct flow *flow, const struct call *call,
			     const struct attempt *attempt, struct slice *cookie)
{
	uint8_t random[SESSION_TOKEN_BYTES];
	char text[SIGN_IN_SESSION_TEXT];
	rng_bytes(random, sizeof(random));
	encode_base62(random, sizeof(random), text);
	*cookie = arena_slice(call->arena, slice_of(text, sizeof(text)));
	secret_wipe(random, sizeof(random));
	secret_wipe(text, sizeof(text));
	struct session_new new = {
		.session = {
			.user = *attempt->user,
			.created = call->now,
			.seen = call->now,
			.auth_time = call->now,
			.amr = SLICE("pwd"),
			.acr = SLICE_EMPTY,
		},
		.replaces = attempt->request->replaces,
		.password_hash = attempt->stored_hash,
	};
	hash_sha256(*cookie, &new.session.hash);
	rng_bytes(new.session.sid.bytes, ID_BYTES);
	const struct event event = call_event(call, EVENT_SIGNED_IN, &attempt->user->id, NULL,
					      NULL);
	return store_session_insert(flow->store, &new, &event);
}

/* ERR_UNCHANGED when the person was disabled or removed since, or the password was changed. */
static enum err prove(const struct flow *flow, const struct call *call,
		      const struct attempt *attempt, struct sign_in_result *out,
		      enum sign_in_outcome *outcome)
{
	*outcome = check_password(flow, call, attempt);
	if (*outcome != SIGN_IN_OK)
		return ERR_OK;
	enum err err = open_session(flow, call, attempt, &out->session);
	if (err != ERR_OK)
		*outcome = SIGN_IN_UNAVAILABLE;
	return err;
}

/* What changed while the password was hashed is looked at once more. */
static enum sign_in_outcome prove_twice(const struct flow *flow, const struct call *call,
					struct attempt *attempt, struct sign_in_result *out)
{
	enum sign_in_outcome outcome;
	if (prove(flow, call, attempt, out, &outcome) != ERR_UNCHANGED)
		return outcome;
	attempt->user = NULL;
	if (attempt_load(flow, call, attempt) == FIND_FAILED)
		return SIGN_IN_UNAVAILABLE;
	if (prove(flow, call, attempt, out, &outcome) == ERR_UNCHANGED)
		return refuse(flow, call, attempt, SLICE("account was changed"));
	return outcome;
}

/* The password is at hand now alone. */
static void renew_hash(const struct flow *flow, const struct call *call,
		       const struct attempt *attempt)
{
	struct slice fresh;
	if (!password_is_outdated(attempt->stored_hash, &flow->settings.password_cost))
		return;
	if (!password_gate_enter(flow->gate, GATE_KNOWN))
		return;
	enum err err = password_hash(call->arena, &flow->settings.password_cost,
				     attempt->request->password, &fresh);
	password_gate_leave(flow->gate);
	if (err == ERR_OK)
		err = store_user_rehash(flow->store, &attempt->user->id, attempt->stored_hash,
					fresh);
	if (err != ERR_OK && err != ERR_UNCHANGED)
		log_warn("a password hash was not renewed",
			 LOG_TEXT("error", slice_str(err_name(err))));
}

static void welcome(const struct flow *flow, const struct call *call, struct attempt *attempt,
		    struct sign_in_result *out)
{
	if (!attempt->device_known)
		device_new(&attempt->device, &attempt->user->id);
	out->device = device_text(flow, call, &attempt->device);
	out->user = attempt->user;
	renew_hash(flow, call, attempt);
}

enum sign_in_outcome sign_in(const struct flow *flow, const struct call *call,
			     const struct sign_in_request *request, struct sign_in_result *out)
{
	struct attempt attempt = { .request = request };
	*out = (struct sign_in_result){ .retry_after = 0 };
	if (attempt_load(flow, call, &attempt) == FIND_FAILED)
		return SIGN_IN_UNAVAILABLE;
	attempt_plan(flow, call, &attempt);
	/* A flood from everywhere must not leave a row for each of its names and addresses. */
	if (!password_gate_has_room(flow->gate, caller_of(&attempt)))
		return SIGN_IN_UNAVAILABLE;
	/* ASVS 6.3.1: over budget costs nothing and says nothing */
	enum err err = budget_take(flow, call, &attempt.budget, &out->retry_after);
	if (err != ERR_OK)
		return err == ERR_FULL ? SIGN_IN_OVER_BUDGET : SIGN_IN_UNAVAILABLE;
	enum sign_in_outcome outcome = prove_twice(flow, call, &attempt, out);
	if (outcome == SIGN_IN_WRONG)
		return outcome;
	budget_give_back(flow, call, &attempt.budget);
	if (outcome == SIGN_IN_OK)
		welcome(flow, call, &attempt, out);
	return outcome;
}

/* --- sessions
 * --------------------------------------------------------------------------------------------------------
 */

static void touch_session(const struct flow *flow, const struct call *call, struct session *session)
{
	if (!session_wants_touch(session, call->now))
		return;
	enum err err = store_session_touch(flow->store, &session->hash, call->now);
	if (err == ERR_OK)
		session->seen = call->now;
	else
		log_warn("a session was not touched", LOG_TEXT("error", slice_str(err_name(err))));
}

enum find sign_in_session(const struct flow *flow, const struct call *call, struct slice cookie,
			  bool touch, struct session **out)
{
	uint8_t bytes[SESSION_TOKEN_BYTES];
	struct hash hash;
	*out = NULL;
	/* What we cannot have issued needs no look-up. */
	enum err err = decode_base62(cookie, bytes, sizeof(bytes));
	secret_wipe(bytes, sizeof(bytes));
	if (err != ERR_OK)
		return ABSENT;
	hash_sha256(cookie, &hash);
	enum find find = store_session_find(flow->store, call->arena, &hash, out);
	if (find != FOUND)
		return find;
	/* ASVS 7.3.1, 7.3.2: idle for too long, or too old */
	if (!session_is_alive(*out, &flow->settings.session, call->now)) {
		*out = NULL;
		return ABSENT;
	}
	if (touch)
		touch_session(flow, call, *out);
	return FOUND;
}

enum err sign_out(const struct flow *flow, const struct call *call, const struct session *session)
{
	const struct event event = call_event(call, EVENT_SIGNED_OUT, &session->user.id, NULL,
					      NULL);
	enum err err = store_session_remove(flow->store, &session->hash, &event);
	return err == ERR_ABSENT ? ERR_OK : err; /* gone already: what was wanted */
}
