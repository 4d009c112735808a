/* SPDX-License-Identifier: Apache-2.0
 *
 * How an operation meets its rival, and the rivals that operations have in common. */
#include "rivals.h"

void user_is_disabled(struct scene *s)
{
	ck_ok(store_user_set_enabled(s->w->store, &s->w->user, false, s->w->now, NULL));
}

/* Long enough for the person to come back with another session, which this one is not. */
void user_is_disabled_and_enabled(struct scene *s)
{
	user_is_disabled(s);
	ck_ok(store_user_set_enabled(s->w->store, &s->w->user, true, s->w->now, NULL));
}

void user_is_removed(struct scene *s)
{
	ck_ok(store_user_remove(s->w->store, &s->w->user, NULL));
}

void client_is_disabled(struct scene *s)
{
	struct client disabled = s->client;
	disabled.enabled = false;
	ck_ok(store_client_update(s->w->store, &disabled, s->w->now + 1, NULL));
}

void client_is_removed(struct scene *s)
{
	ck_ok(store_client_remove(s->w->store, &s->w->client, NULL));
}

void session_is_removed(struct scene *s)
{
	ck_ok(store_session_remove(s->w->store, &s->w->session, s->w->now, NULL));
}

void password_is_changed(struct scene *s)
{
	ck_ok(store_user_set_password(s->w->store, &s->w->user, WORLD_PASSWORD(s->w, "x"), NULL));
}

void authorization_is_revoked(struct scene *s)
{
	ck_ok(store_authorization_revoke(s->w->store, &s->authorization, NULL, s->w->now + 5,
					 NULL));
}

void no_tokens_are_redeemed(struct scene *s)
{
	ck_assert(!world_has_tokens(s->w, &s->redemption));
}

void no_tokens_are_rotated(struct scene *s)
{
	ck_assert(!world_has_tokens(s->w, &s->rotation));
}

static void set_scene(struct scene *s, struct world *w, const struct operation *operation)
{
	struct client *client;
	*s = (struct scene){ .w = w, .expected = ERR_UNCHANGED };
	ck_found(store_client_find(w->store, w->arena, &w->client, &client));
	s->client = *client;
	operation->set(s);
}

void rival_run(const struct rival_row *row)
{
	WORLD(w);
	struct scene s;
	struct event event = world_event(&w, EVENT_DEVICE_REUSED);
	set_scene(&s, &w, row->operation);
	row->rival(&s);
	enum err err = row->operation->step(&s, &event);
	ck_assert_msg(err == s.expected, "%s: %s", row->name, err_name(err));
	ck_assert_msg(world_events(&w, EVENT_DEVICE_REUSED) == 0, "%s: the event was recorded",
		      row->name);
	if (row->operation->verify != NULL)
		row->operation->verify(&s);
	ck_assert_msg(world_faults(&w) == 0, "%s: faults", row->name);
}

void rival_run_alone(const struct operation *operation)
{
	WORLD(w);
	struct scene s;
	struct event event = world_event(&w, EVENT_DEVICE_REUSED);
	set_scene(&s, &w, operation);
	ck_ok(operation->step(&s, &event));
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_REUSED), 1);
}
