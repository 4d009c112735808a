/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed authorization requests: who may sign, with what, and that nothing beside them counts. */
#include "flow/request_object.h"

#include "check_main.h"
#include "check_slice.h"
#include "crypto/jws.h"
#include "flow/authorize_fixture.h"

#define WEB AUTHORIZING_WEB
#define FROM_TO \
	"\"iss\":\"photos-web\",\"aud\":\"https://login.example/o\",\"client_id\":\"photos-web\""
#define END "\"exp\":1700000060"
#define CLAIMS FROM_TO "," END
#define ASKS \
	"\"response_type\":\"code\",\"redirect_uri\":\"https://web.example/cb\",\"scope\":\"openid\"," \
	"\"state\":\"inside\""

static struct authorizing authorizing;
static struct fixture *fixture = &authorizing.devices.fixture;
static struct call *call = &authorizing.devices.fixture.call;
static struct jwk *key;
static struct jwk *other_key;
static struct session *ada;

static void setup(void)
{
	authorizing_init(&authorizing);
	ada = authorizing.devices.session;
	key = jwk_generate(ALG_ES256);
	other_key = jwk_generate(ALG_ES256);
	struct slice public = jwk_public(key, ALG_ES256, call->arena);
	authorizing_set(&authorizing, &authorizing.web, SETTING_JWKS,
			arena_printf(call->arena, "{\"keys\":[%.*s]}%c", SLICE_ARG(public), 0).ptr);
	authorizing_set(&authorizing, &authorizing.web, SETTING_SKIP_AUTHORIZATION, "true");
}

static void teardown(void)
{
	jwk_free(&key);
	jwk_free(&other_key);
	authorizing_fini(&authorizing);
}

static struct slice sign(const struct jwk *by, const char *typ, struct slice payload)
{
	struct slice text;
	const struct jws_new jws = { .key = by, .alg = ALG_ES256, .typ = typ, .payload = payload };
	ck_assert_int_eq(jws_sign(call->arena, &jws, &text), ERR_OK);
	return text;
}

/* "{members}" by the client's key */
static struct slice object(const char *members)
{
	return sign(key, "oauth-authz-req+jwt", arena_printf(call->arena, "{%s}", members));
}

static struct authorize_result send_with(struct slice text, const char *beside)
{
	return authorizing_get(&authorizing, ada,
			       arena_printf(call->arena, "client_id=photos-web&request=%.*s%s",
					    SLICE_ARG(text), beside));
}

static struct authorize_result send_object(const char *members)
{
	return send_with(object(members), "");
}

START_TEST(what_stands_in_it_counts) /* RFC9101#6.3, OIDC#6.1 */
{
	struct authorize_result result = send_object(CLAIMS "," ASKS);
	authorizing_expect("signed", &result, AUTHORIZE_RESPOND);
	ck_assert(!slice_is_empty(authorizing_field(&result, "code")));
	ck_slice_str(authorizing_field(&result, "state"), "inside");
	ck_slice_str(result.response.uri, "https://web.example/cb");
}
END_TEST

START_TEST(what_stands_beside_it_does_not) /* RFC9101#6.3 */
{
	struct authorize_result result = send_with(
		object(CLAIMS "," ASKS),
		"&state=outside&response_type=token&scope=magic&prompt=login"
		"&redirect_uri=https%3A%2F%2Fevil.example&response_mode=form_post");
	authorizing_expect("signed", &result, AUTHORIZE_RESPOND);
	ck_slice_str(authorizing_field(&result, "state"), "inside");
	ck_slice_str(result.response.uri, "https://web.example/cb");
	ck_assert_int_eq(result.response.mode, RESPONSE_MODE_QUERY);
	/* nor does it fill a gap */
	result = send_with(object(CLAIMS ",\"response_type\":\"code\",\"scope\":\"openid\""),
			   "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb");
	authorizing_expect("no redirect URI inside", &result, AUTHORIZE_REFUSED);
	result = send_with(object(CLAIMS ",\"redirect_uri\":\"https://web.example/cb\""),
			   "&response_type=code");
	authorizing_expect_error("no response type inside", &result, "invalid_request");
}
END_TEST

START_TEST(numbers_objects_and_lists_are_taken) /* RFC9101#4, OIDC#6.1 */
{
	fixture_wait(fixture, 50);
	struct authorize_result result = send_object(CLAIMS "," ASKS ",\"max_age\":40");
	authorizing_expect("a number", &result, AUTHORIZE_SIGN_IN);
	result = send_object(CLAIMS "," ASKS ",\"max_age\":60");
	authorizing_expect("another number", &result, AUTHORIZE_RESPOND);
	result = send_object(
		CLAIMS "," ASKS ",\"claims\":{\"id_token\":{\"acr\":{\"essential\":true,\"value\":"
		       "\"gold\"}}}");
	authorizing_expect_error("an object", &result, "unmet_authentication_requirements");
	result = send_object(CLAIMS "," ASKS
				    ",\"resource\":[\"https://a.example\",\"https://b.example\"]");
	authorizing_expect_error("a list", &result, "invalid_target");
	result = send_object(CLAIMS "," ASKS ",\"unknown\":[1,{\"a\":true}],\"other\":null");
	authorizing_expect("what is not known", &result, AUTHORIZE_RESPOND);
}
END_TEST

static const struct row {
	const char *name;
	const char *members;
} rows[] = {
	/* RFC9101#4, RFC9101#10.8 */
	{ .name = "no issuer",
	  .members = "\"aud\":\"https://login.example/o\",\"client_id\":\"photos-web\"," END
		     "," ASKS },
	{ .name = "another issuer",
	  .members = "\"iss\":\"photos-spa\",\"aud\":\"https://login.example/o\",\"client_id\":"
		     "\"photos-web\"," END "," ASKS },
	{ .name = "no audience",
	  .members = "\"iss\":\"photos-web\",\"client_id\":\"photos-web\"," END "," ASKS },
	{ .name = "another audience",
	  .members = "\"iss\":\"photos-web\",\"aud\":[\"https://other.example\"],\"client_id\":"
		     "\"photos-web\"," END "," ASKS },
	{ .name = "an audience that is no text",
	  .members = "\"iss\":\"photos-web\",\"aud\":7,\"client_id\":\"photos-web\"," END
		     "," ASKS },
	{ .name = "no client",
	  .members = "\"iss\":\"photos-web\",\"aud\":\"https://login.example/o\"," END "," ASKS },
	{ .name = "another client",
	  .members = "\"iss\":\"photos-web\",\"aud\":\"https://login.example/o\",\"client_id\":"
		     "\"photos-spa\"," END "," ASKS },
	{ .name = "a client assertion", .members = CLAIMS ",\"sub\":\"photos-web\"," ASKS },
	{ .name = "expired", .members = FROM_TO ",\"exp\":1699999970," ASKS },
	{ .name = "an expiry that is no number", .members = FROM_TO ",\"exp\":\"soon\"," ASKS },
	{ .name = "no expiry", .members = FROM_TO "," ASKS },
	{ .name = "a distant expiry", .members = FROM_TO ",\"exp\":1700003631," ASKS },
	{ .name = "made in the future", .members = CLAIMS ",\"iat\":1700000031," ASKS },
	{ .name = "made at no time", .members = CLAIMS ",\"iat\":\"now\"," ASKS },
	{ .name = "not yet", .members = CLAIMS ",\"nbf\":1700000031," ASKS },
	{ .name = "a request in it", .members = CLAIMS ",\"request\":\"x\"," ASKS },
	{ .name = "a request_uri in it",
	  .members = CLAIMS ",\"request_uri\":\"urn:ietf:params:oauth:request_uri:x\"," ASKS },
	{ .name = "a member twice", .members = CLAIMS "," ASKS ",\"scope\":\"email\"" },
};

START_TEST(what_it_must_say)
{
	struct authorize_result result = send_with(object(rows[_i].members),
						   "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb"
						   "&state=outside");
	authorizing_expect_error(rows[_i].name, &result, "invalid_request_object");
	/* whoever sent it learns of it at the place that was named beside it, if it is registered
	 */
	ck_slice_str(authorizing_field(&result, "state"), "outside");
}
END_TEST

/* D76 */
START_TEST(one_may_be_shown_again_until_its_exp)
{
	struct slice text = object(CLAIMS ",\"jti\":\"one\"," ASKS);
	struct authorize_result first = send_with(text, "");
	authorizing_expect("once", &first, AUTHORIZE_RESPOND);
	struct authorize_result again = send_with(text, "");
	authorizing_expect("a reload", &again, AUTHORIZE_RESPOND);
	ck_assert(
		!slice_equal(authorizing_field(&first, "code"), authorizing_field(&again, "code")));
	fixture_wait(fixture, 90);
	again = send_with(text, "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb");
	authorizing_expect_error("when it has expired", &again, "invalid_request_object");
}
END_TEST

START_TEST(signing_in_may_take_longer_than_it_is_good_for)
{
	struct authorize_result page = authorizing_get(
		&authorizing, NULL,
		arena_printf(call->arena, "client_id=photos-web&request=%.*s",
			     SLICE_ARG(object(CLAIMS "," ASKS))));
	authorizing_expect("nobody is signed in", &page, AUTHORIZE_SIGN_IN);
	fixture_wait(fixture, 600);
	struct authorize_result result = authorizing_next(&authorizing, ada, &page);
	authorizing_expect("ten minutes later", &result, AUTHORIZE_RESPOND);
	ck_slice_str(authorizing_field(&result, "state"), "inside");
}
END_TEST

START_TEST(what_began_too_late_is_no_good_afterwards)
{
	fixture_wait(fixture, 90);
	struct slice query = arena_printf(call->arena,
					  "client_id=photos-web&request=%.*s&redirect_uri=https%%3A"
					  "%%2F%%2Fweb.example%%2Fcb",
					  SLICE_ARG(object(CLAIMS "," ASKS)));
	struct authorize_result page = authorizing_get(&authorizing, NULL, query);
	authorizing_expect("nobody is signed in", &page, AUTHORIZE_SIGN_IN);
	struct authorize_result result = authorizing_next(&authorizing, ada, &page);
	authorizing_expect_error("signed in", &result, "invalid_request_object");
}
END_TEST

START_TEST(a_client_may_be_let_off_exp)
{
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUEST_OBJECT_EXPIRY, "any");
	struct authorize_result result = send_object(FROM_TO "," ASKS);
	authorizing_expect("no expiry", &result, AUTHORIZE_RESPOND);
	result = send_object(FROM_TO ",\"exp\":4102444800," ASKS);
	authorizing_expect("a distant expiry", &result, AUTHORIZE_RESPOND);
	result = send_with(object(FROM_TO ",\"exp\":1699999970," ASKS),
			   "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb");
	authorizing_expect_error("expired", &result, "invalid_request_object");
}
END_TEST

START_TEST(only_the_client_signs) /* RFC9101#6.2, RFC9101#10.2 */
{
	struct slice payload = SLICE("{" CLAIMS "," ASKS "}");
	static const char to[] = "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb";
	struct authorize_result result = send_with(sign(other_key, NULL, payload), to);
	authorizing_expect_error("another key", &result, "invalid_request_object");
	result = send_with(sign(key, "at+jwt", payload), to);
	authorizing_expect_error("another type", &result, "invalid_request_object");
	result = send_with(sign(key, NULL, SLICE("[]")), to);
	authorizing_expect_error("a list", &result, "invalid_request_object");
	result = send_with(sign(key, NULL, SLICE("x")), to);
	authorizing_expect_error("no JSON", &result, "invalid_request_object");
	result = send_with(sign(key, NULL, payload), "");
	authorizing_expect("no type", &result, AUTHORIZE_RESPOND);
	result = send_with(sign(key, "JWT", payload), "");
	authorizing_expect("the general type", &result, AUTHORIZE_RESPOND);
	char *forged = arena_cstr(call->arena, sign(key, "JWT", payload));
	forged[50] = forged[50] == 'a' ? 'b' : 'a';
	result = send_with(slice_str(forged), to);
	authorizing_expect_error("changed", &result, "invalid_request_object");
}
END_TEST

START_TEST(a_client_may_be_kept_to_one_algorithm)
{
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUEST_OBJECT_ALG, "RS256");
	struct authorize_result result = send_with(object(CLAIMS "," ASKS),
						   "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb");
	authorizing_expect_error("another", &result, "invalid_request_object");
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUEST_OBJECT_ALG, "ES256");
	result = send_object(CLAIMS "," ASKS);
	authorizing_expect("its own", &result, AUTHORIZE_RESPOND);
}
END_TEST

START_TEST(a_client_may_have_to_sign) /* RFC9101#10.5 */
{
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUIRE_SIGNED_REQUEST, "true");
	struct authorize_result result = authorizing_get(&authorizing, ada, SLICE(WEB));
	authorizing_expect_error("not signed", &result, "invalid_request");
	result = send_object(CLAIMS "," ASKS);
	authorizing_expect("signed", &result, AUTHORIZE_RESPOND);
}
END_TEST

START_TEST(a_client_without_keys_signs_nothing)
{
	authorizing_set(&authorizing, &authorizing.web, SETTING_JWKS, "");
	struct authorize_result result = send_with(object(CLAIMS "," ASKS),
						   "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb");
	authorizing_expect_error("no keys", &result, "invalid_request_object");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_stands_in_it_counts);
	tcase_add_test(tc, what_stands_beside_it_does_not);
	tcase_add_test(tc, numbers_objects_and_lists_are_taken);
	tcase_add_loop_test(tc, what_it_must_say, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, one_may_be_shown_again_until_its_exp);
	tcase_add_test(tc, signing_in_may_take_longer_than_it_is_good_for);
	tcase_add_test(tc, what_began_too_late_is_no_good_afterwards);
	tcase_add_test(tc, a_client_may_be_let_off_exp);
	tcase_add_test(tc, only_the_client_signs);
	tcase_add_test(tc, a_client_may_be_kept_to_one_algorithm);
	tcase_add_test(tc, a_client_may_have_to_sign);
	tcase_add_test(tc, a_client_without_keys_signs_nothing);
}

TEST_MAIN("flow/request_object", add_tests)
