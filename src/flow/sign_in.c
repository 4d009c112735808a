/* SPDX-License-Identifier: Apache-2.0
 *
 * Sign-in with name and password. Every way to be wrong goes through the same steps: a look-up, the
 * budget, one hash of the same cost. The known-device cookie says "this person signed in here
 * before" and gives an own budget, no more: it is no proof of anything else. ASVS 6.3.1, 6.3.8 */
#include "flow/sign_in.h"

#include "base/encode.h"
#include "base/log.h"
#include "base/secret.h"
#include "flow/accounts.h"
#include "flow/budget.h"
#include "flow/known_device.h"
#include "flow/password_gate.h"

/* --- an attempt
 * ------------------------------------------------------------------------------------------------------
 */

struct attempt {
	const struct sign_in_request *request;
	struct slice name;        /* folded */
	struct user *user;        /* NULL: no such name */
	struct slice stored_hash; /* of the password */
	struct known_device device;
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
	attempt->device_known = known_device_parse(flow->ring, attempt->request->device,
						   attempt->user, &attempt->device);
	throttle_plan_sign_in(&plan, attempt->name, &call->address,
			      attempt->device_known ? known_device_name(&attempt->device)
						    : SLICE_EMPTY);
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

static enum err open_session(const struct flow *flow, const struct call *call,
			     const struct attempt *attempt, struct slice *cookie)
{
	const struct account_session session = {
		.user = attempt->user,
		.password_hash = attempt->stored_hash,
		.replaces = attempt->request->replaces,
		.keeps_others = attempt->request->keeps_others,
	};
	return account_open(flow, call, &session, cookie);
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
		known_device_new(&attempt->device, &attempt->user->id);
	out->device = known_device_text(flow->ring, call->arena, &attempt->device);
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
	struct session_list people = { 0 };
	if (store_session_people(flow->store, call->arena, &hash, &people) != ERR_OK)
		return FIND_FAILED;
	/* ASVS 7.3.1, 7.3.2: idle for too long, or too old */
	if (people.count == 0 ||
	    !session_is_alive(&people.items[0], &flow->settings.session, call->now))
		return ABSENT;
	*out = &people.items[0];
	for (size_t i = 1; i < people.count; i++)
		(*out)->others += session_is_alive(&people.items[i], &flow->settings.session,
						   call->now);
	if (touch)
		touch_session(flow, call, *out);
	return FOUND;
}
