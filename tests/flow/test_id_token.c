/* SPDX-License-Identifier: Apache-2.0
 *
 * What an ID token says, and which of what comes back as a hint is one. */
#include "flow/id_token.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/device_fixture.h"
#include "flow/people_claims.h"
#include "flow/signing_fixture.h"

static struct devices devices;
static struct fixture *const fixture = &devices.fixture;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;
static struct client client;
static struct authorization authorization;

static void setup(void)
{
	devices_init(&devices);
	client = *devices.tv;
	authorization = (struct authorization){
		.id = { { 1 } },
		.user = devices.ada->id,
		.client = client.id,
		.auth_time = FIXTURE_NOW - 100,
		.amr = SLICE("pwd otp"),
		.acr = SLICE("urn:example:gold"),
		.sid = { { 3 } },
	};
}

static void teardown(void)
{
	devices_fini(&devices);
}

static struct id_token_request request_for(const char *scope)
{
	return (struct id_token_request){
		.authorization = &authorization,
		.client = &client,
		.scope = slice_str(scope),
	};
}

static struct slice make(const struct id_token_request *request)
{
	struct slice text;
	ck_assert_int_eq(id_token_make(flow, call, request, &text), ERR_OK);
	return text;
}

static struct json *claims_of(const struct id_token_request *request)
{
	return fixture_claims(fixture, make(request), "JWT", ALG_RS256);
}

START_TEST(it_says_who_and_to_whom_and_when) /* OIDC#2 */
{
	char text[ID_TEXT_LEN + 1];
	struct slice amr[4];
	size_t count;
	const struct id_token_request request = request_for("openid");
	AUTO(json) struct json *claims = claims_of(&request);
	ck_slice_eq(claims_text(claims, "iss"), FIXTURE_ISSUER);
	ck_slice_eq(claims_text(claims, "sub"), id_text(&devices.ada->id, text));
	ck_slice_str(claims_text(claims, "aud"), "tv");
	ck_slice_str(claims_text(claims, "azp"), "tv");
	ck_assert_int_eq(claims_number(claims, "iat"), FIXTURE_NOW);
	ck_assert_int_eq(claims_number(claims, "exp"), FIXTURE_NOW + 3600);
	ck_assert_int_eq(claims_number(claims, "auth_time"), FIXTURE_NOW - 100);
	ck_slice_str(claims_text(claims, "acr"), "urn:example:gold");
	ck_slice_eq(claims_text(claims, "sid"), id_text(&authorization.sid, text));
	ck_assert(json_get_texts(claims, "amr", amr, ARRAY_LEN(amr), &count));
	ck_assert_uint_eq(count, 2);
	ck_slice_str(amr[1], "otp");
	for (size_t i = 0; i < 3; i++) {
		static const char *const absent[] = { "nonce", "at_hash", "c_hash" };
		ck_assert_msg(!json_has(claims, absent[i]), "%s", absent[i]);
	}
}
END_TEST

START_TEST(what_is_not_known_is_left_out)
{
	const struct id_token_request request = request_for("openid");
	authorization.amr = SLICE_EMPTY;
	authorization.acr = SLICE_EMPTY;
	authorization.auth_time = 0;
	authorization.sid = (struct id){ { 0 } };
	AUTO(json) struct json *claims = claims_of(&request);
	for (size_t i = 0; i < 4; i++) {
		static const char *const absent[] = { "amr", "acr", "auth_time", "sid" };
		ck_assert_msg(!json_has(claims, absent[i]), "%s", absent[i]);
	}
}
END_TEST

START_TEST(it_is_bound_to_what_goes_along) /* OIDC#3.1.3.6, #3.3.2.11 */
{
	struct id_token_request request = request_for("openid");
	request.nonce = SLICE("n-0S6_WzA2Mj");
	/* the values of the appendix A.4 of OpenID Connect Core 1.0 */
	request.access_token = SLICE("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
	request.code = SLICE("Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk");
	AUTO(json) struct json *claims = claims_of(&request);
	ck_slice_str(claims_text(claims, "nonce"), "n-0S6_WzA2Mj");
	ck_slice_str(claims_text(claims, "at_hash"), "77QmUPtjPfzWtF2AnpK9RQ");
	ck_slice_str(claims_text(claims, "c_hash"), "LDktKdoQak3Pk0cnXxCltA");
}
END_TEST

START_TEST(no_two_are_the_same)
{
	const struct id_token_request request = request_for("openid");
	ck_assert(!slice_equal(make(&request), make(&request)));
}
END_TEST

static const struct alg_case {
	enum client_algorithm chosen;
	enum alg alg;
} alg_cases[] = {
	{ CLIENT_ALG_DEFAULT, ALG_RS256 }, /* OIDC#15.1 */
	{ CLIENT_ALG_RS256, ALG_RS256 },
	{ CLIENT_ALG_ES256, ALG_ES256 },
	{ CLIENT_ALG_PS256, ALG_PS256 },
};

START_TEST(it_is_signed_as_the_client_chose)
{
	const struct id_token_request request = request_for("openid");
	client.algorithm = alg_cases[_i].chosen;
	AUTO(json)
	struct json *claims = fixture_claims(fixture, make(&request), "JWT", alg_cases[_i].alg);
	ck_slice_str(claims_text(claims, "aud"), "tv");
}
END_TEST

static void tell(const char *name, const char *value)
{
	struct slice why;
	const struct claim claim = { slice_str(name), slice_str(value) };
	const struct claim_change change = { devices.ada, &claim, 1 };
	ck_assert_int_eq(people_set_claims(flow, call, &change, &why), ERR_OK);
}

START_TEST(claims_of_scopes_are_there_when_userinfo_cannot_be_asked) /* OIDC#5.4 */
{
	struct id_token_request request = request_for("openid email");
	tell("email", "ada@mail.example");
	tell("name", "Ada");
	AUTO(json) struct json *without = claims_of(&request);
	ck_assert(!json_has(without, "email"));
	request.with_claims = true;
	AUTO(json) struct json *with = claims_of(&request);
	ck_slice_str(claims_text(with, "email"), "ada@mail.example");
	ck_assert(!json_has(with, "name"));
}
END_TEST

START_TEST(claims_asked_for_by_name_are_there) /* OIDC#5.5 */
{
	const struct id_token_request request = request_for("openid");
	tell("email", "ada@mail.example");
	tell("name", "Ada");
	authorization.claims = SLICE(
		"{\"id_token\":{\"name\":{\"essential\":true}},\"userinfo\":{\"email\":null}}");
	AUTO(json) struct json *claims = claims_of(&request);
	ck_slice_str(claims_text(claims, "name"), "Ada");
	ck_assert(!json_has(claims, "email"));
}
END_TEST

static void with_settings(const char *settings)
{
	client.settings = slice_str(settings);
}

START_TEST(without_a_key_to_encrypt_to_there_is_none) /* OIDC#10.2 */
{
	struct slice text;
	const struct id_token_request request = request_for("openid");
	with_settings("id_token_encrypted_response_alg=RSA-OAEP-256");
	ck_assert_int_eq(id_token_make(flow, call, &request, &text), ERR_CRYPTO);
	with_settings("jwks={\"keys\":[]}\nid_token_encrypted_response_alg=RSA-OAEP-256");
	ck_assert_int_eq(id_token_make(flow, call, &request, &text), ERR_CRYPTO);
}
END_TEST

START_TEST(without_a_key_to_sign_with_there_is_none)
{
	struct slice text;
	const struct id_token_request request = request_for("openid");
	ck_assert_int_eq(store_signing_key_remove(fixture->store, fixture_kid(ALG_RS256), NULL),
			 ERR_OK);
	ck_assert_int_eq(id_token_make(flow, call, &request, &text), ERR_ABSENT);
}
END_TEST

/* --- hints
 * -------------------------------------------------------------------------------------------- */

START_TEST(a_hint_says_what_it_said_whatever_its_age) /* OIDC#3.1.2.1, RPLOGOUT#2 */
{
	char text[ID_TEXT_LEN + 1];
	struct id_token_hint hint;
	const struct id_token_request request = request_for("openid");
	struct slice token = make(&request);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(id_token_hint_read(flow, call, token, &hint), ERR_OK);
		ck_slice_str(hint.client_id, "tv");
		ck_slice_eq(hint.subject, id_text(&devices.ada->id, text));
		ck_slice_eq(hint.sid, id_text(&authorization.sid, text));
		fixture_wait(fixture, 30 * 86400);
	}
}
END_TEST

#define OURS "{\"iss\":\"https://login.example/o\""

static const struct wrong_hint {
	const char *name;
	const char *claims;
	const char *typ;
} wrong_hints[] = {
	{ "an access token", OURS ",\"aud\":\"tv\",\"sub\":\"a\"}", "at+jwt" },
	{ "a logout token", OURS ",\"aud\":\"tv\",\"sub\":\"a\"}", "logout+jwt" },
	{ "a signed UserInfo answer", OURS ",\"aud\":\"tv\",\"sub\":\"a\"}", NULL },
	{ "without an audience", OURS ",\"sub\":\"a\"}", "JWT" },
	{ "without a subject", OURS ",\"aud\":\"tv\"}", "JWT" },
	{ "of several audiences", OURS ",\"aud\":[\"tv\",\"x\"],\"sub\":\"a\"}", "JWT" },
	{ "of another issuer", "{\"iss\":\"https://x/o\",\"aud\":\"tv\",\"sub\":\"a\"}", "JWT" },
};

START_TEST(what_is_no_id_token_of_ours_is_no_hint) /* RPLOGOUT#2 */
{
	struct id_token_hint hint;
	const struct wrong_hint *row = &wrong_hints[_i];
	struct slice text = fixture_signed(fixture, row->claims, row->typ, ALG_RS256);
	ck_assert_msg(id_token_hint_read(flow, call, text, &hint) == ERR_INVALID, "%s", row->name);
	ck_assert_uint_eq(hint.subject.len, 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, it_says_who_and_to_whom_and_when);
	tcase_add_test(tc, what_is_not_known_is_left_out);
	tcase_add_test(tc, it_is_bound_to_what_goes_along);
	tcase_add_test(tc, no_two_are_the_same);
	tcase_add_loop_test(tc, it_is_signed_as_the_client_chose, 0, ARRAY_LEN(alg_cases));
	tcase_add_test(tc, claims_of_scopes_are_there_when_userinfo_cannot_be_asked);
	tcase_add_test(tc, claims_asked_for_by_name_are_there);
	tcase_add_test(tc, without_a_key_to_encrypt_to_there_is_none);
	tcase_add_test(tc, without_a_key_to_sign_with_there_is_none);
	tcase_add_test(tc, a_hint_says_what_it_said_whatever_its_age);
	tcase_add_loop_test(tc, what_is_no_id_token_of_ours_is_no_hint, 0, ARRAY_LEN(wrong_hints));
}

TEST_MAIN("flow/id_token", add_tests)
