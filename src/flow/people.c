/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes and changes accounts. The rules for names and passwords are the domain's; the events that
 * record a change stand in its transaction. */
#include "flow/people.h"

#include "base/rng.h"
#include "flow/logout_delivery.h"
#include "flow/password_gate.h"

#define NAME_SENTENCE \
	"A name has 1 to 150 bytes, without blanks, characters that cannot be seen, and the marks / < > and \"."

static enum err check_password(const struct flow *flow, struct slice name, struct slice password,
			       struct slice *why)
{
	/* ASVS 6.2.1, 6.2.4: length and the list of common passwords, no rules of composition */
	enum password_fault fault = user_password_check(name, password,
							flow->settings.password_min_length);
	if (fault == PASSWORD_FINE)
		return ERR_OK;
	*why = password_fault_text(fault);
	return ERR_INVALID;
}

static enum err make_hash(const struct flow *flow, const struct call *call, struct slice password,
			  struct slice *hash)
{
	if (!password_gate_enter(flow->gate, GATE_KNOWN))
		return ERR_FULL;
	enum err err = password_hash(call->arena, &flow->settings.password_cost, password, hash);
	password_gate_leave(flow->gate);
	return err;
}

void people_check(const struct flow *flow, const struct person_new *person,
		  struct person_faults *out)
{
	*out = (struct person_faults){ SLICE_EMPTY, SLICE_EMPTY };
	if (!user_name_is_valid(person->name))
		out->name = SLICE(NAME_SENTENCE);
	if (check_password(flow, person->name, person->password, &out->password) == ERR_OK)
		out->password = SLICE_EMPTY;
}

enum err people_add(const struct flow *flow, const struct call *call,
		    const struct person_new *person, struct id *id, struct slice *why)
{
	struct slice hash;
	struct person_faults faults;
	people_check(flow, person, &faults);
	*why = slice_is_empty(faults.name) ? faults.password : faults.name;
	if (!slice_is_empty(*why))
		return ERR_INVALID;
	enum err err = make_hash(flow, call, person->password, &hash);
	if (err != ERR_OK)
		return err;
	struct user user = {
		.name = person->name,
		.admin = person->admin,
		.enabled = true,
		.created = call->now,
	};
	rng_bytes(user.id.bytes, ID_BYTES);
	*id = user.id;
	const struct event event = call_event(call, EVENT_USER_ADDED, &user.id, NULL, NULL);
	const struct user_new new = {
		.user = &user,
		.folded_name = user_name_fold(call->arena, user.name),
		.password_hash = hash,
		.invitation = person->invitation,
	};
	return store_user_insert(flow->store, &new, &event);
}

enum find people_find(const struct flow *flow, const struct call *call, struct slice name,
		      struct user **out)
{
	struct slice hash;
	*out = NULL;
	if (!user_name_is_valid(name))
		return ABSENT;
	return store_user_find_by_name(flow->store, call->arena, user_name_fold(call->arena, name),
				       out, &hash);
}

enum find people_stand(const struct flow *flow, const struct call *call, const struct id *id,
		       struct user **out)
{
	*out = NULL;
	if (id_is_zero(id))
		return FOUND;
	enum find find = store_user_find(flow->store, call->arena, id, out);
	return find == FOUND && !(*out)->enabled ? ABSENT : find;
}

enum err people_set_password(const struct flow *flow, const struct call *call,
			     const struct user *user, struct slice password, struct slice *why)
{
	struct slice hash;
	*why = SLICE_EMPTY;
	enum err err = check_password(flow, user->name, password, why);
	if (err == ERR_OK)
		err = make_hash(flow, call, password, &hash);
	if (err != ERR_OK)
		return err;
	const struct event event = call_event(call, EVENT_USER_PASSWORD_CHANGED, &user->id, NULL,
					      NULL);
	const struct user_password new = { .hash = hash, .now = call->now };
	/* ASVS 7.4.3: whoever signed in with the old password is out */
	err = store_user_set_password(flow->store, &user->id, &new, &event);
	if (err == ERR_OK)
		logout_delivery_wake(flow->deliveries);
	return err;
}

enum err people_set_enabled(const struct flow *flow, const struct call *call,
			    const struct user *user, bool enabled)
{
	enum event_kind kind = enabled ? EVENT_USER_ENABLED : EVENT_USER_DISABLED;
	const struct event event = call_event(call, kind, &user->id, NULL, NULL);
	enum err err = store_user_set_enabled(flow->store, &user->id, enabled, call->now, &event);
	if (err == ERR_OK && !enabled)
		logout_delivery_wake(flow->deliveries);
	return err;
}

enum err people_set_admin(const struct flow *flow, const struct call *call, const struct user *user,
			  bool admin)
{
	struct event event = call_event(call, EVENT_USER_CHANGED, &user->id, NULL, NULL);
	event.detail = arena_printf(call->arena, "%s %.*s",
				    admin ? "is an administrator" : "is no administrator",
				    SLICE_ARG(call->actor));
	event.detail = slice_trim(event.detail);
	return store_user_set_admin(flow->store, &user->id, admin, &event);
}

enum err people_remove(const struct flow *flow, const struct call *call, const struct user *user)
{
	const struct event event = call_event(call, EVENT_USER_REMOVED, &user->id, NULL, NULL);
	return store_user_remove(flow->store, &user->id, &event);
}
