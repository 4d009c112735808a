/* SPDX-License-Identifier: Apache-2.0
 *
 * What an assertion about a person must say: one rule at a time, on both sides of its edge. */
#include "domain/grant_assertion.h"

#include "check_main.h"
#include "check_slice.h"

enum { NOW = 1700000000 };

static const struct grant_assertion_rules rules = {
	.issuer = SLICE("https://login.example/o"),
	.token_endpoint = SLICE("https://login.example/o/token/"),
	.now = NOW,
};

#define PERSON .sub = SLICE("ada")
#define FOR_US .aud = { SLICE("https://login.example/o") }, .aud_count = 1
#define FRESH .has_exp = true, .exp = NOW + 60

static const struct row {
	const char *name;
	struct grant_assertion assertion;
	enum grant_assertion_fault fault;
} rows[] = {
	{ "for the issuer", { PERSON, FOR_US, FRESH }, GRANT_ASSERTION_FINE },
	{ "for the token endpoint",
	  { PERSON, FRESH, .aud = { SLICE("https://login.example/o/token/") }, .aud_count = 1 },
	  GRANT_ASSERTION_FINE },
	{ "for the token endpoint without its slash",
	  { PERSON, FRESH, .aud = { SLICE("https://login.example/o/token") }, .aud_count = 1 },
	  GRANT_ASSERTION_FINE },
	{ "for us among others",
	  { PERSON, FRESH,
	    .aud = { SLICE("https://other.example"), SLICE("https://login.example/o") },
	    .aud_count = 2 },
	  GRANT_ASSERTION_FINE },
	{ "typed as what it is",
	  { PERSON, FOR_US, FRESH, .typ = SLICE("jwt") },
	  GRANT_ASSERTION_FINE },
	{ "just expired, by a clock that is behind",
	  { PERSON, FOR_US, .has_exp = true, .exp = NOW - 29 },
	  GRANT_ASSERTION_FINE },
	{ "good for an hour",
	  { PERSON, FOR_US, .has_exp = true, .exp = NOW + 3600 },
	  GRANT_ASSERTION_FINE },
	{ "made by a clock that is ahead",
	  { PERSON, FOR_US, FRESH, .has_iat = true, .iat = NOW + 30, .has_nbf = true,
	    .nbf = NOW + 30 },
	  GRANT_ASSERTION_FINE },
	{ "an access token",
	  { PERSON, FOR_US, FRESH, .typ = SLICE("at+jwt") },
	  GRANT_ASSERTION_TYP },
	{ "a logout token",
	  { PERSON, FOR_US, FRESH, .typ = SLICE("logout+jwt") },
	  GRANT_ASSERTION_TYP },
	{ "about nobody", { FOR_US, FRESH, .sub = SLICE("") }, GRANT_ASSERTION_SUB },
	{ "for nobody", { PERSON, FRESH }, GRANT_ASSERTION_AUD },
	{ "for somebody else",
	  { PERSON, FRESH, .aud = { SLICE("https://login.example/other") }, .aud_count = 1 },
	  GRANT_ASSERTION_AUD },
	{ "for a client of ours",
	  { PERSON, FRESH, .aud = { SLICE("television") }, .aud_count = 1 },
	  GRANT_ASSERTION_AUD },
	{ "for all below us",
	  { PERSON, FRESH, .aud = { SLICE("https://login.example/") }, .aud_count = 1 },
	  GRANT_ASSERTION_AUD },
	{ "without an end", { PERSON, FOR_US }, GRANT_ASSERTION_EXPIRED },
	{ "expired",
	  { PERSON, FOR_US, .has_exp = true, .exp = NOW - 30 },
	  GRANT_ASSERTION_EXPIRED },
	{ "good for too long",
	  { PERSON, FOR_US, .has_exp = true, .exp = NOW + 3601 },
	  GRANT_ASSERTION_TOO_LONG },
	{ "not good yet",
	  { PERSON, FOR_US, FRESH, .has_nbf = true, .nbf = NOW + 31 },
	  GRANT_ASSERTION_EARLY },
	{ "made in the future",
	  { PERSON, FOR_US, FRESH, .has_iat = true, .iat = NOW + 31 },
	  GRANT_ASSERTION_EARLY },
};

START_TEST(an_assertion_is_judged) /* RFC7523#3 */
{
	const struct row *row = &rows[_i];
	enum grant_assertion_fault fault = grant_assertion_check(&row->assertion, &rules);
	ck_assert_msg(fault == row->fault, "%s: %d", row->name, fault);
	ck_assert_msg(slice_is_empty(grant_assertion_fault_text(fault)) ==
			      (fault == GRANT_ASSERTION_FINE),
		      "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, an_assertion_is_judged, 0, ARRAY_LEN(rows));
}

TEST_MAIN("domain/grant_assertion", add_tests)
