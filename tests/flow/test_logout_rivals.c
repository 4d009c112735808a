/* SPDX-License-Identifier: Apache-2.0
 *
 * What another request is given in the session at the very moment in which it ends: after the look
 * at who is in it, and before the session is gone. */
#include "flow/logout.h"

#include "base/rng.h"
#include "check_main.h"
#include "flow/logout_fixture.h"
#include "flow/people.h"
#include "store/store_ops.h"

static struct fixture fixture;
static struct session *session;
static struct client *shop; /* wants logout tokens */
static struct id before;    /* given in good time */

static const struct store_ops *engine;
static struct store_ops ops;
static struct store_session_ops session_ops;
static struct store_user_ops user_ops;
static const char *late_scope;
static struct id late; /* the rival's */
static enum err late_result;

static enum err give_code(const char *scope, struct id *id)
{
	struct code_new new = {
		.code = {
			.authorization = {
				.user = session->user.id,
				.client = shop->id,
				.grant = GRANT_AUTHORIZATION_CODE,
				.scope = slice_str(scope),
				.sid = session->sid,
				.created = fixture.call.now,
			},
			.expires = fixture.call.now + 60,
		},
		.session = session->hash,
	};
	rng_bytes(new.code.authorization.id.bytes, ID_BYTES);
	rng_bytes(new.code.hash.bytes, HASH_BYTES);
	*id = new.code.authorization.id;
	return store_code_insert(fixture.store, &new, NULL);
}

static void be_late(void)
{
	late_result = give_code(late_scope, &late);
}

static enum err remove_after_rival(struct store *store, const struct hash *hash, int64_t now,
				   const struct event *event)
{
	be_late();
	return engine->session->remove(store, hash, now, event);
}

static enum err set_password_after_rival(struct store *store, const struct id *id,
					 const struct user_password *password,
					 const struct event *event)
{
	be_late();
	return engine->user->set_password(store, id, password, event);
}

static enum err set_enabled_after_rival(struct store *store, const struct id *id, bool enabled,
					int64_t now, const struct event *event)
{
	be_late();
	return engine->user->set_enabled(store, id, enabled, now, event);
}

static void setup(void)
{
	static const char *const settings[] = { "backchannel_logout_uri=https://shop.example/out",
						NULL };
	fixture_start(&fixture, "1");
	fixture.flow.settings.issuer = SLICE("https://op.example/o");
	fixture_person(&fixture, "ada");
	session = logout_sign_in(&fixture, "ada", NULL);
	shop = logout_client(&fixture, "shop", settings);
	late_scope = "openid";
	engine = fixture.store->ops;
	ops = *engine;
	session_ops = *engine->session;
	session_ops.remove = remove_after_rival;
	user_ops = *engine->user;
	user_ops.set_password = set_password_after_rival;
	user_ops.set_enabled = set_enabled_after_rival;
	ops.session = &session_ops;
	ops.user = &user_ops;
	fixture.store->ops = &ops;
}

static void teardown(void)
{
	fixture.store->ops = engine;
	fixture_stop(&fixture);
}

static void sign_out(void)
{
	struct logout_frames frames;
	ck_assert_int_eq(logout_session(&fixture.flow, &fixture.call, session, &frames), ERR_OK);
}

static void change_password(void)
{
	struct slice why;
	ck_assert_int_eq(people_set_password(&fixture.flow, &fixture.call, &session->user,
					     SLICE("another good password"), &why),
			 ERR_OK);
}

static void disable(void)
{
	ck_assert_int_eq(people_set_enabled(&fixture.flow, &fixture.call, &session->user, false),
			 ERR_OK);
}

static const struct ending {
	const char *name;
	void (*end)(void);
} endings[] = {
	{ "signing out", sign_out },
	{ "a new password", change_password },
	{ "an account that is disabled", disable },
};

/* BCLOGOUT#2.7 */
START_TEST(what_was_given_meanwhile_ends_too)
{
	endings[_i].end();
	ck_assert_msg(late_result == ERR_OK, "%s: it was not given", endings[_i].name);
	ck_assert_msg(logout_is_revoked(&fixture, &late), "%s", endings[_i].name);
}
END_TEST

/* BCLOGOUT#2.5 */
START_TEST(who_was_given_something_meanwhile_is_told)
{
	late_scope = "openid offline_access";
	endings[_i].end();
	ck_assert_msg(!logout_is_revoked(&fixture, &late), "%s", endings[_i].name);
	ck_assert_msg(logout_jobs(&fixture).count == 1, "%s", endings[_i].name);
}
END_TEST

START_TEST(who_was_given_something_before_and_meanwhile_is_told_once)
{
	ck_assert_int_eq(give_code("openid", &before), ERR_OK);
	endings[_i].end();
	ck_assert_msg(logout_is_revoked(&fixture, &before), "%s", endings[_i].name);
	ck_assert_msg(logout_jobs(&fixture).count == 1, "%s", endings[_i].name);
}
END_TEST

START_TEST(nothing_is_given_afterwards)
{
	endings[_i].end();
	be_late();
	ck_assert_msg(late_result == ERR_UNCHANGED, "%s", endings[_i].name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, what_was_given_meanwhile_ends_too, 0, ARRAY_LEN(endings));
	tcase_add_loop_test(tc, who_was_given_something_meanwhile_is_told, 0, ARRAY_LEN(endings));
	tcase_add_loop_test(tc, who_was_given_something_before_and_meanwhile_is_told_once, 0,
			    ARRAY_LEN(endings));
	tcase_add_loop_test(tc, nothing_is_given_afterwards, 0, ARRAY_LEN(endings));
}

TEST_MAIN("flow/logout rivals", add_tests)
