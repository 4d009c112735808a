/* SPDX-License-Identifier: Apache-2.0
 *
 * Redeeming authorization codes: once, by their client, by who began the request; and what a second
 * time costs. */
#include "flow/code_redeem.h"

#include <pthread.h>
#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "flow/authorize_fixture.h"
#include "flow/lost_store.h"

#define OTHER_VERIFIER SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")
#define SPA_URI SLICE("https://spa.example/cb")
#define API "https://api.example/"
#define FILES "https://files.example/"

static struct authorizing authorizing;
static struct fixture *fixture = &authorizing.devices.fixture;
static struct flow *flow = &authorizing.devices.fixture.flow;
static struct call *call = &authorizing.devices.fixture.call;

static void setup(void)
{
	authorizing_init(&authorizing);
}

static void teardown(void)
{
	authorizing_fini(&authorizing);
}

/* What comes with a code: by default what fits spa_code(). */
struct with {
	struct slice redirect_uri;
	struct slice verifier;
	struct binding binding;
	const struct slice *resources;
	size_t resource_count;
};
static const struct with right = { .redirect_uri = { "https://spa.example/cb", 22 },
				   .verifier = { "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
						 43 } };
static const struct with nothing = { .redirect_uri = { "", 0 }, .verifier = { "", 0 } };

static const struct binding key = { BINDING_DPOP, { { 1, 2, 3 } } };

static struct code_redeemed redeem(struct client *client, const struct token *code,
				   const struct with *with)
{
	const struct client_authenticated authenticated = devices_client(client);
	const struct code_request request = {
		.client = &authenticated,
		.code = code,
		.redirect_uri = with->redirect_uri,
		.verifier = with->verifier,
		.resources = with->resources,
		.resource_count = with->resource_count,
		.binding = with->binding,
		.refresh_binding = binding_text(&with->binding, call->arena),
	};
	struct code_redeemed redeemed;
	code_redeem(flow, call, &request, &redeemed);
	return redeemed;
}

static struct token spa_code(void)
{
	const struct authorization_code like = {
		.redirect_uri = SPA_URI,
		.code_challenge = AUTHORIZING_CHALLENGE,
	};
	return authorizing_code(&authorizing, authorizing.spa, &like);
}

static struct token web_code(void)
{
	const struct authorization_code like = { .expires = 0 };
	return authorizing_code(&authorizing, authorizing.web, &like);
}

static const struct with verifier_alone = {
	.verifier = { "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", 43 },
};

static struct token web_code_with_pkce(void)
{
	const struct authorization_code like = { .code_challenge = AUTHORIZING_CHALLENGE };
	return authorizing_code(&authorizing, authorizing.web, &like);
}

static struct authorization *stored(const struct token *code)
{
	struct id id;
	struct authorization *authorization = NULL;
	memcpy(id.bytes, code->authorization, ID_BYTES);
	ck_assert_int_eq(store_authorization_find(flow->store, call->arena, &id, &authorization),
			 FOUND);
	return authorization;
}

static void expect_error(struct code_redeemed redeemed, enum oauth_error error)
{
	ck_assert_msg(redeemed.error == error, "%s: %.*s", oauth_error_row(redeemed.error)->name,
		      SLICE_ARG(redeemed.text));
	ck_assert(slice_is_empty(redeemed.answer.access_token) || error == OAUTH_OK);
}

/* --- once */

START_TEST(a_code_gives_what_was_allowed) /* RFC6749#4.1.4 */
{
	struct token code = spa_code();
	struct code_redeemed redeemed = redeem(authorizing.spa, &code, &right);
	expect_error(redeemed, OAUTH_OK);
	ck_slice_str(redeemed.answer.scope, "email offline_access");
	ck_slice_str(redeemed.answer.token_type, "Bearer");
	ck_assert(!slice_is_empty(redeemed.answer.access_token));
	ck_assert(!slice_is_empty(redeemed.answer.refresh_token));
	ck_assert_uint_eq(fixture_events(fixture, EVENT_CODE_REDEEMED), 1);
}
END_TEST

START_TEST(a_refresh_token_is_given_without_offline_access_too)
{
	const struct authorization_code like = { .authorization = { .scope = SLICE("email") } };
	struct token code = authorizing_code(&authorizing, authorizing.web, &like);
	struct code_redeemed redeemed = redeem(authorizing.web, &code, &nothing);
	expect_error(redeemed, OAUTH_OK);
	ck_assert(!slice_is_empty(redeemed.answer.refresh_token));
}
END_TEST

/* RFC6749#4.1.2, RFC6749#10.5, ASVS#10.4.2 */
START_TEST(a_second_time_ends_all_that_came_of_it)
{
	struct token code = spa_code();
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_OK);
	fixture_wait(fixture, 11);
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_INVALID_GRANT);
	ck_assert(stored(&code)->revoked != 0);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_CODE_REUSED), 1);
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_INVALID_GRANT);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_CODE_REUSED), 1);
}
END_TEST

START_TEST(a_lost_answer_is_given_again_to_who_proves_the_same)
{
	struct token code = spa_code();
	struct code_redeemed first = redeem(authorizing.spa, &code, &right);
	struct code_redeemed again = redeem(authorizing.spa, &code, &right);
	expect_error(first, OAUTH_OK);
	expect_error(again, OAUTH_OK);
	ck_slice_eq(again.answer.access_token, first.answer.access_token);
	ck_slice_eq(again.answer.refresh_token, first.answer.refresh_token);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_ANSWER_REPLAYED), 1);
	ck_assert_int_eq(stored(&code)->revoked, 0);
}
END_TEST

START_TEST(a_lost_answer_is_not_given_to_who_has_the_code_alone)
{
	const struct with other = { SPA_URI, OTHER_VERIFIER, { .kind = BINDING_NONE }, NULL, 0 };
	struct token code = spa_code();
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_OK);
	expect_error(redeem(authorizing.spa, &code, &other), OAUTH_INVALID_GRANT);
	ck_assert(stored(&code)->revoked != 0);
}
END_TEST

/* Somebody may have planted the code on the application, whose secret says nothing about that. */
START_TEST(a_secret_is_no_proof_of_who_began_the_request) /* RFC9700#4.5, RFC6749#4.1.2 */
{
	struct token code = web_code();
	expect_error(redeem(authorizing.web, &code, &nothing), OAUTH_OK);
	expect_error(redeem(authorizing.web, &code, &nothing), OAUTH_INVALID_GRANT);
	ck_assert(stored(&code)->revoked != 0);
}
END_TEST

START_TEST(a_spent_code_planted_on_its_application_gives_nothing) /* RFC7636#4.6 */
{
	const struct with planted[] = {
		{ .verifier = OTHER_VERIFIER },
		{ .verifier = SLICE_EMPTY },
		{ .verifier = OTHER_VERIFIER, .binding = key },
	};
	for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
		struct token code = web_code_with_pkce();
		struct with first = verifier_alone;
		first.binding = planted[i].binding;
		expect_error(redeem(authorizing.web, &code, &first), OAUTH_OK);
		expect_error(redeem(authorizing.web, &code, &planted[i]), OAUTH_INVALID_GRANT);
		ck_assert(stored(&code)->revoked != 0);
	}
}
END_TEST

START_TEST(a_confidential_client_is_given_a_lost_answer_for_its_verifier)
{
	struct token code = web_code_with_pkce();
	struct code_redeemed first = redeem(authorizing.web, &code, &verifier_alone);
	struct code_redeemed again = redeem(authorizing.web, &code, &verifier_alone);
	expect_error(again, OAUTH_OK);
	ck_slice_eq(again.answer.access_token, first.answer.access_token);
}
END_TEST

START_TEST(a_lost_answer_is_not_given_when_it_no_longer_stands)
{
	struct token code = web_code_with_pkce();
	struct id id;
	memcpy(id.bytes, code.authorization, ID_BYTES);
	expect_error(redeem(authorizing.web, &code, &verifier_alone), OAUTH_OK);
	ck_assert_int_eq(store_authorization_revoke(flow->store, &id, NULL, call->now, NULL),
			 ERR_OK);
	expect_error(redeem(authorizing.web, &code, &verifier_alone), OAUTH_INVALID_GRANT);
}
END_TEST

START_TEST(a_person_who_was_disabled_since_gets_no_lost_answer_and_loses_nothing)
{
	struct token code = web_code_with_pkce();
	expect_error(redeem(authorizing.web, &code, &verifier_alone), OAUTH_OK);
	devices_set_user_enabled(&authorizing.devices, authorizing.devices.ada, false);
	expect_error(redeem(authorizing.web, &code, &verifier_alone), OAUTH_INVALID_GRANT);
	ck_assert_int_eq(stored(&code)->revoked, 0);
}
END_TEST

enum { CROWD = 8 };
static struct token contested;
static struct code_redeemed outcomes[CROWD];

static void *one_of_many(void *arg)
{
	size_t i = (size_t)arg;
	struct call mine = *call;
	AUTO(arena) struct arena *arena = arena_new();
	mine.arena = arena;
	const struct client_authenticated authenticated = devices_client(authorizing.spa);
	const struct code_request request = { .client = &authenticated,
					      .code = &contested,
					      .redirect_uri = right.redirect_uri,
					      .verifier = right.verifier };
	code_redeem(flow, &mine, &request, &outcomes[i]);
	outcomes[i].answer.access_token = SLICE_EMPTY;
	return NULL;
}

START_TEST(of_many_at_once_all_get_the_same_or_nothing)
{
	pthread_t threads[CROWD];
	contested = spa_code();
	for (size_t i = 0; i < CROWD; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, one_of_many, (void *)i), 0);
	for (size_t i = 0; i < CROWD; i++)
		pthread_join(threads[i], NULL);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_CODE_REDEEMED), 1);
	for (size_t i = 0; i < CROWD; i++)
		ck_assert_int_eq(outcomes[i].error, OAUTH_OK);
	ck_assert_int_eq(stored(&contested)->revoked, 0);
}
END_TEST

/* --- by whom */

START_TEST(a_stranger_gets_nothing_and_spoils_nothing) /* RFC6749#5.2 */
{
	struct token code = spa_code();
	expect_error(redeem(authorizing.web, &code, &right), OAUTH_INVALID_GRANT);
	expect_error(redeem(authorizing.app, &code, &nothing), OAUTH_INVALID_GRANT);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_TOKEN_REFUSED), 2);
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_OK);
	expect_error(redeem(authorizing.web, &code, &right), OAUTH_INVALID_GRANT);
	ck_assert_int_eq(stored(&code)->revoked, 0);
}
END_TEST

START_TEST(what_does_not_fit_burns_the_code) /* RFC6749#4.1.3, RFC7636#4.6, RFC9700#4.8.2 */
{
	static const struct {
		const char *name;
		struct with with;
	} wrong[] = {
		{ "another verifier",
		  { SPA_URI, OTHER_VERIFIER, { .kind = BINDING_NONE }, NULL, 0 } },
		{ "no verifier", { SPA_URI, { "", 0 }, { .kind = BINDING_NONE }, NULL, 0 } },
		{ "no redirect URI",
		  { { "", 0 }, AUTHORIZING_VERIFIER, { .kind = BINDING_NONE }, NULL, 0 } },
		{ "another redirect URI",
		  { SLICE("https://spa.example/"),
		    AUTHORIZING_VERIFIER,
		    { .kind = BINDING_NONE },
		    NULL,
		    0 } },
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		struct token code = spa_code();
		struct code_redeemed redeemed = redeem(authorizing.spa, &code, &wrong[i].with);
		ck_assert_msg(redeemed.error == OAUTH_INVALID_GRANT, "%s", wrong[i].name);
		ck_assert_msg(!slice_is_empty(redeemed.text), "%s", wrong[i].name);
		ck_assert_msg(stored(&code)->revoked != 0, "%s", wrong[i].name);
		expect_error(redeem(authorizing.spa, &code, &right), OAUTH_INVALID_GRANT);
	}
	ck_assert_uint_eq(fixture_events(fixture, EVENT_CODE_BURNED), ARRAY_LEN(wrong));
}
END_TEST

START_TEST(a_verifier_where_there_was_no_challenge_burns_the_code) /* RFC9700#2.1.1, RFC9700#4.8.2
								    */
{
	struct token code = web_code();
	const struct with with = {
		{ "", 0 }, AUTHORIZING_VERIFIER, { .kind = BINDING_NONE }, NULL, 0
	};
	expect_error(redeem(authorizing.web, &code, &with), OAUTH_INVALID_GRANT);
	ck_assert(stored(&code)->revoked != 0);
}
END_TEST

START_TEST(a_code_lasts_a_minute) /* RFC6749#4.1.2, ASVS#10.4.3 */
{
	struct token early = spa_code();
	struct token late = spa_code();
	fixture_wait(fixture, 59);
	expect_error(redeem(authorizing.spa, &early, &right), OAUTH_OK);
	fixture_wait(fixture, 1);
	expect_error(redeem(authorizing.spa, &late, &right), OAUTH_INVALID_GRANT);
	ck_assert_int_eq(stored(&late)->revoked, 0);
}
END_TEST

START_TEST(disabled_people_and_clients_get_nothing)
{
	struct token code = spa_code();
	devices_set_client_enabled(&authorizing.devices, authorizing.spa, false);
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_INVALID_GRANT);
	devices_set_client_enabled(&authorizing.devices, authorizing.spa, true);
	devices_set_user_enabled(&authorizing.devices, authorizing.devices.ada, false);
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_INVALID_GRANT);
	devices_set_user_enabled(&authorizing.devices, authorizing.devices.ada, true);
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_OK);
}
END_TEST

/* --- keys and resources */

static const struct binding other_key = { BINDING_DPOP, { { 3, 2, 1 } } };
static const struct binding certificate = { BINDING_CERTIFICATE, { { 1, 2, 3 } } };

static struct with by(const struct binding *binding)
{
	struct with with = right;
	with.binding = *binding;
	return with;
}

START_TEST(a_code_that_is_bound_to_a_key_needs_it) /* RFC9449#10 */
{
	const struct authorization_code like = {
		.redirect_uri = SPA_URI,
		.code_challenge = AUTHORIZING_CHALLENGE,
		.binding = binding_text(&key, call->arena),
	};
	struct token code = authorizing_code(&authorizing, authorizing.spa, &like);
	struct with with = by(&other_key);
	expect_error(redeem(authorizing.spa, &code, &right), OAUTH_INVALID_DPOP_PROOF);
	expect_error(redeem(authorizing.spa, &code, &with), OAUTH_INVALID_GRANT);
	with = by(&certificate);
	expect_error(redeem(authorizing.spa, &code, &with), OAUTH_INVALID_DPOP_PROOF);
	with = by(&key);
	struct code_redeemed redeemed = redeem(authorizing.spa, &code, &with);
	expect_error(redeemed, OAUTH_OK);
	ck_slice_str(redeemed.answer.token_type, "DPoP");
}
END_TEST

START_TEST(a_lost_answer_for_a_key_needs_the_key)
{
	struct token code = spa_code();
	struct with with = by(&key);
	struct code_redeemed first = redeem(authorizing.spa, &code, &with);
	struct code_redeemed again = redeem(authorizing.spa, &code, &with);
	expect_error(again, OAUTH_OK);
	ck_slice_eq(again.answer.access_token, first.answer.access_token);
	with = by(&other_key);
	expect_error(redeem(authorizing.spa, &code, &with), OAUTH_INVALID_GRANT);
}
END_TEST

static struct token code_for(const char *resource)
{
	const struct authorization_code like = { .authorization = {
							 .resource = slice_str(resource) } };
	return authorizing_code(&authorizing, authorizing.web, &like);
}

START_TEST(resources_can_be_fewer_and_not_others) /* RFC8707#2.2 */
{
	static const struct slice api[] = { { API, sizeof(API) - 1 } };
	static const struct slice other[] = { { "https://x.example/", 18 } };
	struct with with = nothing;
	struct token code = code_for(API " " FILES);
	with.resources = other;
	with.resource_count = 1;
	expect_error(redeem(authorizing.web, &code, &with), OAUTH_INVALID_TARGET);
	with.resources = api;
	expect_error(redeem(authorizing.web, &code, &with), OAUTH_OK);
	code = web_code();
	expect_error(redeem(authorizing.web, &code, &with), OAUTH_INVALID_TARGET);
}
END_TEST

/* --- trouble */

START_TEST(a_database_that_does_not_answer_spoils_nothing)
{
	struct token code = web_code_with_pkce();
	struct lost_store lost;
	expect_error(redeem(authorizing.web, &code, &verifier_alone), OAUTH_OK);
	lost_store_lose_people(&lost, flow->store);
	expect_error(redeem(authorizing.web, &code, &verifier_alone),
		     OAUTH_TEMPORARILY_UNAVAILABLE);
	lost_store_fini(&lost);
	expect_error(redeem(authorizing.web, &code, &verifier_alone), OAUTH_OK);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_code_gives_what_was_allowed);
	tcase_add_test(tc, a_refresh_token_is_given_without_offline_access_too);
	tcase_add_test(tc, a_second_time_ends_all_that_came_of_it);
	tcase_add_test(tc, a_lost_answer_is_given_again_to_who_proves_the_same);
	tcase_add_test(tc, a_lost_answer_is_not_given_to_who_has_the_code_alone);
	tcase_add_test(tc, a_secret_is_no_proof_of_who_began_the_request);
	tcase_add_test(tc, a_spent_code_planted_on_its_application_gives_nothing);
	tcase_add_test(tc, a_confidential_client_is_given_a_lost_answer_for_its_verifier);
	tcase_add_test(tc, a_lost_answer_is_not_given_when_it_no_longer_stands);
	tcase_add_test(tc, a_person_who_was_disabled_since_gets_no_lost_answer_and_loses_nothing);
	tcase_add_test(tc, of_many_at_once_all_get_the_same_or_nothing);
	tcase_add_test(tc, a_stranger_gets_nothing_and_spoils_nothing);
	tcase_add_test(tc, what_does_not_fit_burns_the_code);
	tcase_add_test(tc, a_verifier_where_there_was_no_challenge_burns_the_code);
	tcase_add_test(tc, a_code_lasts_a_minute);
	tcase_add_test(tc, disabled_people_and_clients_get_nothing);
	tcase_add_test(tc, a_code_that_is_bound_to_a_key_needs_it);
	tcase_add_test(tc, a_lost_answer_for_a_key_needs_the_key);
	tcase_add_test(tc, resources_can_be_fewer_and_not_others);
	tcase_add_test(tc, a_database_that_does_not_answer_spoils_nothing);
}

TEST_MAIN("flow/code_redeem", add_tests)
