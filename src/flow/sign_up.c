/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong with the invitation is said alone: who has none learns nothing of names. */
#include "flow/sign_up.h"

#include "base/ensure.h"
#include "flow/accounts.h"
#include "flow/budget.h"
#include "flow/known_device.h"
#include "flow/password_gate.h"
#include "flow/tickets.h"

#define TAKEN SLICE("This name is taken.")
#define UNINVITED SLICE("This invitation is not valid, or it has been used.")

static enum sign_up_outcome refuse_invitation(struct sign_up_result *out)
{
	out->invitation = UNINVITED;
	return SIGN_UP_REFUSED;
}

static enum sign_up_outcome refuse_name(struct sign_up_result *out)
{
	out->faults.name = TAKEN;
	return SIGN_UP_REFUSED;
}

static enum sign_up_outcome count(const struct flow *flow, const struct call *call,
				  struct sign_up_result *out)
{
	struct throttle_plan plan;
	struct budget budget;
	throttle_plan_sign_up(&plan, &call->address);
	budget_make(flow, &plan, &budget);
	enum err err = budget_take(flow, call, &budget, &out->retry_after);
	if (err == ERR_FULL)
		return SIGN_UP_OVER_BUDGET;
	return err == ERR_OK ? SIGN_UP_DONE : SIGN_UP_UNAVAILABLE;
}

static enum sign_up_outcome check_invitation(const struct flow *flow, const struct call *call,
					     const struct sign_up_request *request,
					     struct sign_up_result *out)
{
	if (flow->settings.sign_up == SIGN_UP_OPEN)
		return SIGN_UP_DONE;
	enum find find = ticket_find(flow, call, TICKET_SIGN_UP, slice_trim(request->invitation));
	if (find == FIND_FAILED)
		return SIGN_UP_UNAVAILABLE;
	return find == FOUND ? SIGN_UP_DONE : refuse_invitation(out);
}

static enum sign_up_outcome check_person(const struct flow *flow, const struct call *call,
					 const struct person_new *person,
					 struct sign_up_result *out)
{
	struct user *user;
	people_check(flow, person, &out->faults);
	if (!slice_is_empty(out->faults.name) || !slice_is_empty(out->faults.password))
		return SIGN_UP_REFUSED;
	enum find find = people_find(flow, call, person->name, &user);
	if (find == FIND_FAILED)
		return SIGN_UP_UNAVAILABLE;
	return find == FOUND ? refuse_name(out) : SIGN_UP_DONE;
}

static enum sign_up_outcome add(const struct flow *flow, const struct call *call,
				const struct person_new *person, struct sign_up_result *out)
{
	struct id id;
	struct slice why;
	switch (people_add(flow, call, person, &id, &why)) {
	case ERR_OK:
		return SIGN_UP_DONE;
	case ERR_CONFLICT: /* just now */
		return refuse_name(out);
	case ERR_UNCHANGED:
		return refuse_invitation(out);
	default:
		return SIGN_UP_UNAVAILABLE;
	}
}

static enum sign_up_outcome welcome(const struct flow *flow, const struct call *call,
				    const struct sign_up_request *request, struct slice name,
				    struct sign_up_result *out)
{
	struct user *user;
	struct known_device device;
	if (people_find(flow, call, name, &user) != FOUND)
		return SIGN_UP_UNAVAILABLE;
	const struct account_session session = {
		.user = user,
		.replaces = request->replaces,
		.keeps_others = request->keeps_others,
	};
	if (account_open(flow, call, &session, &out->session) != ERR_OK)
		return SIGN_UP_UNAVAILABLE;
	known_device_new(&device, &user->id);
	out->device = known_device_text(flow->ring, call->arena, &device);
	return SIGN_UP_DONE;
}

enum sign_up_outcome sign_up(const struct flow *flow, const struct call *call,
			     const struct sign_up_request *request, struct sign_up_result *out)
{
	struct hash invitation;
	struct person_new person = {
		.name = slice_trim(request->name), /* keyboards that complete words add blanks */
		.password = request->password,
	};
	ensure(flow->settings.sign_up != SIGN_UP_OFF);
	*out = (struct sign_up_result){ .retry_after = 0 };
	/* A flood from everywhere must not leave a row for each of its addresses. */
	if (!password_gate_has_room(flow->gate, GATE_STRANGER))
		return SIGN_UP_UNAVAILABLE;
	enum sign_up_outcome outcome = count(flow, call, out);
	if (outcome == SIGN_UP_DONE)
		outcome = check_invitation(flow, call, request, out);
	if (outcome == SIGN_UP_DONE)
		outcome = check_person(flow, call, &person, out);
	if (flow->settings.sign_up == SIGN_UP_INVITE) {
		hash_sha256(slice_trim(request->invitation), &invitation);
		person.invitation = &invitation;
	}
	if (outcome == SIGN_UP_DONE)
		outcome = add(flow, call, &person, out);
	return outcome == SIGN_UP_DONE ? welcome(flow, call, request, person.name, out) : outcome;
}
