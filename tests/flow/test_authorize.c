/* SPDX-License-Identifier: Apache-2.0
 *
 * The authorization endpoint: signing in, allowing, what is remembered, and what no form can be
 * made to allow. */
#include "flow/authorize.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "flow/authorize_fixture.h"
#include "flow/code_redeem.h"

#define WEB AUTHORIZING_WEB
#define SPA \
	"client_id=photos-spa&redirect_uri=https%3A%2F%2Fspa.example%2Fcb&response_type=code" \
	"&scope=openid%20email" AUTHORIZING_PKCE
#define APP \
	"client_id=photos-app&redirect_uri=http%3A%2F%2F127.0.0.1%3A51004%2Fcb&response_type=code" \
	"&scope=openid" AUTHORIZING_PKCE

static struct authorizing authorizing;
static struct fixture *fixture = &authorizing.devices.fixture;
static struct flow *flow = &authorizing.devices.fixture.flow;
static struct call *call = &authorizing.devices.fixture.call;
static struct session *ada;

static void setup(void)
{
	authorizing_init(&authorizing);
	ada = authorizing.devices.session;
}

static void teardown(void)
{
	authorizing_fini(&authorizing);
}

static struct authorize_result get(const struct session *session, const char *query)
{
	return authorizing_get(&authorizing, session, slice_str(query));
}

static struct authorize_result allow(const struct session *session, const char *query)
{
	struct authorize_result page = get(session, query);
	return authorizing_decide(&authorizing, session, &page, true);
}

static struct authorization *authorization_of(struct slice code)
{
	struct token token;
	struct id id;
	struct authorization *authorization = NULL;
	ck_assert_int_eq(token_parse(flow->ring, TOKEN_CODE, code, &token), ERR_OK);
	memcpy(id.bytes, token.authorization, ID_BYTES);
	ck_assert_int_eq(store_authorization_find(flow->store, call->arena, &id, &authorization),
			 FOUND);
	return authorization;
}

/* --- the whole way */

START_TEST(who_allows_gives_a_code) /* RFC6749#4.1.2, OIDC#3.1.2.5 */
{
	struct authorize_result page = get(ada, WEB "&resource=&login_hint=ada");
	authorizing_expect("the first time", &page, AUTHORIZE_CONSENT);
	ck_slice_str(page.client->client_id, "photos-web");
	ck_slice_str(page.redirect_uri, "https://web.example/cb");
	ck_slice_str(page.person.user.name, "ada");
	ck_assert_uint_eq(page.scopes.count, 1);
	ck_slice_str(page.scopes.items[0].name, "openid");
	ck_assert(page.is_remembered);

	struct authorize_result result = authorizing_decide(&authorizing, ada, &page, true);
	authorizing_expect("allowed", &result, AUTHORIZE_RESPOND);
	ck_slice_str(result.response.uri, "https://web.example/cb");
	ck_assert_int_eq(result.response.mode, RESPONSE_MODE_QUERY);
	ck_slice_str(authorizing_field(&result, "state"), "s& \xc3\xa4"); /* RFC6749#4.1.2 */
	ck_slice_str(authorizing_field(&result, "iss"), "https://login.example/o");
	ck_slice_str(authorizing_field(&result, "error"), "");
	ck_slice_str(authorizing_field(&result, "id_token"), "");
	const struct authorization *authorization = authorization_of(
		authorizing_field(&result, "code"));
	ck_slice_str(authorization->scope, "openid");
	ck_assert(id_equal(&authorization->user, &ada->user.id));
	ck_assert(id_equal(&authorization->client, &authorizing.web->id));
	ck_assert(id_equal(&authorization->sid, &ada->sid));
	ck_assert_int_eq(authorization->auth_time, ada->auth_time);
	ck_slice_str(authorization->amr, "pwd");
	ck_slice_str(authorization->origin, "192.0.2.7");
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_GRANTED), 1);
}
END_TEST

START_TEST(the_code_is_good_for_who_began)
{
	struct authorize_result result = allow(ada, SPA);
	struct token token;
	struct code_redeemed redeemed;
	struct slice code = authorizing_field(&result, "code");
	ck_assert_int_eq(token_parse(flow->ring, TOKEN_CODE, code, &token), ERR_OK);
	const struct client_authenticated client = devices_client(authorizing.spa);
	const struct code_request request = { .client = &client,
					      .code = &token,
					      .redirect_uri = SLICE("https://spa.example/cb"),
					      .verifier = AUTHORIZING_VERIFIER };
	code_redeem(flow, call, &request, &redeemed);
	ck_assert_int_eq(redeemed.error, OAUTH_OK);
	ck_slice_str(redeemed.answer.scope, "openid email");
	ck_assert(!slice_is_empty(redeemed.answer.id_token));
}
END_TEST

START_TEST(who_denies_is_told_to_the_client) /* RFC6749#4.1.2.1 */
{
	struct authorize_result page = get(ada, WEB);
	struct authorize_result result = authorizing_decide(&authorizing, ada, &page, false);
	authorizing_expect_error("denied", &result, "access_denied");
	ck_slice_str(authorizing_field(&result, "state"), "s& \xc3\xa4");
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_DENIED), 1);
	/* and nothing is remembered of it */
	page = get(ada, WEB);
	authorizing_expect("once more", &page, AUTHORIZE_CONSENT);
}
END_TEST

START_TEST(who_is_not_signed_in_signs_in_and_goes_on) /* OIDC#3.1.2.3 */
{
	struct authorize_result page = get(NULL, WEB "&login_hint=ada");
	authorizing_expect("nobody is signed in", &page, AUTHORIZE_SIGN_IN);
	ck_slice_str(page.client->client_id, "photos-web");
	ck_slice_str(page.login_hint, "ada");
	ck_assert(!page.again);
	page = authorizing_next(&authorizing, ada, &page);
	authorizing_expect("afterwards", &page, AUTHORIZE_CONSENT);
	struct authorize_result again = authorizing_next(&authorizing, ada, &page);
	authorizing_expect("reloaded", &again, AUTHORIZE_CONSENT);
	page = authorizing_decide(&authorizing, ada, &again, true);
	authorizing_expect("allowed", &page, AUTHORIZE_RESPOND);
}
END_TEST

/* --- what is remembered */

START_TEST(what_was_allowed_is_not_asked_again) /* OIDC#3.1.2.4 */
{
	struct authorize_result result = allow(ada, SPA);
	authorizing_expect("allowed", &result, AUTHORIZE_RESPOND);
	result = get(ada, SPA);
	authorizing_expect("the same", &result, AUTHORIZE_RESPOND);
	ck_assert(!slice_is_empty(authorizing_field(&result, "code")));
	result = get(ada, SPA "&scope=");
	authorizing_expect_error("twice", &result, "invalid_request");
	static const char less[] =
		"client_id=photos-spa&redirect_uri=https%3A%2F%2Fspa.example%2Fcb&response_type=code" AUTHORIZING_PKCE
		"&scope=email";
	result = get(ada, less);
	authorizing_expect("less", &result, AUTHORIZE_RESPOND);
	result = get(ada, SPA "%20offline_access"); /* behind the method of PKCE */
	authorizing_expect_error("a method that is not known", &result, "invalid_request");
	static const char more[] =
		"client_id=photos-spa&redirect_uri=https%3A%2F%2Fspa.example%2Fcb&response_type=code" AUTHORIZING_PKCE
		"&scope=openid%20email%20offline_access";
	result = get(ada, more);
	authorizing_expect("more", &result, AUTHORIZE_CONSENT);
	result = authorizing_decide(&authorizing, ada, &result, true);
	authorizing_expect("more, allowed", &result, AUTHORIZE_RESPOND);
	result = get(ada, more);
	authorizing_expect("more, again", &result, AUTHORIZE_RESPOND);
	result = get(ada, WEB);
	authorizing_expect("another application", &result, AUTHORIZE_CONSENT);
}
END_TEST

START_TEST(an_app_on_the_machine_is_asked_for_each_time) /* RFC8252#8.6 */
{
	struct authorize_result page = get(ada, APP);
	authorizing_expect("the first time", &page, AUTHORIZE_CONSENT);
	ck_slice_str(page.redirect_uri, "http://127.0.0.1:51004/cb"); /* RFC8252#7.3 */
	ck_assert(!page.is_remembered);
	page = authorizing_decide(&authorizing, ada, &page, true);
	authorizing_expect("allowed", &page, AUTHORIZE_RESPOND);
	page = get(ada, APP);
	authorizing_expect("the second time", &page, AUTHORIZE_CONSENT);
	page = get(ada, APP "&prompt=none");
	authorizing_expect_error("silently", &page, "consent_required");
	struct consent *consent = NULL;
	ck_assert_int_eq(store_consent_find(flow->store, call->arena, &ada->user.id,
					    &authorizing.app->id, &consent),
			 ABSENT);
}
END_TEST

START_TEST(the_operators_own_is_not_asked_for)
{
	authorizing_set(&authorizing, &authorizing.web, SETTING_SKIP_AUTHORIZATION, "true");
	struct authorize_result result = get(ada, WEB);
	authorizing_expect("no question", &result, AUTHORIZE_RESPOND);
	result = get(ada, WEB "&prompt=consent");
	authorizing_expect("but when it asks for one", &result, AUTHORIZE_CONSENT);
	result = get(NULL, WEB);
	authorizing_expect("signing in remains", &result, AUTHORIZE_SIGN_IN);
}
END_TEST

START_TEST(a_consent_that_was_taken_back_is_asked_for_again)
{
	allow(ada, WEB);
	ck_assert_int_eq(
		store_consent_remove(flow->store, &ada->user.id, &authorizing.web->id, NULL),
		ERR_OK);
	struct authorize_result result = get(ada, WEB);
	authorizing_expect("again", &result, AUTHORIZE_CONSENT);
}
END_TEST

/* A claim that is asked for by its name is shown, allowed and remembered as its scope is. */
START_TEST(no_claim_is_given_that_was_not_shown) /* OIDC#3.1.2.4, OIDC#5.5 */
{
	static const char claims[] = WEB "&claims=%7B%22userinfo%22:%7B%22email%22:null%7D%7D";
	struct authorize_result page = allow(ada, WEB);
	authorizing_expect("without claims", &page, AUTHORIZE_RESPOND);
	page = get(ada, claims);
	authorizing_expect("with one", &page, AUTHORIZE_CONSENT);
	ck_assert_uint_eq(page.scopes.count, 2);
	ck_slice_str(page.scopes.items[1].name, "email");
	struct authorize_result result = authorizing_decide(&authorizing, ada, &page, true);
	authorizing_expect("allowed", &result, AUTHORIZE_RESPOND);
	const struct authorization *authorization = authorization_of(
		authorizing_field(&result, "code"));
	ck_slice_str(authorization->scope, "openid");
	ck_slice_str(authorization->claims, "{\"userinfo\":{\"email\":null}}");
	result = get(ada, claims);
	authorizing_expect("again", &result, AUTHORIZE_RESPOND);
	result = get(ada,
		     WEB "&claims=%7B%22id_token%22:%7B%22phone_number%22:null%7D%7D&prompt=none");
	authorizing_expect_error("another", &result, "consent_required");
}
END_TEST

START_TEST(no_claim_is_given_that_the_client_may_not_know)
{
	struct client *client = NULL;
	ck_assert_int_eq(store_client_find(flow->store, call->arena, &authorizing.web->id, &client),
			 FOUND);
	client->allowed_scopes = SLICE("openid");
	ck_assert_int_eq(store_client_update(flow->store, client, client->updated + 1, NULL),
			 ERR_OK);
	client_cache_drop(flow->clients, client->client_id);
	struct authorize_result result = allow(
		ada, WEB "&claims=%7B%22userinfo%22:%7B%22email%22:null%7D%7D");
	authorizing_expect("allowed", &result, AUTHORIZE_RESPOND);
	ck_slice_str(authorization_of(authorizing_field(&result, "code"))->claims, "");
}
END_TEST

/* --- the form */

static struct authorize_result submit(const struct session *session, struct slice handle)
{
	const struct authorize_decision decision = { handle, true, session };
	struct authorize_result out;
	authorize_decide(flow, call, &decision, &out);
	return out;
}

START_TEST(no_other_form_allows_anything) /* RFC6749#10.12 */
{
	struct authorize_result page = get(ada, WEB);
	char *forged = arena_cstr(call->arena, page.handle);
	const struct slice wrong[] = { SLICE(""), SLICE("x"), SLICE(".."), SLICE("1.2.") };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct authorize_result result = submit(ada, wrong[i]);
		ck_assert_msg(result.outcome == AUTHORIZE_STALE ||
				      result.outcome == AUTHORIZE_REFUSED,
			      "%zu", i);
	}
	/* more scope than the page showed, and a character of the MAC */
	struct slice more = arena_printf(call->arena, "%s%%20email", forged);
	struct authorize_result result = submit(ada, more);
	authorizing_expect("something added", &result, AUTHORIZE_CONSENT);
	forged[15] = forged[15] == 'a' ? 'b' : 'a';
	result = submit(ada, slice_str(forged));
	authorizing_expect("something changed", &result, AUTHORIZE_CONSENT);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_GRANTED), 0);
}
END_TEST

START_TEST(a_form_is_of_its_session_and_its_person)
{
	struct authorize_result page = get(ada, WEB);
	struct session *other = devices_session(&authorizing.devices, authorizing.devices.ada);
	struct authorize_result result = submit(other, page.handle);
	authorizing_expect("another session of hers", &result, AUTHORIZE_CONSENT);
	result = submit(NULL, page.handle);
	authorizing_expect("nobody", &result, AUTHORIZE_SIGN_IN);
	const struct user *bea = fixture_person(fixture, "bea");
	struct session *both = authorizing_sign_in(&authorizing, ada, bea, true);
	result = submit(both, page.handle);
	authorizing_expect("somebody else in her browser", &result, AUTHORIZE_CONSENT);
	ck_slice_str(result.person.user.name, "bea");
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_GRANTED), 0);
}
END_TEST

START_TEST(a_form_lasts_an_hour)
{
	struct authorize_result page = get(ada, WEB);
	struct authorize_result late;
	flow->settings.session = (struct session_limits){ .idle = 86400, .absolute = 86400 };
	fixture_wait(fixture, AUTHORIZE_INTERACTION_S);
	late = submit(ada, page.handle);
	authorizing_expect("in time", &late, AUTHORIZE_RESPOND);
	page = get(ada, WEB "&prompt=consent");
	fixture_wait(fixture, AUTHORIZE_INTERACTION_S + 1);
	late = submit(ada, page.handle);
	authorizing_expect("too late", &late, AUTHORIZE_CONSENT);
	page = get(ada, WEB "&prompt=consent");
	fixture_wait(fixture, -AUTHORIZE_SKEW_S);
	late = submit(ada, page.handle);
	authorizing_expect("on a node whose clock is a little behind", &late, AUTHORIZE_RESPOND);
	fixture_wait(fixture, AUTHORIZE_SKEW_S);
	page = get(ada, WEB "&prompt=consent");
	fixture_wait(fixture, -AUTHORIZE_SKEW_S - 1);
	late = submit(ada, page.handle);
	authorizing_expect("from the time to come", &late, AUTHORIZE_CONSENT);
}
END_TEST

START_TEST(what_changed_since_the_page_is_asked_again)
{
	struct authorize_result page = get(ada, "client_id=photos-web&response_type=code");
	authorizing_expect("by default", &page, AUTHORIZE_CONSENT);
	struct client *client = NULL;
	ck_assert_int_eq(store_client_find(flow->store, call->arena, &authorizing.web->id, &client),
			 FOUND);
	client->default_scopes = SLICE("openid email");
	ck_assert_int_eq(store_client_update(flow->store, client, client->updated + 1, NULL),
			 ERR_OK);
	client_cache_drop(flow->clients, client->client_id);
	struct authorize_result result = submit(ada, page.handle);
	authorizing_expect("other defaults", &result, AUTHORIZE_CONSENT);
	ck_assert_uint_eq(result.scopes.count, 2);
	client->enabled = false;
	client->updated++;
	ck_assert_int_eq(store_client_update(flow->store, client, client->updated + 1, NULL),
			 ERR_OK);
	client_cache_drop(flow->clients, client->client_id);
	result = submit(ada, result.handle);
	authorizing_expect("disabled", &result, AUTHORIZE_REFUSED);
}
END_TEST

START_TEST(a_session_that_ended_meanwhile_gives_nothing)
{
	struct authorize_result page = get(ada, WEB);
	ck_assert_int_eq(store_session_remove(flow->store, &ada->hash, call->now, NULL), ERR_OK);
	struct authorize_result result = submit(ada, page.handle);
	authorizing_expect("nobody is there", &result, AUTHORIZE_SIGN_IN);
}
END_TEST

START_TEST(a_database_that_does_not_answer_is_told_as_that)
{
	devices_break(&authorizing.devices, "consent");
	struct authorize_result result = get(ada, WEB);
	authorizing_expect("no table", &result, AUTHORIZE_UNAVAILABLE);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, who_allows_gives_a_code);
	tcase_add_test(tc, the_code_is_good_for_who_began);
	tcase_add_test(tc, who_denies_is_told_to_the_client);
	tcase_add_test(tc, who_is_not_signed_in_signs_in_and_goes_on);
	tcase_add_test(tc, what_was_allowed_is_not_asked_again);
	tcase_add_test(tc, an_app_on_the_machine_is_asked_for_each_time);
	tcase_add_test(tc, the_operators_own_is_not_asked_for);
	tcase_add_test(tc, a_consent_that_was_taken_back_is_asked_for_again);
	tcase_add_test(tc, no_claim_is_given_that_was_not_shown);
	tcase_add_test(tc, no_claim_is_given_that_the_client_may_not_know);
	tcase_add_test(tc, no_other_form_allows_anything);
	tcase_add_test(tc, a_form_is_of_its_session_and_its_person);
	tcase_add_test(tc, a_form_lasts_an_hour);
	tcase_add_test(tc, what_changed_since_the_page_is_asked_again);
	tcase_add_test(tc, a_session_that_ended_meanwhile_gives_nothing);
	tcase_add_test(tc, a_database_that_does_not_answer_is_told_as_that);
}

TEST_MAIN("flow/authorize", add_tests)
