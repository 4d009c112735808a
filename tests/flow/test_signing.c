/* SPDX-License-Identifier: Apache-2.0
 *
 * Signing and verifying with the keys of the database: what is ours and what is not, keys that come
 * late, keys of other nodes, keys that cannot be read. */
#include "flow/signing.h"

#include <pthread.h>

#include "check_main.h"
#include "check_slice.h"
#include "crypto/jws.h"
#include "flow/device_fixture.h"
#include "flow/signing_fixture.h"

static struct devices devices;
static struct fixture *const fixture = &devices.fixture;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;

static void setup(void)
{
	fixture_start(fixture, "1");
	fixture_sign(fixture);
}

static void teardown(void)
{
	fixture_stop(fixture);
}

static struct json *some_claims(void)
{
	struct json *claims = json_object_new();
	json_set_text(claims, "iss", FIXTURE_ISSUER);
	json_set_text(claims, "sub", SLICE("joe"));
	return claims;
}

static enum err sign_with(enum alg alg, const char *typ, struct slice *out)
{
	AUTO(json) struct json *claims = some_claims();
	const struct signing_request request = { .alg = alg, .typ = typ, .claims = claims };
	return signing_sign(flow, call, &request, out);
}

static enum err verify(struct slice text, const char *typ)
{
	AUTO(json) struct json *claims = NULL;
	enum err err = signing_verify(flow, call, text, typ, &claims);
	ck_assert((claims != NULL) == (err == ERR_OK));
	return err;
}

/* --- ours
 * -------------------------------------------------------------------------------------------- */

static const enum alg algs[] = { ALG_RS256, ALG_PS256, ALG_ES256 };

START_TEST(what_is_signed_verifies) /* RFC8725#3.5 */
{
	enum alg alg = algs[_i];
	struct slice text;
	ck_assert_int_eq(sign_with(alg, "JWT", &text), ERR_OK);
	AUTO(json) struct json *claims = fixture_claims(fixture, text, "JWT", alg);
	ck_slice_str(claims_text(claims, "sub"), "joe");
	ck_assert_int_eq(verify(text, "JWT"), ERR_OK);
	ck_assert_int_eq(verify(text, "jwt"), ERR_OK);
}
END_TEST

START_TEST(what_has_another_type_is_something_else) /* RFC8725#3.11 */
{
	struct slice text;
	ck_assert_int_eq(sign_with(ALG_ES256, "at+jwt", &text), ERR_OK);
	ck_assert_int_eq(verify(text, "at+jwt"), ERR_OK);
	ck_assert_int_eq(verify(text, "JWT"), ERR_INVALID);
	ck_assert_int_eq(verify(text, "logout+jwt"), ERR_INVALID);
	ck_assert_int_eq(sign_with(ALG_ES256, NULL, &text), ERR_OK);
	ck_assert_int_eq(verify(text, "JWT"), ERR_INVALID);
}
END_TEST

#define OURS "{\"iss\":\"https://login.example/o\"}"

static struct slice with_strange_key(void)
{
	AUTO(jwk) struct jwk *key = jwk_generate(ALG_ES256);
	struct slice out;
	const struct jws_new jws = {
		.key = key, .alg = ALG_ES256, .typ = "JWT", .payload = SLICE(OURS)
	};
	ck_assert_int_eq(jws_sign(call->arena, &jws, &out), ERR_OK);
	return out;
}

static struct slice with_changed_claims(void)
{
	struct slice text = fixture_signed(fixture, OURS, "JWT", ALG_ES256);
	struct slice other = fixture_signed(
		fixture, "{\"iss\":\"https://login.example/o\",\"a\":1}", "JWT", ALG_ES256);
	struct slice header;
	struct slice mine;
	struct slice theirs;
	ck_assert(slice_split(&text, '.', &header) && slice_split(&text, '.', &mine));
	ck_assert(slice_split(&other, '.', &header) && slice_split(&other, '.', &theirs));
	return arena_printf(call->arena, "%.*s.%.*s.%.*s", SLICE_ARG(header), SLICE_ARG(theirs),
			    SLICE_ARG(text));
}

static struct slice of_another_issuer(void)
{
	return fixture_signed(fixture, "{\"iss\":\"https://other.example/o\"}", "JWT", ALG_ES256);
}

static struct slice of_no_issuer(void)
{
	return fixture_signed(fixture, "{\"sub\":\"joe\"}", "JWT", ALG_ES256);
}

static struct slice not_an_object(void)
{
	return fixture_signed(fixture, "[]", "JWT", ALG_ES256);
}

static struct slice without_a_signature(void)
{
	return SLICE("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.e30.");
}

static struct slice nothing(void)
{
	return SLICE("");
}

static const struct stranger {
	const char *name;
	struct slice (*make)(void);
} strangers[] = {
	{ "signed by a key that is not ours", with_strange_key },
	{ "the claims of another token", with_changed_claims },
	{ "another issuer", of_another_issuer },
	{ "no issuer", of_no_issuer },
	{ "an array", not_an_object },
	{ "unsigned", without_a_signature },
	{ "empty", nothing },
};

START_TEST(what_is_not_ours_is_refused) /* RFC8725#3.1, #3.8 */
{
	ck_assert_msg(verify(strangers[_i].make(), "JWT") == ERR_INVALID, "%s", strangers[_i].name);
}
END_TEST

/* --- keys that come and go
 * --------------------------------------------------------------------------- */

/* Another node of the same database. */
static struct flow neighbour(void)
{
	struct flow other = *flow;
	other.signing = signing_new();
	return other;
}

START_TEST(a_strange_kid_is_looked_for_at_once)
{
	struct slice text;
	struct slice kid;
	struct flow other = neighbour();
	ck_assert_int_eq(verify(fixture_signed(fixture, OURS, "JWT", ALG_ES256), "JWT"), ERR_OK);
	ck_assert_int_eq(signing_rotate(&other, call, ALG_ES256, true, &kid), ERR_OK);
	AUTO(json) struct json *claims = some_claims();
	const struct signing_request request = { ALG_ES256, "JWT", claims };
	ck_assert_int_eq(signing_sign(&other, call, &request, &text), ERR_OK);
	ck_assert_int_eq(verify(text, "JWT"), ERR_OK);
	ck_assert_msg(verify(fixture_signed(fixture, OURS, "JWT", ALG_ES256), "JWT") == ERR_INVALID,
		      "the one that leaked is gone");
	signing_free(&other.signing);
}
END_TEST

START_TEST(a_strange_kid_is_looked_for_once_a_second)
{
	struct slice text;
	struct slice kid;
	struct flow other = neighbour();
	ck_assert_int_eq(verify(with_strange_key(), "JWT"), ERR_INVALID);
	ck_assert_int_eq(signing_rotate(&other, call, ALG_ES256, true, &kid), ERR_OK);
	AUTO(json) struct json *claims = some_claims();
	const struct signing_request request = { ALG_ES256, "JWT", claims };
	ck_assert_int_eq(signing_sign(&other, call, &request, &text), ERR_OK);
	ck_assert_int_eq(verify(text, "JWT"), ERR_INVALID);
	fixture_wait(fixture, 1);
	ck_assert_int_eq(verify(text, "JWT"), ERR_OK);
	signing_free(&other.signing);
}
END_TEST

START_TEST(keys_that_cannot_be_read_anew_are_used_on)
{
	struct slice text;
	ck_assert_int_eq(sign_with(ALG_ES256, "JWT", &text), ERR_OK);
	devices_break(&devices, "signing_key");
	fixture_wait(fixture, 86400);
	ck_assert_int_eq(sign_with(ALG_ES256, "JWT", &text), ERR_OK);
	ck_assert_int_eq(verify(text, "JWT"), ERR_OK);
	ck_assert_int_eq(signing_reread(flow, call), ERR_DATABASE);
	struct flow other = neighbour();
	AUTO(json) struct json *claims = some_claims();
	const struct signing_request request = { ALG_ES256, "JWT", claims };
	ck_assert_int_eq(signing_sign(&other, call, &request, &text), ERR_DATABASE);
	signing_free(&other.signing);
}
END_TEST

START_TEST(keys_under_a_master_key_that_we_lack_take_nobodys_place)
{
	struct slice text;
	ck_assert_int_eq(sign_with(ALG_ES256, "JWT", &text), ERR_OK);
	fixture_set_keys(fixture, "2");
	ck_assert_int_eq(signing_reread(flow, call), ERR_OK);
	ck_assert(signing_is_ready(flow->signing));
	ck_assert_int_eq(sign_with(ALG_ES256, "JWT", &text), ERR_OK);
	struct flow other = neighbour();
	ck_assert_int_eq(signing_reread(&other, call), ERR_OK);
	ck_assert(!signing_is_ready(other.signing));
	signing_free(&other.signing);
}
END_TEST

START_TEST(an_algorithm_without_a_key_is_absent)
{
	struct slice text;
	ck_assert_int_eq(sign_with(ALG_RS512, "JWT", &text), ERR_ABSENT);
}
END_TEST

static void *make_late(void *arg)
{
	struct call own = *call;
	(void)arg;
	own.arena = arena_new();
	ck_assert_int_eq(signing_prepare(flow, &own), ERR_OK);
	arena_free(&own.arena);
	return NULL;
}

/* A fixture that lacks its ES256 key, the only one that is quick to make. */
static void lack_one(void)
{
	struct slice kid = fixture_kid(ALG_ES256);
	ck_assert_int_eq(store_signing_key_remove(fixture->store, kid, NULL), ERR_OK);
}

START_TEST(who_wants_a_key_that_is_being_made_waits_for_it)
{
	pthread_t maker;
	struct slice text;
	lack_one();
	signing_expect(flow->signing);
	ck_assert_int_eq(pthread_create(&maker, NULL, make_late, NULL), 0);
	ck_assert_int_eq(sign_with(ALG_ES256, "JWT", &text), ERR_OK);
	pthread_join(maker, NULL);
	ck_assert(signing_is_ready(flow->signing));
}
END_TEST

START_TEST(nobody_waits_for_a_program_that_stops)
{
	struct slice text;
	lack_one();
	signing_expect(flow->signing);
	signing_give_up(flow->signing);
	ck_assert_int_eq(sign_with(ALG_ES256, "JWT", &text), ERR_ABSENT);
	ck_assert_int_eq(signing_prepare(flow, call), ERR_UNCHANGED);
	ck_assert_msg(sign_with(ALG_RS256, "JWT", &text) == ERR_OK, "the others are there");
}
END_TEST

/* --- the JWKS
 * ----------------------------------------------------------------------------------------- */

START_TEST(the_document) /* RFC7517#5 */
{
	struct signing_document first;
	struct signing_document second;
	struct slice kid;
	ck_assert_msg(!signing_jwks_peek(flow, call, &first), "nothing has been read yet");
	ck_assert_int_eq(signing_jwks(flow, call, &first), ERR_OK);
	ck_assert(signing_jwks_peek(flow, call, &second));
	ck_slice_eq(second.json, first.json);
	ck_slice_eq(second.etag, first.etag);
	AUTO(jwk_set) struct jwk_set *set = NULL;
	ck_assert_int_eq(jwk_set_parse(first.json, &set), ERR_OK);
	ck_assert_uint_eq(jwk_set_count(set), 3);
	for (size_t i = 0; i < 3; i++)
		ck_assert_msg(!jwk_is_private(jwk_set_at(set, i)), "%zu", i);
	for (size_t i = 0; i < ARRAY_LEN(algs); i++)
		ck_assert_ptr_nonnull(jwk_set_choose(set, algs[i], fixture_kid(algs[i])));
	ck_assert_int_eq(signing_rotate(flow, call, ALG_ES256, false, &kid), ERR_OK);
	ck_assert(signing_jwks_peek(flow, call, &second));
	ck_assert(!slice_equal(second.etag, first.etag));
	AUTO(jwk_set) struct jwk_set *more = NULL;
	ck_assert_int_eq(jwk_set_parse(second.json, &more), ERR_OK);
	ck_assert_msg(jwk_set_count(more) == 4, "a key is published before it signs");
}
END_TEST

START_TEST(a_whole_document_is_waited_for)
{
	struct signing_document document;
	pthread_t maker;
	lack_one();
	ck_assert_int_eq(signing_reread(flow, call), ERR_OK);
	signing_expect(flow->signing);
	ck_assert(!signing_jwks_peek(flow, call, &document));
	ck_assert_int_eq(pthread_create(&maker, NULL, make_late, NULL), 0);
	ck_assert_int_eq(signing_jwks(flow, call, &document), ERR_OK);
	pthread_join(maker, NULL);
	AUTO(jwk_set) struct jwk_set *set = NULL;
	ck_assert_int_eq(jwk_set_parse(document.json, &set), ERR_OK);
	ck_assert_uint_eq(jwk_set_count(set), 3);
}
END_TEST

START_TEST(without_a_database_there_is_no_document)
{
	struct signing_document document;
	devices_break(&devices, "signing_key");
	ck_assert_int_eq(signing_jwks(flow, call, &document), ERR_DATABASE);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, what_is_signed_verifies, 0, ARRAY_LEN(algs));
	tcase_add_test(tc, what_has_another_type_is_something_else);
	tcase_add_loop_test(tc, what_is_not_ours_is_refused, 0, ARRAY_LEN(strangers));
	tcase_add_test(tc, a_strange_kid_is_looked_for_at_once);
	tcase_add_test(tc, a_strange_kid_is_looked_for_once_a_second);
	tcase_add_test(tc, keys_that_cannot_be_read_anew_are_used_on);
	tcase_add_test(tc, keys_under_a_master_key_that_we_lack_take_nobodys_place);
	tcase_add_test(tc, an_algorithm_without_a_key_is_absent);
	tcase_add_test(tc, who_wants_a_key_that_is_being_made_waits_for_it);
	tcase_add_test(tc, nobody_waits_for_a_program_that_stops);
	tcase_add_test(tc, the_document);
	tcase_add_test(tc, a_whole_document_is_waited_for);
	tcase_add_test(tc, without_a_database_there_is_no_document);
}

TEST_MAIN("flow/signing", add_tests)
