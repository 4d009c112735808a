/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract under rivals (rivals.h) of the device grant, of rotations and of updates. */
#include "rivals.h"

/* --- rivals
 * ----------------------------------------------------------------------------------------------------------
 */

static void client_is_changed(struct scene *s)
{
	struct client changed = s->client;
	changed.name = SLICE("Changed");
	ck_ok(store_client_update(s->w->store, &changed, s->w->now + 1, NULL));
}

static void updated_client_is_removed(struct scene *s)
{
	client_is_removed(s);
	s->expected = ERR_ABSENT;
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
	s->expected = ERR_CONFLICT;
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
	s->authorization = s->grant.grant.authorization;
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

static const struct operation insertion = { set_new, insert, NULL };
static const struct operation approval = { set_pending, decide, NULL };
static const struct operation denial = { set_pending_to_deny, decide, NULL };
static const struct operation redeeming = { set_approved, redeem, no_tokens_are_redeemed };
static const struct operation rotating = { set_redeemed, rotate, no_tokens_are_rotated };
static const struct operation updating = { set_new, update, NULL };

static const struct rival_row rival_rows[] = {
	{ "a start, after the client was disabled", &insertion, client_is_disabled },
	{ "a start, after the client was removed", &insertion, client_is_removed },
	{ "a start, after the user code was taken", &insertion, code_is_taken },
	{ "an approval, after an approval", &approval, grant_is_accepted },
	{ "an approval, after a denial", &approval, grant_is_denied },
	{ "an approval, after the expiry", &approval, time_passes },
	{ "an approval, after the person was disabled", &approval, user_is_disabled },
	{ "an approval, after the person was disabled and enabled", &approval,
	  user_is_disabled_and_enabled },
	{ "an approval, after the person was removed", &approval, user_is_removed },
	{ "an approval, after the client was disabled", &approval, client_is_disabled },
	{ "an approval, after the client was removed", &approval, client_is_removed },
	{ "an approval, after the session was removed", &approval, session_is_removed },
	{ "an approval, after the password was changed elsewhere", &approval, password_is_changed },
	{ "an approval, after the grant was swept", &approval, row_is_swept },
	{ "a denial, after an approval", &denial, grant_is_accepted },
	{ "a denial, after a denial", &denial, grant_is_denied },
	{ "a denial, after the expiry", &denial, time_passes },
	{ "a denial, after the person was disabled", &denial, user_is_disabled },
	{ "a denial, after the client was disabled", &denial, client_is_disabled },
	{ "a denial, after the session was removed", &denial, session_is_removed },
	{ "a redemption, after a redemption", &redeeming, grant_is_redeemed },
	{ "a redemption, after the expiry", &redeeming, time_passes },
	{ "a redemption, after the person was disabled", &redeeming, user_is_disabled },
	{ "a redemption, after the person was removed", &redeeming, user_is_removed },
	{ "a redemption, after the client was disabled", &redeeming, client_is_disabled },
	{ "a redemption, after the client was removed", &redeeming, client_is_removed },
	{ "a redemption, after the authorization was revoked", &redeeming,
	  authorization_is_revoked },
	{ "a redemption, after the grant was swept", &redeeming, row_is_swept },
	{ "a rotation, after a rotation", &rotating, token_is_rotated },
	{ "a rotation, after the idle limit", &rotating, time_passes },
	{ "a rotation, after the authorization was revoked", &rotating, authorization_is_revoked },
	{ "a rotation, after the person was disabled", &rotating, user_is_disabled },
	{ "a rotation, after the person was removed", &rotating, user_is_removed },
	{ "a rotation, after the client was disabled", &rotating, client_is_disabled },
	{ "a rotation, after the client was removed", &rotating, client_is_removed },
	{ "a rotation, after the token was swept", &rotating, row_is_swept },
	{ "an update, after an update", &updating, client_is_changed },
	{ "an update, after the client was removed", &updating, updated_client_is_removed },
};

START_TEST(nothing_is_changed_after_a_rival)
{
	rival_run(&rival_rows[_i]);
}
END_TEST

static const struct operation *const operations[] = { &insertion, &approval, &denial,
						      &redeeming, &rotating, &updating };

START_TEST(without_a_rival_each_operation_succeeds)
{
	rival_run_alone(operations[_i]);
}
END_TEST

void contract_rivals(TCase *tc)
{
	tcase_add_loop_test(tc, without_a_rival_each_operation_succeeds, 0, ARRAY_LEN(operations));
	tcase_add_loop_test(tc, nothing_is_changed_after_a_rival, 0, ARRAY_LEN(rival_rows));
}
