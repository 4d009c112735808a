/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract: each rival of an operation is committed between its load and its save. A scene is
 * set and the operation prepared as if everything had been looked up; then the rival commits; then
 * the operation comes and must change nothing. */
#include "world.h"

struct scene {
	struct world *w;
	struct device_grant_new grant;
	struct device_decision decision;
	struct redemption redemption;
	struct rotation rotation;
	struct client client; /* as loaded */
};

/* --- rivals
 * ----------------------------------------------------------------------------------------------------------
 */

static void user_is_disabled(struct scene *s)
{
	ck_ok(store_user_set_enabled(s->w->store, &s->w->user, false, NULL));
}

/* Long enough for the person to come back with another session, which this one is not. */
static void user_is_disabled_and_enabled(struct scene *s)
{
	user_is_disabled(s);
	ck_ok(store_user_set_enabled(s->w->store, &s->w->user, true, NULL));
}

static void user_is_removed(struct scene *s)
{
	ck_ok(store_user_remove(s->w->store, &s->w->user, NULL));
}

static void client_is_disabled(struct scene *s)
{
	struct client disabled = s->client;
	disabled.enabled = false;
	ck_ok(store_client_update(s->w->store, &disabled, s->w->now + 1, NULL));
}

static void client_is_changed(struct scene *s)
{
	struct client changed = s->client;
	changed.name = SLICE("Changed");
	ck_ok(store_client_update(s->w->store, &changed, s->w->now + 1, NULL));
}

static void client_is_removed(struct scene *s)
{
	ck_ok(store_client_remove(s->w->store, &s->w->client, NULL));
}

static void session_is_removed(struct scene *s)
{
	ck_ok(store_session_remove(s->w->store, &s->w->session, NULL));
}

static void password_is_changed(struct scene *s)
{
	ck_ok(store_user_set_password(s->w->store, &s->w->user, SLICE("x"), NULL, NULL));
}

static void grant_is_accepted(struct scene *s)
{
	struct device_decision decision = world_decision(s->w, &s->grant, true);
	ck_ok(store_device_grant_decide(s->w->store, &decision, NULL));
}

static void grant_is_denied(struct scene *s)
{
	struct device_decision decision = world_decision(s->w, &s->grant, false);
	ck_ok(store_device_grant_decide(s->w->store, &decision, NULL));
}

static void grant_is_redeemed(struct scene *s)
{
	struct redemption redemption = world_redemption(s->w, &s->grant);
	ck_ok(store_device_grant_redeem(s->w->store, &redemption, NULL));
}

static void authorization_is_revoked(struct scene *s)
{
	ck_ok(store_authorization_revoke(s->w->store, &s->grant.grant.authorization, NULL,
					 s->w->now + 5, NULL));
}

static void time_passes(struct scene *s)
{
	s->decision.now = s->grant.grant.expires;
	s->redemption.now = s->grant.grant.expires;
	s->rotation.now = s->redemption.issue.refresh.expires;
}

static void token_is_rotated(struct scene *s)
{
	struct rotation rotation = world_rotation(s->w, &s->redemption);
	ck_ok(store_refresh_token_rotate(s->w->store, &rotation, NULL));
}

static void row_is_swept(struct scene *s)
{
	struct sweep sweep = { .now = s->w->now + 366 * 86400,
			       .session_idle = 400 * 86400,
			       .keep_dead = 86400,
			       .keep_events = 86400,
			       .limit = 1000 };
	size_t deleted;
	ck_ok(store_sweep(s->w->store, &sweep, &deleted));
	ck_assert_uint_gt(deleted, 0);
}

static void code_is_taken(struct scene *s)
{
	struct device_grant_new other = world_grant(s->w);
	other.code = s->grant.code;
	ck_ok(store_device_grant_insert(s->w->store, &other, NULL));
}

/* --- operations: how the scene is set, and the step
 * ------------------------------------------------------------------ */

static void set_new(struct scene *s)
{
	s->grant = world_grant(s->w);
}

static void set_pending(struct scene *s)
{
	s->grant = world_pending(s->w);
	s->decision = world_decision(s->w, &s->grant, true);
}

static void set_pending_to_deny(struct scene *s)
{
	set_pending(s);
	s->decision.accept = false;
}

static void set_approved(struct scene *s)
{
	s->grant = world_approved(s->w);
	s->redemption = world_redemption(s->w, &s->grant);
}

static void set_redeemed(struct scene *s)
{
	set_approved(s);
	ck_ok(store_device_grant_redeem(s->w->store, &s->redemption, NULL));
	s->rotation = world_rotation(s->w, &s->redemption);
}

static enum err insert(struct scene *s, const struct event *event)
{
	return store_device_grant_insert(s->w->store, &s->grant, event);
}

static enum err decide(struct scene *s, const struct event *event)
{
	return store_device_grant_decide(s->w->store, &s->decision, event);
}

static enum err redeem(struct scene *s, const struct event *event)
{
	return store_device_grant_redeem(s->w->store, &s->redemption, event);
}

static enum err rotate(struct scene *s, const struct event *event)
{
	return store_refresh_token_rotate(s->w->store, &s->rotation, event);
}

static enum err update(struct scene *s, const struct event *event)
{
	s->client.name = SLICE("Late");
	return store_client_update(s->w->store, &s->client, s->w->now + 1, event);
}

struct operation {
	void (*set)(struct scene *s);
	enum err (*step)(struct scene *s, const struct event *event);
};

static const struct operation insertion = { set_new, insert };
static const struct operation approval = { set_pending, decide };
static const struct operation denial = { set_pending_to_deny, decide };
static const struct operation redeeming = { set_approved, redeem };
static const struct operation rotating = { set_redeemed, rotate };
static const struct operation updating = { set_new, update };

struct rival_row {
	const char *name;
	const struct operation *operation;
	void (*rival)(struct scene *s);
	enum err expected;
};

static const struct rival_row rival_rows[] = {
	{ "a start, after the client was disabled", &insertion, client_is_disabled, ERR_UNCHANGED },
	{ "a start, after the client was removed", &insertion, client_is_removed, ERR_UNCHANGED },
	{ "a start, after the user code was taken", &insertion, code_is_taken, ERR_CONFLICT },
	{ "an approval, after an approval", &approval, grant_is_accepted, ERR_UNCHANGED },
	{ "an approval, after a denial", &approval, grant_is_denied, ERR_UNCHANGED },
	{ "an approval, after the expiry", &approval, time_passes, ERR_UNCHANGED },
	{ "an approval, after the person was disabled", &approval, user_is_disabled,
	  ERR_UNCHANGED },
	{ "an approval, after the person was disabled and enabled", &approval,
	  user_is_disabled_and_enabled, ERR_UNCHANGED },
	{ "an approval, after the person was removed", &approval, user_is_removed, ERR_UNCHANGED },
	{ "an approval, after the client was disabled", &approval, client_is_disabled,
	  ERR_UNCHANGED },
	{ "an approval, after the client was removed", &approval, client_is_removed,
	  ERR_UNCHANGED },
	{ "an approval, after the session was removed", &approval, session_is_removed,
	  ERR_UNCHANGED },
	{ "an approval, after the password was changed elsewhere", &approval, password_is_changed,
	  ERR_UNCHANGED },
	{ "an approval, after the grant was swept", &approval, row_is_swept, ERR_UNCHANGED },
	{ "a denial, after an approval", &denial, grant_is_accepted, ERR_UNCHANGED },
	{ "a denial, after a denial", &denial, grant_is_denied, ERR_UNCHANGED },
	{ "a denial, after the expiry", &denial, time_passes, ERR_UNCHANGED },
	{ "a denial, after the person was disabled", &denial, user_is_disabled, ERR_UNCHANGED },
	{ "a denial, after the client was disabled", &denial, client_is_disabled, ERR_UNCHANGED },
	{ "a denial, after the session was removed", &denial, session_is_removed, ERR_UNCHANGED },
	{ "a redemption, after a redemption", &redeeming, grant_is_redeemed, ERR_UNCHANGED },
	{ "a redemption, after the expiry", &redeeming, time_passes, ERR_UNCHANGED },
	{ "a redemption, after the person was disabled", &redeeming, user_is_disabled,
	  ERR_UNCHANGED },
	{ "a redemption, after the person was removed", &redeeming, user_is_removed,
	  ERR_UNCHANGED },
	{ "a redemption, after the client was disabled", &redeeming, client_is_disabled,
	  ERR_UNCHANGED },
	{ "a redemption, after the client was removed", &redeeming, client_is_removed,
	  ERR_UNCHANGED },
	{ "a redemption, after the authorization was revoked", &redeeming, authorization_is_revoked,
	  ERR_UNCHANGED },
	{ "a redemption, after the grant was swept", &redeeming, row_is_swept, ERR_UNCHANGED },
	{ "a rotation, after a rotation", &rotating, token_is_rotated, ERR_UNCHANGED },
	{ "a rotation, after the idle limit", &rotating, time_passes, ERR_UNCHANGED },
	{ "a rotation, after the authorization was revoked", &rotating, authorization_is_revoked,
	  ERR_UNCHANGED },
	{ "a rotation, after the person was disabled", &rotating, user_is_disabled, ERR_UNCHANGED },
	{ "a rotation, after the person was removed", &rotating, user_is_removed, ERR_UNCHANGED },
	{ "a rotation, after the client was disabled", &rotating, client_is_disabled,
	  ERR_UNCHANGED },
	{ "a rotation, after the client was removed", &rotating, client_is_removed, ERR_UNCHANGED },
	{ "a rotation, after the token was swept", &rotating, row_is_swept, ERR_UNCHANGED },
	{ "an update, after an update", &updating, client_is_changed, ERR_UNCHANGED },
	{ "an update, after the client was removed", &updating, client_is_removed, ERR_ABSENT },
};

static void set_scene(struct scene *s, struct world *w, const struct operation *operation)
{
	struct client *client;
	*s = (struct scene){ .w = w };
	ck_found(store_client_find(w->store, w->arena, &w->client, &client));
	s->client = *client;
	operation->set(s);
}

START_TEST(nothing_is_changed_after_a_rival)
{
	const struct rival_row *row = &rival_rows[_i];
	WORLD(w);
	struct scene s;
	struct event event = world_event(&w, EVENT_DEVICE_REUSED);
	set_scene(&s, &w, row->operation);
	row->rival(&s);
	enum err err = row->operation->step(&s, &event);
	ck_assert_msg(err == row->expected, "%s: %s", row->name, err_name(err));
	ck_assert_msg(world_events(&w, EVENT_DEVICE_REUSED) == 0, "%s: the event was recorded",
		      row->name);
	ck_assert(!world_has_access(&w, &s.rotation) && !world_has_refresh(&w, &s.rotation));
	if (row->operation == &redeeming)
		ck_assert(!world_has_access(&w, &s.redemption) &&
			  !world_has_refresh(&w, &s.redemption));
	size_t faults;
	ck_ok(store_check(w.store, NULL, NULL, &faults));
	ck_assert_msg(faults == 0, "%s: %zu faults", row->name, faults);
}
END_TEST

static const struct operation *const operations[] = { &insertion, &approval, &denial,
						      &redeeming, &rotating, &updating };

START_TEST(without_a_rival_each_operation_succeeds)
{
	WORLD(w);
	struct scene s;
	struct event event = world_event(&w, EVENT_DEVICE_REUSED);
	set_scene(&s, &w, operations[_i]);
	ck_ok(operations[_i]->step(&s, &event));
	ck_assert_uint_eq(world_events(&w, EVENT_DEVICE_REUSED), 1);
}
END_TEST

void contract_rivals(TCase *tc)
{
	tcase_add_loop_test(tc, without_a_rival_each_operation_succeeds, 0, ARRAY_LEN(operations));
	tcase_add_loop_test(tc, nothing_is_changed_after_a_rival, 0, ARRAY_LEN(rival_rows));
}
