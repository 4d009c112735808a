/* SPDX-License-Identifier: Apache-2.0
 *
 * The contract under rivals (rivals.h) of the steps of an authorization code. */
#include "rivals.h"

/* --- rivals
 * ----------------------------------------------------------------------------------------------------------
 */

/* The session stays, for somebody else. */
static void somebody_else_is_left_in_the_session(struct scene *s)
{
	struct id eve = world_add_user(s->w, "eve");
	struct session_new new = world_session(s->w, &eve);
	new.replaces = &s->w->session;
	new.keeps_others = true;
	ck_ok(store_session_insert(s->w->store, &new, NULL));
	s->code.session = new.session.hash;
	password_is_changed(s);
}

static void another_person_signs_in_instead(struct scene *s)
{
	struct id eve = world_add_user(s->w, "eve");
	s->code.session = world_add_session(s->w, &eve);
}

static void code_is_redeemed(struct scene *s)
{
	ck_ok(store_code_redeem(s->w->store, &s->other, NULL));
}

static void time_passes(struct scene *s)
{
	s->redemption.now = s->code.code.expires;
}

static void code_is_swept(struct scene *s)
{
	struct sweep sweep = { .now = s->w->now + 86400,
			       .session_idle = 400 * 86400,
			       .keep_dead = 30 * 86400,
			       .keep_events = 30 * 86400,
			       .limit = 1000 };
	size_t deleted;
	ck_ok(store_sweep(s->w->store, &sweep, &deleted));
	ck_assert_uint_eq(deleted, 1);
}

static void refreshed(struct scene *s)
{
	code_is_redeemed(s);
	struct rotation rotation = world_rotation(s->w, &s->other);
	ck_ok(store_refresh_token_rotate(s->w->store, &rotation, NULL));
}

/* --- operations
 * ----------------------------------------------------------------------------------------------------------
 */

static void set_new(struct scene *s)
{
	s->code = world_code(s->w);
	s->code.remember = true;
}

static void set_given(struct scene *s)
{
	s->code = world_code_given(s->w);
	s->authorization = s->code.code.authorization.id;
	s->redemption = world_code_redemption(s->w, &s->code);
	s->other = world_code_redemption(s->w, &s->code);
}

static enum err give(struct scene *s, const struct event *event)
{
	return store_code_insert(s->w->store, &s->code, event);
}

static enum err redeem(struct scene *s, const struct event *event)
{
	return store_code_redeem(s->w->store, &s->redemption, event);
}

static void no_code_is_given(struct scene *s)
{
	struct authorization *a;
	struct consent *consent;
	struct world *w = s->w;
	ck_absent(store_authorization_find(w->store, w->arena, &s->code.code.authorization.id, &a));
	ck_absent(store_consent_find(w->store, w->arena, &w->user, &w->client, &consent));
}

static const struct operation giving = { set_new, give, no_code_is_given };
static const struct operation redeeming = { set_given, redeem, no_tokens_are_redeemed };

static const struct rival_row rival_rows[] = {
	{ "a code, after the person was disabled", &giving, user_is_disabled },
	{ "a code, after the person was disabled and enabled", &giving,
	  user_is_disabled_and_enabled },
	{ "a code, after the person was removed", &giving, user_is_removed },
	{ "a code, after the client was disabled", &giving, client_is_disabled },
	{ "a code, after the client was removed", &giving, client_is_removed },
	{ "a code, after the person signed out", &giving, session_is_removed },
	{ "a code, after the password was changed elsewhere", &giving, password_is_changed },
	{ "a code, after the person left a session of several", &giving,
	  somebody_else_is_left_in_the_session },
	{ "a code, in a session of another person", &giving, another_person_signs_in_instead },
	{ "a redemption, after a redemption", &redeeming, code_is_redeemed },
	{ "a redemption, after a redemption and a refresh", &redeeming, refreshed },
	{ "a redemption, after the expiry", &redeeming, time_passes },
	{ "a redemption, after the authorization was revoked", &redeeming,
	  authorization_is_revoked },
	{ "a redemption, after the person signed out", &redeeming, session_is_removed },
	{ "a redemption, after the password was changed", &redeeming, password_is_changed },
	{ "a redemption, after the person was disabled", &redeeming, user_is_disabled },
	{ "a redemption, after the person was disabled and enabled", &redeeming,
	  user_is_disabled_and_enabled },
	{ "a redemption, after the person was removed", &redeeming, user_is_removed },
	{ "a redemption, after the client was disabled", &redeeming, client_is_disabled },
	{ "a redemption, after the client was removed", &redeeming, client_is_removed },
	{ "a redemption, after the code was swept", &redeeming, code_is_swept },
};

START_TEST(nothing_is_given_after_a_rival)
{
	rival_run(&rival_rows[_i]);
}
END_TEST

void contract_code_rivals(TCase *tc)
{
	tcase_add_loop_test(tc, nothing_is_given_after_a_rival, 0, ARRAY_LEN(rival_rows));
}
