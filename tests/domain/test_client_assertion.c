/* SPDX-License-Identifier: Apache-2.0
 *
 * The claims of a client's assertion, each wrong in turn. */
#include "domain/client_assertion.h"

#include "check_main.h"
#include "check_slice.h"

#define NOW 1700000000
#define ISSUER SLICE("https://login.example.org/o")
#define TOKEN SLICE("https://login.example.org/o/token/")

static const struct slice audiences[] = { SLICE("https://login.example.org/o"),
					  SLICE("https://login.example.org/o/token/") };

#define ISS .iss = SLICE("web")
#define SUB .sub = SLICE("web")
#define AUD .aud = { ISSUER }, .aud_count = 1
#define EXPIRES(at) .has_exp = true, .exp = (at)
#define EXP EXPIRES(NOW + 60)
#define JTI .jti = SLICE("1")

static const struct row {
	const char *name;
	struct assertion_claims claims;
	enum assertion_fault fault;
} rows[] = {
	{ "as it should be", { ISS, SUB, AUD, EXP, JTI }, ASSERTION_FINE },
	{ "two audiences that are both ours",
	  { ISS, SUB, .aud = { ISSUER, TOKEN }, .aud_count = 2, EXP, JTI },
	  ASSERTION_FINE },
	{ "the endpoint without its slash",
	  { ISS, SUB, .aud = { SLICE("https://login.example.org/o/token") }, .aud_count = 1, EXP,
	    JTI },
	  ASSERTION_FINE },
	{ "made now, good from now on",
	  { ISS, SUB, AUD, EXP, JTI, .has_iat = true, .iat = NOW, .has_nbf = true, .nbf = NOW },
	  ASSERTION_FINE },
	{ "made by a clock a minute ahead",
	  { ISS, SUB, AUD, EXP, JTI, .has_iat = true, .iat = NOW + ASSERTION_LEEWAY_S },
	  ASSERTION_FINE },
	{ "just expired",
	  { ISS, SUB, AUD, EXPIRES(NOW - ASSERTION_LEEWAY_S + 1), JTI },
	  ASSERTION_FINE },
	{ "good for an hour",
	  { ISS, SUB, AUD, EXPIRES(NOW + ASSERTION_AHEAD_S), JTI },
	  ASSERTION_FINE },

	/* RFC7523#3 */
	{ "no issuer", { SUB, AUD, EXP, JTI }, ASSERTION_ISSUER },
	{ "another issuer", { .iss = SLICE("Web"), SUB, AUD, EXP, JTI }, ASSERTION_ISSUER },
	{ "no subject", { ISS, AUD, EXP, JTI }, ASSERTION_SUBJECT },
	{ "another subject", { ISS, .sub = SLICE("joe"), AUD, EXP, JTI }, ASSERTION_SUBJECT },
	{ "no audience", { ISS, SUB, EXP, JTI }, ASSERTION_AUDIENCE },
	{ "another audience",
	  { ISS, SUB, .aud = { SLICE("https://other.example/o") }, .aud_count = 1, EXP, JTI },
	  ASSERTION_AUDIENCE },
	{ "another audience beside ours",
	  { ISS, SUB, .aud = { ISSUER, SLICE("https://other.example/o") }, .aud_count = 2, EXP,
	    JTI },
	  ASSERTION_AUDIENCE },
	{ "our issuer with a slash",
	  { ISS, SUB, .aud = { SLICE("https://login.example.org/o/") }, .aud_count = 1, EXP, JTI },
	  ASSERTION_AUDIENCE },
	{ "our issuer in capitals",
	  { ISS, SUB, .aud = { SLICE("https://LOGIN.example.org/o") }, .aud_count = 1, EXP, JTI },
	  ASSERTION_AUDIENCE },
	{ "an empty audience",
	  { ISS, SUB, .aud = { SLICE("") }, .aud_count = 1, EXP, JTI },
	  ASSERTION_AUDIENCE },
	{ "no end", { ISS, SUB, AUD, JTI }, ASSERTION_EXPIRED },
	{ "expired", { ISS, SUB, AUD, EXPIRES(NOW - ASSERTION_LEEWAY_S), JTI }, ASSERTION_EXPIRED },
	{ "long expired", { ISS, SUB, AUD, EXPIRES(INT64_MIN), JTI }, ASSERTION_EXPIRED },
	{ "good for too long",
	  { ISS, SUB, AUD, EXPIRES(NOW + ASSERTION_AHEAD_S + ASSERTION_LEEWAY_S + 1), JTI },
	  ASSERTION_TOO_LONG },
	{ "good for ever", { ISS, SUB, AUD, EXPIRES(INT64_MAX), JTI }, ASSERTION_TOO_LONG },
	{ "made in the future",
	  { ISS, SUB, AUD, EXP, JTI, .has_iat = true, .iat = NOW + ASSERTION_LEEWAY_S + 1 },
	  ASSERTION_EARLY },
	{ "not good yet",
	  { ISS, SUB, AUD, EXP, JTI, .has_nbf = true, .nbf = NOW + ASSERTION_LEEWAY_S + 1 },
	  ASSERTION_EARLY },
	/* OIDC#9 */
	{ "no jti", { ISS, SUB, AUD, EXP }, ASSERTION_JTI },
};

START_TEST(claims)
{
	const struct row *row = &rows[_i];
	const struct assertion_expected expected = { SLICE("web"), audiences, 2, NOW };
	enum assertion_fault fault = assertion_claims_check(&row->claims, &expected);
	ck_assert_msg(fault == row->fault, "%s: %s", row->name, assertion_fault_words(fault));
}
END_TEST

START_TEST(only_what_is_expected_is_an_audience)
{
	const struct assertion_claims endpoint = { ISS, SUB, .aud = { TOKEN }, .aud_count = 1,
						   EXP, JTI };
	struct assertion_expected expected = { SLICE("web"), audiences, 1, NOW };
	ck_assert_int_eq(assertion_claims_check(&endpoint, &expected), ASSERTION_AUDIENCE);
	expected.audience_count = 2;
	ck_assert_int_eq(assertion_claims_check(&endpoint, &expected), ASSERTION_FINE);
}
END_TEST

START_TEST(a_jti_that_is_too_long)
{
	static const char text[ASSERTION_JTI_MAX + 1] = { 'x' };
	struct assertion_claims claim = { ISS, SUB, AUD, EXP };
	const struct assertion_expected expected = { SLICE("web"), audiences, 2, NOW };
	claim.jti = slice_of(text, ASSERTION_JTI_MAX);
	ck_assert_int_eq(assertion_claims_check(&claim, &expected), ASSERTION_FINE);
	claim.jti = slice_of(text, ASSERTION_JTI_MAX + 1);
	ck_assert_int_eq(assertion_claims_check(&claim, &expected), ASSERTION_JTI);
}
END_TEST

static const struct type_row {
	const char *typ;
	bool fine;
} type_rows[] = {
	{ "", true },
	{ "jwt", true },
	{ "client-authentication+jwt", true },
	{ "at+jwt", false },
	{ "dpop+jwt", false },
	{ "oauth-authz-req+jwt", false },
	{ "secevent+jwt", false },
	{ "jose", false },
};

START_TEST(types)
{
	const struct type_row *row = &type_rows[_i];
	ck_assert_msg(assertion_type_is_fine(slice_str(row->typ)) == row->fine, "%s", row->typ);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, claims, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, only_what_is_expected_is_an_audience);
	tcase_add_test(tc, a_jti_that_is_too_long);
	tcase_add_loop_test(tc, types, 0, ARRAY_LEN(type_rows));
}

TEST_MAIN("domain/client_assertion", add_tests)
