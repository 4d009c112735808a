/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing out: which tokens end, which clients are told and by what, and what is left alone. */
#include "flow/logout.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/accounts.h"
#include "flow/logout_fixture.h"
#include "flow/people.h"
#include "flow/sign_in.h"

static struct fixture fixture;
static struct session *session;
static struct client *shop; /* wants logout tokens */
static struct client *news; /* wants a frame */
static struct client *plain;

static const char *const shop_settings[] = { "backchannel_logout_uri=https://shop.example/out",
					     NULL };
static const char *const news_settings[] = { "frontchannel_logout_uri=https://news.example/out",
					     NULL };
static const char *const no_settings[] = { NULL };

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture.flow.settings.issuer = SLICE("https://op.example/o");
	fixture_person(&fixture, "ada");
	fixture_person(&fixture, "bob");
	session = logout_sign_in(&fixture, "ada", NULL);
	shop = logout_client(&fixture, "shop", shop_settings);
	news = logout_client(&fixture, "news", news_settings);
	plain = logout_client(&fixture, "plain", no_settings);
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static struct id give(const struct client *client, enum grant grant, const char *scope)
{
	const struct given given = { session, client, grant, scope };
	return logout_give(&fixture, &given);
}

static struct logout_frames leave(void)
{
	struct logout_frames frames;
	ck_assert_int_eq(logout_session(&fixture.flow, &fixture.call, session, &frames), ERR_OK);
	return frames;
}

static const struct kept {
	const char *name;
	enum grant grant;
	const char *scope;
	bool ends;
} kept[] = {
	{ "what a web application got ends [BCLOGOUT#2.7]", GRANT_AUTHORIZATION_CODE,
	  "openid profile", true },
	{ "what it got without an ID token ends as well", GRANT_AUTHORIZATION_CODE, "profile",
	  true },
	{ "what it got for offline access stays [BCLOGOUT#2.7]", GRANT_AUTHORIZATION_CODE,
	  "openid offline_access", false },
	{ "a scope that only looks like it does not help", GRANT_AUTHORIZATION_CODE,
	  "openid offline_access2", true },
	{ "what a device got stays", GRANT_DEVICE_CODE, "openid", false },
	{ "what was exchanged stays", GRANT_TOKEN_EXCHANGE, "openid", false },
};

/* BCLOGOUT#2.7: refresh tokens without offline_access end with the session */
START_TEST(some_of_what_was_given_ends_with_the_session)
{
	struct id id = give(plain, kept[_i].grant, kept[_i].scope);
	leave();
	ck_assert_msg(logout_is_revoked(&fixture, &id) == kept[_i].ends, "%s", kept[_i].name);
}
END_TEST

/* BCLOGOUT#2.5: to each client of the session that wants it */
START_TEST(a_client_is_told_once_with_the_sid)
{
	char sid[ID_TEXT_LEN + 1];
	give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	give(shop, GRANT_AUTHORIZATION_CODE, "openid offline_access");
	give(plain, GRANT_AUTHORIZATION_CODE, "openid");
	struct logout_frames frames = leave();
	struct job_list jobs = logout_jobs(&fixture);
	ck_assert_uint_eq(frames.count, 0);
	ck_assert_uint_eq(jobs.count, 1);
	ck_assert(id_equal(&jobs.items[0].client, &shop->id));
	ck_assert(id_equal(&jobs.items[0].user, &session->user.id));
	ck_assert_int_eq(jobs.items[0].kind, JOB_BACKCHANNEL_LOGOUT);
	ck_slice_row("sid", jobs.items[0].payload, id_text(&session->sid, sid));
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_LOGOUT_QUEUED), 1);
}
END_TEST

START_TEST(a_client_whose_tokens_are_revoked_is_told_too)
{
	struct id id = give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	ck_assert_int_eq(
		store_authorization_revoke(fixture.store, &id, NULL, fixture.call.now, NULL),
		ERR_OK);
	leave();
	ck_assert_uint_eq(logout_jobs(&fixture).count, 1);
}
END_TEST

START_TEST(a_device_is_told_nothing)
{
	give(shop, GRANT_DEVICE_CODE, "openid");
	give(news, GRANT_DEVICE_CODE, "openid");
	ck_assert_uint_eq(leave().count, 0);
	ck_assert_uint_eq(logout_jobs(&fixture).count, 0);
}
END_TEST

START_TEST(a_client_that_is_switched_off_is_told_nothing)
{
	give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	shop = fixture_read_client(&fixture, "shop").client;
	shop->enabled = false;
	ck_assert_int_eq(store_client_update(fixture.store, shop, fixture.call.now, NULL), ERR_OK);
	leave();
	ck_assert_uint_eq(logout_jobs(&fixture).count, 0);
}
END_TEST

START_TEST(another_session_of_the_same_person_goes_on)
{
	struct session *phone = logout_sign_in(&fixture, "ada", NULL);
	const struct given given = { phone, shop, GRANT_AUTHORIZATION_CODE, "openid" };
	struct id id = logout_give(&fixture, &given);
	leave();
	ck_assert(!logout_is_revoked(&fixture, &id));
	ck_assert_uint_eq(logout_jobs(&fixture).count, 0);
}
END_TEST

static const struct framed {
	const char *name;
	const char *settings[3];
	const char *url; /* %s is the sid */
} framed[] = {
	{ "bare [FCLOGOUT#2]",
	  { "frontchannel_logout_uri=https://a.example/out", NULL, NULL },
	  "https://a.example/out" },
	{ "with iss and sid where the session is asked for [FCLOGOUT#2]",
	  { "frontchannel_logout_uri=https://a.example/out",
	    "frontchannel_logout_session_required=true", NULL },
	  "https://a.example/out?iss=https%3A%2F%2Fop.example%2Fo&sid=SID" },
	{ "behind a query that is there [FCLOGOUT#2]",
	  { "frontchannel_logout_uri=https://a.example/out?x=1",
	    "frontchannel_logout_session_required=true", NULL },
	  "https://a.example/out?x=1&iss=https%3A%2F%2Fop.example%2Fo&sid=SID" },
};

START_TEST(a_frame_says_what_the_client_wants)
{
	char sid[ID_TEXT_LEN + 1];
	struct client *client = logout_client(&fixture, "framed", framed[_i].settings);
	give(client, GRANT_AUTHORIZATION_CODE, "openid");
	struct logout_frames frames = leave();
	ck_assert_uint_eq(frames.count, 1);
	struct slice expected = slice_str(framed[_i].url);
	if (slice_has_suffix(expected, SLICE("SID")))
		expected = arena_printf(fixture.call.arena, "%.*s%.*s", (int)expected.len - 3,
					expected.ptr, SLICE_ARG(id_text(&session->sid, sid)));
	ck_slice_row(framed[_i].name, frames.urls[0], expected);
}
END_TEST

START_TEST(everybody_in_the_browser_is_signed_out)
{
	struct session *bob = logout_sign_in(&fixture, "bob", &session->hash);
	give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	const struct given given = { bob, shop, GRANT_AUTHORIZATION_CODE, "openid" };
	struct id id = logout_give(&fixture, &given);
	session = bob;
	leave();
	struct session *gone;
	ck_assert(logout_is_revoked(&fixture, &id));
	ck_assert_uint_eq(logout_jobs(&fixture).count, 2); /* a sid each */
	ck_assert_int_eq(store_session_find(fixture.store, fixture.call.arena, &bob->hash, &gone),
			 ABSENT);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_SIGNED_OUT), 1);
}
END_TEST

START_TEST(a_second_time_nobody_is_told_again)
{
	give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	leave();
	leave();
	ck_assert_uint_eq(logout_jobs(&fixture).count, 1);
}
END_TEST

static void sign_in_over(const char *name)
{
	struct sign_in_result result;
	const struct sign_in_request request = { .name = slice_str(name),
						 .password = FIXTURE_PASSWORD,
						 .replaces = &session->hash };
	ck_assert_int_eq(sign_in(&fixture.flow, &fixture.call, &request, &result), SIGN_IN_OK);
}

START_TEST(somebody_elses_sign_in_signs_out_who_was_there)
{
	struct id id = give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	sign_in_over("bob");
	ck_assert(logout_is_revoked(&fixture, &id));
	ck_assert_uint_eq(logout_jobs(&fixture).count, 1);
}
END_TEST

START_TEST(ones_own_sign_in_signs_nobody_out)
{
	struct id id = give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	sign_in_over("ada");
	ck_assert(!logout_is_revoked(&fixture, &id));
	ck_assert_uint_eq(logout_jobs(&fixture).count, 0);
}
END_TEST

START_TEST(a_new_password_tells_the_clients_of_all_sessions)
{
	struct slice why;
	struct session *phone = logout_sign_in(&fixture, "ada", NULL);
	const struct given given = { phone, shop, GRANT_AUTHORIZATION_CODE, "openid" };
	struct id stays = give(plain, GRANT_AUTHORIZATION_CODE, "openid offline_access");
	struct id tv = give(plain, GRANT_DEVICE_CODE, "openid");
	give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	logout_give(&fixture, &given);
	ck_assert_int_eq(people_set_password(&fixture.flow, &fixture.call, &session->user,
					     SLICE("another good password"), &why),
			 ERR_OK);
	ck_assert_uint_eq(logout_jobs(&fixture).count, 2);
	ck_assert(!logout_is_revoked(&fixture, &stays));
	ck_assert(!logout_is_revoked(&fixture, &tv));
}
END_TEST

START_TEST(a_password_that_is_refused_tells_nobody)
{
	struct slice why;
	give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	ck_assert_int_eq(people_set_password(&fixture.flow, &fixture.call, &session->user,
					     SLICE("short"), &why),
			 ERR_INVALID);
	ck_assert_uint_eq(logout_jobs(&fixture).count, 0);
}
END_TEST

START_TEST(a_disabled_account_tells_its_clients_and_an_enabled_one_does_not)
{
	give(shop, GRANT_AUTHORIZATION_CODE, "openid");
	const struct user *ada = &session->user;
	ck_assert_int_eq(people_set_enabled(&fixture.flow, &fixture.call, ada, true), ERR_OK);
	ck_assert_uint_eq(logout_jobs(&fixture).count, 0);
	ck_assert_int_eq(people_set_enabled(&fixture.flow, &fixture.call, ada, false), ERR_OK);
	ck_assert_uint_eq(logout_jobs(&fixture).count, 1);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, some_of_what_was_given_ends_with_the_session, 0, ARRAY_LEN(kept));
	tcase_add_test(tc, a_client_is_told_once_with_the_sid);
	tcase_add_test(tc, a_client_whose_tokens_are_revoked_is_told_too);
	tcase_add_test(tc, a_device_is_told_nothing);
	tcase_add_test(tc, a_client_that_is_switched_off_is_told_nothing);
	tcase_add_test(tc, another_session_of_the_same_person_goes_on);
	tcase_add_loop_test(tc, a_frame_says_what_the_client_wants, 0, ARRAY_LEN(framed));
	tcase_add_test(tc, everybody_in_the_browser_is_signed_out);
	tcase_add_test(tc, a_second_time_nobody_is_told_again);
	tcase_add_test(tc, somebody_elses_sign_in_signs_out_who_was_there);
	tcase_add_test(tc, ones_own_sign_in_signs_nobody_out);
	tcase_add_test(tc, a_new_password_tells_the_clients_of_all_sessions);
	tcase_add_test(tc, a_password_that_is_refused_tells_nobody);
	tcase_add_test(tc, a_disabled_account_tells_its_clients_and_an_enabled_one_does_not);
}

TEST_MAIN("flow/logout", add_tests)
