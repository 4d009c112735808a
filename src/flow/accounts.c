/* SPDX-License-Identifier: Apache-2.0
 *
 * ASVS 7.2.4: a fresh session at each sign-in; the old one of this browser ends with it. */
#include "flow/accounts.h"

#include "base/log.h"
#include "base/random_text.h"
#include "base/rng.h"
#include "flow/logout_delivery.h"
#include "flow/sign_in.h"

/* The sid that the one who signs in has in the old session: he keeps it. D60 */
static bool find_sid(const struct session_list *people, const struct id *user, struct id *sid)
{
	for (size_t i = 0; i < people->count; i++) {
		if (!id_equal(&people->items[i].user.id, user))
			continue;
		*sid = people->items[i].sid;
		return true;
	}
	return false;
}

enum err account_open(const struct flow *flow, const struct call *call,
		      const struct account_session *session, struct slice *cookie)
{
	struct session_list people = { 0 };
	enum err err = ERR_OK;
	if (session->replaces)
		err = store_session_people(flow->store, call->arena, session->replaces, &people);
	if (err != ERR_OK)
		return err;
	*cookie = random_text(call->arena, SLICE_EMPTY, SESSION_TOKEN_BYTES);
	struct session_new new = {
		.session = {
			.user = *session->user,
			.created = call->now,
			.seen = call->now,
			.auth_time = call->now,
			.amr = SLICE("pwd"),
			.acr = SLICE_EMPTY,
		},
		.replaces = session->replaces,
		.password_hash = session->password_hash,
		.keeps_others = session->keeps_others,
	};
	hash_sha256(*cookie, &new.session.hash);
	if (!find_sid(&people, &session->user->id, &new.session.sid))
		rng_bytes(new.session.sid.bytes, ID_BYTES);
	const struct event event = call_event(call, EVENT_SIGNED_IN, &session->user->id, NULL,
					      NULL);
	err = store_session_insert(flow->store, &new, &event);
	if (err == ERR_OK && session->replaces)
		logout_delivery_wake(flow->deliveries); /* to tell of those who were left behind */
	return err;
}

enum err account_people(const struct flow *flow, const struct call *call,
			const struct session *session, struct session_list *out)
{
	struct session_list all;
	*out = (struct session_list){ 0 };
	enum err err = store_session_people(flow->store, call->arena, &session->hash, &all);
	if (err != ERR_OK)
		return err;
	out->items = all.items;
	for (size_t i = 0; i < all.count; i++) {
		if (session_is_alive(&all.items[i], &flow->settings.session, call->now))
			out->items[out->count++] = all.items[i];
	}
	return ERR_OK;
}

static bool is_among(const struct session_list *people, const struct id *user)
{
	for (size_t i = 0; i < people->count; i++) {
		if (id_equal(&people->items[i].user.id, user))
			return true;
	}
	return false;
}

enum err account_choose(const struct flow *flow, const struct call *call,
			const struct session *session, const struct id *user)
{
	struct session_list people;
	enum err err = account_people(flow, call, session, &people);
	if (err != ERR_OK)
		return err;
	if (!is_among(&people, user))
		return ERR_ABSENT;
	const struct event event = call_event(call, EVENT_ACCOUNT_CHOSEN, user, NULL, NULL);
	return store_session_choose(flow->store, &session->hash, user, &event);
}
