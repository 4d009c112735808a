/* SPDX-License-Identifier: Apache-2.0
 *
 * What a request asks of the person: to sign in once more, to choose, to be somebody; and that it
 * must have happened since. */
#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "flow/authorize_fixture.h"
#include "flow/authorize_mark.h"
#include "flow/id_token.h"
#include "flow/subject.h"

#define WEB AUTHORIZING_WEB

static struct authorizing authorizing;
static struct fixture *fixture = &authorizing.devices.fixture;
static struct flow *flow = &authorizing.devices.fixture.flow;
static struct call *call = &authorizing.devices.fixture.call;
static struct session *ada;

/* Nobody is asked whether he agrees. */
static void setup(void)
{
	authorizing_init(&authorizing);
	authorizing_set(&authorizing, &authorizing.web, SETTING_SKIP_AUTHORIZATION, "true");
	flow->settings.session = (struct session_limits){ .idle = 86400, .absolute = 864000 };
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

static struct authorize_result getf(const struct session *session, const char *base,
				    struct slice more)
{
	return authorizing_get(&authorizing, session,
			       arena_printf(call->arena, "%s%.*s", base, SLICE_ARG(more)));
}

static struct authorize_result next(const struct session *session,
				    const struct authorize_result *result)
{
	return authorizing_next(&authorizing, session, result);
}

/* --- login and max_age */

START_TEST(login_asks_for_the_password_again) /* OIDC#3.1.2.1 */
{
	struct authorize_result page = get(ada, WEB "&prompt=login");
	authorizing_expect("signed in as she is", &page, AUTHORIZE_SIGN_IN);
	ck_assert(page.again);
	ck_slice_str(page.person.user.name, "ada");
	struct authorize_result result = next(ada, &page);
	authorizing_expect("back without signing in", &result, AUTHORIZE_SIGN_IN);
	struct session *anew = authorizing_sign_in(&authorizing, ada, authorizing.devices.ada,
						   true);
	result = next(anew, &page);
	authorizing_expect("signed in, within the same second", &result, AUTHORIZE_RESPOND);
	result = get(anew, WEB "&prompt=login");
	authorizing_expect("the next request", &result, AUTHORIZE_SIGN_IN);
	fixture_wait(fixture, 60);
	result = next(anew, &result);
	authorizing_expect("a sign-in of before", &result, AUTHORIZE_SIGN_IN);
}
END_TEST

START_TEST(who_was_not_signed_in_signs_in_once)
{
	struct authorize_result page = get(NULL, WEB "&prompt=login");
	authorizing_expect("nobody", &page, AUTHORIZE_SIGN_IN);
	ck_assert(!page.again);
	struct authorize_result result = next(ada, &page);
	authorizing_expect("signed in", &result, AUTHORIZE_RESPOND);
	fixture_wait(fixture, 10);
	page = get(NULL, WEB "&prompt=login");
	result = next(ada, &page);
	authorizing_expect("found a session of before", &result, AUTHORIZE_SIGN_IN);
}
END_TEST

START_TEST(max_age_is_counted_from_the_last_sign_in) /* OIDC#3.1.2.1 */
{
	fixture_wait(fixture, 100);
	struct authorize_result result = get(ada, WEB "&max_age=100");
	authorizing_expect("young enough", &result, AUTHORIZE_RESPOND);
	result = get(ada, WEB "&max_age=99");
	authorizing_expect("too old", &result, AUTHORIZE_SIGN_IN);
	ck_assert(result.again);
	struct session *anew = authorizing_sign_in(&authorizing, ada, authorizing.devices.ada,
						   true);
	result = next(anew, &result);
	authorizing_expect("signed in again", &result, AUTHORIZE_RESPOND);
	result = get(anew, WEB "&max_age=0");
	authorizing_expect("none at all", &result, AUTHORIZE_SIGN_IN);
	result = get(ada, WEB "&max_age=99&prompt=none");
	authorizing_expect_error("silently", &result, "login_required");
}
END_TEST

START_TEST(a_client_may_have_a_max_age_of_its_own)
{
	authorizing_set(&authorizing, &authorizing.web, SETTING_DEFAULT_MAX_AGE, "50");
	fixture_wait(fixture, 51);
	struct authorize_result result = get(ada, WEB);
	authorizing_expect("too old", &result, AUTHORIZE_SIGN_IN);
	result = get(ada, WEB "&max_age=60");
	authorizing_expect("as the request has it", &result, AUTHORIZE_RESPOND);
}
END_TEST

/* --- none */

START_TEST(none_shows_nothing) /* OIDC#3.1.2.1, OIDC#3.1.2.6 */
{
	struct authorize_result result = get(ada, WEB "&prompt=none");
	authorizing_expect("all is well", &result, AUTHORIZE_RESPOND);
	ck_assert(!slice_is_empty(authorizing_field(&result, "code")));
	result = get(NULL, WEB "&prompt=none");
	authorizing_expect_error("nobody", &result, "login_required");
	result = get(NULL, WEB "&prompt=none&response_mode=fragment");
	authorizing_expect_error("a wrong request, at once", &result, "invalid_request");
	authorizing_set(&authorizing, &authorizing.web, SETTING_SKIP_AUTHORIZATION, "false");
	result = get(ada, WEB "&prompt=none");
	authorizing_expect_error("not allowed", &result, "consent_required");
	result = get(ada, WEB "&prompt=none%20login");
	authorizing_expect_error("with another", &result, "invalid_request");
}
END_TEST

/* --- who */

static struct session *bea_too(void)
{
	const struct user *bea = fixture_person(fixture, "bea");
	return authorizing_sign_in(&authorizing, ada, bea, true);
}

static const struct id *allowed_by(const struct authorize_result *result)
{
	struct token token;
	struct id id;
	struct authorization *authorization = NULL;
	authorizing_expect("a code", result, AUTHORIZE_RESPOND);
	ck_assert_int_eq(
		token_parse(flow->ring, TOKEN_CODE, authorizing_field(result, "code"), &token),
		ERR_OK);
	memcpy(id.bytes, token.authorization, ID_BYTES);
	ck_assert_int_eq(store_authorization_find(flow->store, call->arena, &id, &authorization),
			 FOUND);
	return &authorization->user;
}

static bool is_ada(const struct authorize_result *result)
{
	return id_equal(allowed_by(result), &authorizing.devices.ada->id);
}

START_TEST(select_account_lets_choose) /* OIDC#3.1.2.1 */
{
	struct session *both = bea_too();
	struct authorize_result page = get(both, WEB "&prompt=select_account");
	authorizing_expect("two people", &page, AUTHORIZE_CHOOSE);
	ck_assert_uint_eq(page.people.count, 2);
	ck_slice_str(page.person.user.name, "bea");
	ck_assert_int_eq(
		store_session_choose(flow->store, &both->hash, &authorizing.devices.ada->id, NULL),
		ERR_OK);
	struct authorize_result result = next(both, &page);
	ck_assert(is_ada(&result));
	result = get(both, WEB "&prompt=select_account");
	authorizing_expect("the next request", &result, AUTHORIZE_CHOOSE);
	/* who signs in has chosen */
	struct session *anew = authorizing_sign_in(&authorizing, both, authorizing.devices.ada,
						   true);
	result = next(anew, &result);
	ck_assert(is_ada(&result));
}
END_TEST

START_TEST(one_person_can_still_choose_another)
{
	struct authorize_result page = get(ada, WEB "&prompt=select_account");
	authorizing_expect("one", &page, AUTHORIZE_CHOOSE);
	ck_assert_uint_eq(page.people.count, 1);
	page = get(NULL, WEB "&prompt=select_account");
	authorizing_expect("nobody", &page, AUTHORIZE_SIGN_IN);
}
END_TEST

START_TEST(a_choice_is_of_its_session_and_its_request)
{
	struct session *other = devices_session(&authorizing.devices, authorizing.devices.ada);
	fixture_wait(fixture, 10);
	struct authorize_result page = get(ada, WEB "&prompt=select_account");
	struct authorize_result result = next(other, &page);
	authorizing_expect("another session", &result, AUTHORIZE_CHOOSE);
	/* the mark in another request */
	struct slice rest = page.next;
	struct slice mark = SLICE_EMPTY;
	for (size_t i = 0; i + 14 < rest.len; i++)
		if (slice_has_prefix(slice_sub(rest, i, rest.len), SLICE("doorcode_mark=")))
			mark = slice_sub(rest, i, rest.len);
	ck_assert(!slice_is_empty(mark));
	result = getf(ada, WEB "&nonce=n&prompt=select_account&", mark);
	authorizing_expect("another request", &result, AUTHORIZE_CHOOSE);
	result = next(ada, &page);
	authorizing_expect("its own", &result, AUTHORIZE_RESPOND);
}
END_TEST

START_TEST(a_sign_up_is_offered_where_there_is_one) /* Prompt Create 1.0 */
{
	struct authorize_result result = get(ada, WEB "&prompt=create");
	authorizing_expect_error("off", &result, "invalid_request");
	flow->settings.sign_up = SIGN_UP_OPEN;
	result = get(ada, WEB "&prompt=create");
	authorizing_expect("somebody is signed in", &result, AUTHORIZE_SIGN_UP);
	result = get(NULL, WEB "&prompt=create");
	authorizing_expect("nobody is", &result, AUTHORIZE_SIGN_UP);
	const struct user *bea = fixture_person(fixture, "bea");
	struct session *made = authorizing_sign_in(&authorizing, ada, bea, true);
	result = next(made, &result);
	ck_assert(!is_ada(&result));
}
END_TEST

START_TEST(a_hint_of_a_name_finds_the_person)
{
	struct session *both = bea_too();
	struct authorize_result result = get(both, WEB "&login_hint=ADA");
	ck_assert(is_ada(&result));
	result = get(both, WEB "&login_hint=cyd");
	ck_assert(!is_ada(&result));
	result = get(both, WEB);
	ck_assert(!is_ada(&result));
}
END_TEST

START_TEST(who_chooses_another_account_on_the_consent_page_is_meant)
{
	struct session *both = bea_too();
	struct authorize_result page = get(both, WEB "&prompt=consent&login_hint=ada");
	authorizing_expect("as the hint has it", &page, AUTHORIZE_CONSENT);
	ck_slice_str(page.person.user.name, "ada");
	page = next(both, &page);
	authorizing_expect("she who acts", &page, AUTHORIZE_CONSENT);
	ck_slice_str(page.person.user.name, "bea");
	page = authorizing_decide(&authorizing, both, &page, true);
	ck_assert(!is_ada(&page));
}
END_TEST

static struct slice hint_for(const struct client *client, const struct user *user)
{
	struct slice text;
	const struct authorization authorization = {
		.id = { { 1 } }, .user = user->id, .client = client->id, .auth_time = call->now
	};
	const struct id_token_request request = { .authorization = &authorization,
						  .client = client,
						  .scope = SLICE("openid"),
						  .nonce = SLICE_EMPTY,
						  .access_token = SLICE_EMPTY,
						  .code = SLICE_EMPTY };
	ck_assert_int_eq(id_token_make(flow, call, &request, &text), ERR_OK);
	return text;
}

START_TEST(an_id_token_says_who_is_wanted) /* OIDC#3.1.2.1, OIDC#3.1.2.2 */
{
	struct session *both = bea_too();
	struct slice hers = hint_for(authorizing.web, authorizing.devices.ada);
	struct authorize_result result = getf(both, WEB "&id_token_hint=", hers);
	ck_assert(is_ada(&result));
	result = getf(both, WEB "&prompt=none&id_token_hint=", hers);
	ck_assert(is_ada(&result));
	fixture_wait(fixture, 100000); /* long expired */
	ada = authorizing_sign_in(&authorizing, both, authorizing.devices.ada, false);
	result = getf(ada, WEB "&id_token_hint=", hers);
	ck_assert(is_ada(&result));

	const struct user *cyd = fixture_person(fixture, "cyd");
	struct slice his = hint_for(authorizing.web, cyd);
	result = getf(ada, WEB "&prompt=none&id_token_hint=", his);
	authorizing_expect_error("silently, somebody else", &result, "login_required");
	result = getf(ada, WEB "&id_token_hint=", his);
	authorizing_expect("somebody else", &result, AUTHORIZE_SIGN_IN);
	ck_assert(!result.again);
	struct session *with_cyd = authorizing_sign_in(&authorizing, ada, cyd, true);
	struct authorize_result good = next(with_cyd, &result);
	authorizing_expect("he signed in", &good, AUTHORIZE_RESPOND);
	ck_assert(!is_ada(&good));
	struct session *again = authorizing_sign_in(&authorizing, with_cyd, authorizing.devices.ada,
						    false);
	result = next(again, &result);
	authorizing_expect_error("she signed in all the same", &result, "login_required");
}
END_TEST

START_TEST(what_is_no_hint_is_refused)
{
	struct slice hers = hint_for(authorizing.web, authorizing.devices.ada);
	struct slice others = hint_for(authorizing.spa, authorizing.devices.ada);
	char *forged = arena_cstr(call->arena, hers);
	forged[hers.len - 10] = forged[hers.len - 10] == 'a' ? 'b' : 'a';
	const struct slice wrong[] = { SLICE("x"), others, slice_str(forged),
				       SLICE("eyJhbGciOiJub25lIn0.e30.") };
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct authorize_result result = getf(ada, WEB "&id_token_hint=", wrong[i]);
		authorizing_expect_error("no hint", &result, "invalid_request");
	}
}
END_TEST

START_TEST(claims_can_demand_a_person) /* OIDC#5.5.1 */
{
	struct slice sub = subject_of(flow, call->arena, authorizing.web,
				      &authorizing.devices.ada->id);
	struct slice hers = arena_printf(
		call->arena,
		"%%7B%%22id_token%%22:%%7B%%22sub%%22:%%7B%%22value%%22:%%22%.*s%%22%%7D%%7D%%7D",
		SLICE_ARG(sub));
	struct session *both = bea_too();
	struct authorize_result result = getf(both, WEB "&claims=", hers);
	ck_assert(is_ada(&result));
	result = get(both,
		     WEB "&claims=%7B%22id_token%22:%7B%22sub%22:%7B%22value%22:%22x%22%7D%7D%7D"
			 "&prompt=none");
	authorizing_expect_error("nobody is called that", &result, "login_required");
}
END_TEST

START_TEST(claims_can_demand_a_way_to_sign_in) /* OIDC#5.5.1.1 */
{
	static const char essential[] = WEB
		"&claims=%7B%22id_token%22:%7B%22acr%22:%7B%22essential%22:true,%22values%22:%5B"
		"%22gold%22%5D%7D%7D%7D";
	static const char voluntary[] = WEB
		"&acr_values=gold&claims=%7B%22id_token%22:%7B%22acr%22:%7B%22values%22:%5B%22gold"
		"%22%5D%7D%7D%7D";
	static const char nothing[] = WEB
		"&claims=%7B%22id_token%22:%7B%22acr%22:%7B%22essential%22:true,%22values%22:%5B"
		"%22%22%5D%7D%7D%7D";
	struct authorize_result result = get(ada, essential);
	authorizing_expect_error("essential", &result, "unmet_authentication_requirements");
	result = getf(ada, WEB "&prompt=none",
		      slice_sub(slice_str(essential), sizeof(WEB) - 1, sizeof(essential) - 1));
	authorizing_expect_error("silently", &result, "unmet_authentication_requirements");
	result = get(ada, nothing);
	authorizing_expect_error("of no name", &result, "unmet_authentication_requirements");
	result = get(ada, voluntary);
	authorizing_expect("voluntary", &result, AUTHORIZE_RESPOND);
	result = get(NULL, essential);
	authorizing_expect("nobody", &result, AUTHORIZE_SIGN_IN);
}
END_TEST

START_TEST(claims_must_be_an_object) /* OIDC#5.5 */
{
	static const char *const wrong[] = {
		"x",
		"%5B%5D",
		"1",
		"%7B%22id_token%22:1%7D",
		"%7B%22userinfo%22:%5B%5D%7D",
		"%7B%22id_token%22:%22x%22%7D",
		"%7B%22id_token%22:true%7D",
		"%7B%22a%22:1,%22a%22:2%7D",
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct authorize_result result = getf(ada, WEB "&claims=", slice_str(wrong[i]));
		authorizing_expect_error(wrong[i], &result, "invalid_request");
	}
	static const char *const right[] = {
		"%7B%7D", "%7B%22userinfo%22:%7B%22email%22:null%7D,%22id_token%22:null%7D",
		"%7B%22magic%22:1%7D"
	};
	for (size_t i = 0; i < ARRAY_LEN(right); i++) {
		struct authorize_result result = getf(ada, WEB "&claims=", slice_str(right[i]));
		authorizing_expect(right[i], &result, AUTHORIZE_RESPOND);
	}
}
END_TEST

/* --- the mark */

START_TEST(a_mark_is_of_its_request_and_ends)
{
	struct authorize_mark mark = authorize_mark_new(call, ada);
	struct authorize_mark got;
	mark.chooser = true;
	struct slice text = authorize_mark_write(flow, call, &mark, SLICE("client_id=a"));
	ck_assert_int_eq(authorize_mark_read(flow, call, text, SLICE("client_id=a"), &got), ERR_OK);
	ck_assert_int_eq(got.began, call->now);
	ck_slice_eq(got.tag, mark.tag);
	ck_assert(got.chooser);
	ck_assert_int_eq(authorize_mark_read(flow, call, text, SLICE("client_id=b"), &got),
			 ERR_INVALID);
	for (size_t i = 0; i < text.len; i++) {
		char *forged = arena_cstr(call->arena, text);
		forged[i] = forged[i] == '1' ? '2' : '1';
		ck_assert_msg(authorize_mark_read(flow, call, slice_str(forged),
						  SLICE("client_id=a"), &got) == ERR_INVALID,
			      "%s", forged);
		ck_assert_int_eq(authorize_mark_read(flow, call, slice_sub(text, 0, i),
						     SLICE("client_id=a"), &got),
				 ERR_INVALID);
	}
	fixture_wait(fixture, AUTHORIZE_INTERACTION_S);
	ck_assert_int_eq(authorize_mark_read(flow, call, text, SLICE("client_id=a"), &got), ERR_OK);
	fixture_wait(fixture, 1);
	ck_assert_int_eq(authorize_mark_read(flow, call, text, SLICE("client_id=a"), &got),
			 ERR_INVALID);
	/* another node's clock is a little behind; but what was made in an hour is not ours */
	fixture_wait(fixture, -AUTHORIZE_INTERACTION_S - 1 - AUTHORIZE_SKEW_S);
	ck_assert_int_eq(authorize_mark_read(flow, call, text, SLICE("client_id=a"), &got), ERR_OK);
	fixture_wait(fixture, -1);
	ck_assert_int_eq(authorize_mark_read(flow, call, text, SLICE("client_id=a"), &got),
			 ERR_INVALID);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, login_asks_for_the_password_again);
	tcase_add_test(tc, who_was_not_signed_in_signs_in_once);
	tcase_add_test(tc, max_age_is_counted_from_the_last_sign_in);
	tcase_add_test(tc, a_client_may_have_a_max_age_of_its_own);
	tcase_add_test(tc, none_shows_nothing);
	tcase_add_test(tc, select_account_lets_choose);
	tcase_add_test(tc, one_person_can_still_choose_another);
	tcase_add_test(tc, a_choice_is_of_its_session_and_its_request);
	tcase_add_test(tc, a_sign_up_is_offered_where_there_is_one);
	tcase_add_test(tc, a_hint_of_a_name_finds_the_person);
	tcase_add_test(tc, who_chooses_another_account_on_the_consent_page_is_meant);
	tcase_add_test(tc, an_id_token_says_who_is_wanted);
	tcase_add_test(tc, what_is_no_hint_is_refused);
	tcase_add_test(tc, claims_can_demand_a_person);
	tcase_add_test(tc, claims_can_demand_a_way_to_sign_in);
	tcase_add_test(tc, claims_must_be_an_object);
	tcase_add_test(tc, a_mark_is_of_its_request_and_ends);
}

TEST_MAIN("flow/authorize_prompts", add_tests)
