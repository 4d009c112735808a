/* SPDX-License-Identifier: Apache-2.0
 *
 * Presented access tokens of both forms: which are good, and which are not (any more). */
#include "flow/access_token.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/access_jwt.h"
#include "flow/device_fixture.h"
#include "flow/people.h"
#include "flow/signing_fixture.h"

static struct devices devices;
static struct fixture *const fixture = &devices.fixture;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;

/* Both clients are alike but for the form of their access tokens. */
static const bool forms[] = { false, true };

static void setup(void)
{
	devices_init(&devices);
}

static void teardown(void)
{
	devices_fini(&devices);
}

static struct token_answer tokens(bool jwt)
{
	devices.tv->settings = jwt ? SLICE("access_token_format=jwt") : SLICE_EMPTY;
	return devices_tokens(&devices, devices.tv, "openid email");
}

static enum find find(struct slice text)
{
	struct access_token found;
	return access_token_find(flow, call, text, &found);
}

START_TEST(a_good_one_is_found_with_all_it_hangs_on)
{
	bool jwt = forms[_i];
	struct access_token found;
	struct token_answer answer = tokens(jwt);
	ck_assert_int_eq(access_token_find(flow, call, answer.access_token, &found), FOUND);
	ck_slice_str(found.row.scope, "openid email");
	ck_assert_int_eq(found.row.expires, FIXTURE_NOW + 36000);
	ck_assert(id_equal(&found.client->id, &devices.tv->id));
	ck_assert(id_equal(&found.user->id, &devices.ada->id));
	ck_assert(id_equal(&found.authorization->user, &devices.ada->id));
	ck_assert_uint_eq(found.jti.len, jwt ? 2 * ID_TEXT_LEN + 1 : 0);
	fixture_wait(fixture, 35999);
	ck_assert_int_eq(find(answer.access_token), FOUND);
	fixture_wait(fixture, 1);
	ck_assert_int_eq(find(answer.access_token), ABSENT);
}
END_TEST

static void disable_person(struct id authorization)
{
	(void)authorization;
	devices_set_user_enabled(&devices, devices.ada, false);
}

static void remove_person(struct id authorization)
{
	(void)authorization;
	ck_assert_int_eq(people_remove(flow, call, devices.ada), ERR_OK);
}

static void disable_client(struct id authorization)
{
	(void)authorization;
	devices_set_client_enabled(&devices, devices.tv, false);
}

static void remove_client(struct id authorization)
{
	(void)authorization;
	ck_assert_int_eq(store_client_remove(flow->store, &devices.tv->id, NULL), ERR_OK);
}

static void revoke(struct id authorization)
{
	ck_assert_int_eq(
		store_authorization_revoke(flow->store, &authorization, NULL, call->now, NULL),
		ERR_OK);
}

static const struct gone {
	const char *name;
	void (*happens)(struct id authorization);
} gone[] = {
	{ "the person was disabled", disable_person }, { "the person was removed", remove_person },
	{ "the client was disabled", disable_client }, { "the client was removed", remove_client },
	{ "the authorization was revoked", revoke },
};

START_TEST(what_it_hangs_on_must_stand)
{
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct access_token found;
		struct token_answer answer = tokens(forms[i]);
		ck_assert_int_eq(access_token_find(flow, call, answer.access_token, &found), FOUND);
		gone[_i].happens(found.authorization->id);
		ck_assert_msg(find(answer.access_token) == ABSENT, "%s", gone[_i].name);
		teardown();
		setup();
	}
}
END_TEST

/* --- what is none
 * ------------------------------------------------------------------------------------ */

START_TEST(what_is_no_access_token)
{
	struct token_answer answer = tokens(false);
	struct token_answer jwt = tokens(true);
	struct slice text = jwt.access_token;
	char *forged = arena_cstr(call->arena, answer.access_token);
	char *other = arena_cstr(call->arena, text);
	forged[30] = forged[30] == '0' ? '1' : '0';
	other[text.len - 3] = other[text.len - 3] == 'A' ? 'B' : 'A';
	const struct slice wrong[] = {
		SLICE(""),
		SLICE("."),
		SLICE(".."),
		SLICE("dca_"),
		slice_str(forged),
		slice_str(other),
		answer.refresh_token,
		answer.id_token,
		slice_sub(text, 0, text.len - 1),
		arena_printf(call->arena, "%.*s ", SLICE_ARG(text)),
		arena_printf(call->arena, "%.*s.", SLICE_ARG(text)),
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(find(wrong[i]) == ABSENT, "%zu: %.*s", i, SLICE_ARG(wrong[i]));
	ck_assert_int_eq(find(answer.access_token), FOUND);
	ck_assert_int_eq(find(text), FOUND);
}
END_TEST

/* Whoever has one of our keys still cannot make a token: it has no row. */
START_TEST(one_that_we_did_not_give_out_is_none)
{
	char id[ID_TEXT_LEN + 1];
	struct access_token found;
	struct token_answer answer = tokens(true);
	ck_assert_int_eq(access_token_find(flow, call, answer.access_token, &found), FOUND);
	struct slice claims = arena_printf(
		call->arena,
		"{\"iss\":\"https://login.example/o\",\"jti\":\"%.*s.%s\",\"scope\":\"openid\"}",
		SLICE_ARG(id_text(&found.authorization->id, id)), "0000000000000000000000");
	struct slice text = fixture_signed(fixture, arena_cstr(call->arena, claims), ACCESS_JWT_TYP,
					   ALG_ES256);
	struct slice jti;
	struct id authorization;
	ck_assert_int_eq(access_jwt_read(call->arena, text, &authorization, &jti), ERR_OK);
	ck_assert_int_eq(find(text), ABSENT);
}
END_TEST

static const struct wrong_jti {
	const char *name;
	const char *claims;
	const char *typ;
} wrong_jtis[] = {
	{ "no jti", "{}", ACCESS_JWT_TYP },
	{ "a number", "{\"jti\":1}", ACCESS_JWT_TYP },
	{ "no dot", "{\"jti\":\"0000000000000000000001\"}", ACCESS_JWT_TYP },
	{ "no id", "{\"jti\":\".0\"}", ACCESS_JWT_TYP },
	{ "an id that is none", "{\"jti\":\"x.0\"}", ACCESS_JWT_TYP },
	{ "an array", "[]", ACCESS_JWT_TYP },
	/* RFC9068#4 */
	{ "an ID token", "{\"jti\":\"0000000000000000000001.0\"}", "JWT" },
	{ "no type", "{\"jti\":\"0000000000000000000001.0\"}", NULL },
};

START_TEST(what_carries_no_id_of_ours)
{
	struct slice jti;
	struct id id;
	struct slice text = fixture_signed(fixture, wrong_jtis[_i].claims, wrong_jtis[_i].typ,
					   ALG_ES256);
	ck_assert_msg(access_jwt_read(call->arena, text, &id, &jti) == ERR_INVALID, "%s",
		      wrong_jtis[_i].name);
}
END_TEST

/* --- the database
 * ------------------------------------------------------------------------------------ */

static const char *const needed_tables[] = { "access_token", "client", "user" };

START_TEST(what_cannot_be_looked_up_is_not_good_and_not_absent)
{
	struct token_answer answer = tokens(false);
	devices_break(&devices, needed_tables[_i]);
	ck_assert_int_eq(find(answer.access_token), FIND_FAILED);
}
END_TEST

/* --- what a JWT says
 * --------------------------------------------------------------------------------- */

static struct json *said(const struct authorization *authorization, const char *resource,
			 const struct binding *binding)
{
	const struct token_row row = {
		.scope = SLICE("read"),
		.resource = slice_str(resource),
		.created = FIXTURE_NOW,
		.expires = FIXTURE_NOW + 60,
	};
	const struct access_jwt jwt = { authorization, devices.tv, &row, binding };
	struct slice text;
	ck_assert_int_eq(access_jwt_make(flow, call, &jwt, &text), ERR_OK);
	return fixture_claims(fixture, text, ACCESS_JWT_TYP, ALG_ES256);
}

START_TEST(it_is_for_its_resources_or_for_us) /* RFC9068#3 */
{
	static const struct binding none;
	const struct authorization authorization = { .id = { { 1 } }, .user = devices.ada->id };
	struct slice aud[3];
	size_t count;
	AUTO(json) struct json *ours = said(&authorization, "", &none);
	ck_slice_eq(claims_text(ours, "aud"), FIXTURE_ISSUER);
	AUTO(json) struct json *one = said(&authorization, "https://a.example/", &none);
	ck_slice_str(claims_text(one, "aud"), "https://a.example/");
	AUTO(json) struct json *two = said(&authorization, "https://a.example/ urn:b:2", &none);
	ck_assert(json_get_texts(two, "aud", aud, ARRAY_LEN(aud), &count));
	ck_assert_uint_eq(count, 2);
	ck_slice_str(aud[1], "urn:b:2");
	ck_assert(!json_has(two, "cnf"));
}
END_TEST

START_TEST(it_names_what_it_is_bound_to) /* RFC9449#6.1, RFC8705#3.1 */
{
	const struct authorization authorization = { .id = { { 1 } } };
	struct binding binding = { .kind = BINDING_DPOP, .thumbprint = { { 5 } } };
	for (int i = 0; i < 2; i++) {
		AUTO(json) struct json *claims = said(&authorization, "", &binding);
		AUTO(json) struct json *cnf = json_get(claims, "cnf");
		ck_assert_ptr_nonnull(cnf);
		ck_slice_eq(claims_text(cnf, i == 0 ? "jkt" : "x5t#S256"),
			    binding_thumbprint(&binding, call->arena));
		binding.kind = BINDING_CERTIFICATE;
	}
}
END_TEST

START_TEST(of_a_client_alone_it_says_nothing_of_a_sign_in) /* RFC9068#2.2, RFC9700#4.15 */
{
	static const struct binding none;
	const struct authorization authorization = { .id = { { 1 } },
						     .auth_time = FIXTURE_NOW,
						     .amr = SLICE("pwd") };
	AUTO(json) struct json *claims = said(&authorization, "", &none);
	ck_slice_str(claims_text(claims, "sub"), "client:tv");
	ck_assert(!json_has(claims, "auth_time") && !json_has(claims, "amr"));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_good_one_is_found_with_all_it_hangs_on, 0, ARRAY_LEN(forms));
	tcase_add_loop_test(tc, what_it_hangs_on_must_stand, 0, ARRAY_LEN(gone));
	tcase_add_test(tc, what_is_no_access_token);
	tcase_add_test(tc, one_that_we_did_not_give_out_is_none);
	tcase_add_loop_test(tc, what_carries_no_id_of_ours, 0, ARRAY_LEN(wrong_jtis));
	tcase_add_loop_test(tc, what_cannot_be_looked_up_is_not_good_and_not_absent, 0,
			    ARRAY_LEN(needed_tables));
	tcase_add_test(tc, it_is_for_its_resources_or_for_us);
	tcase_add_test(tc, it_names_what_it_is_bound_to);
	tcase_add_test(tc, of_a_client_alone_it_says_nothing_of_a_sign_in);
}

TEST_MAIN("flow/access_token", add_tests)
