/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of a code that is presented. */
#include "domain/authorization_code.h"

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"

#define CHALLENGE SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
#define VERIFIER SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
#define OTHER SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")
#define URI SLICE("https://app.example.com/cb")
#define NOW 1000000

static const struct hash right_hash = { { 1 } };
static const struct hash wrong_hash = { { 2 } };
static const struct id right_client = { { 3 } };
static const struct id wrong_client = { { 4 } };

static const struct row {
	const char *name;
	struct authorization_code code; /* what is not said fits: see code_of(), came() */
	int64_t revoked;
	struct code_presented presented;
	enum code_verdict verdict;
	bool proved;
} rows[] = {
	/* RFC6749#4.1.3, RFC7636#4.6 */
	{ .name = "all fits", .proved = true },
	{ .name = "without PKCE",
	  .code = { .code_challenge = { "", 0 } },
	  .presented = { .verifier = { "", 0 } } },
	{ .name = "no redirect URI at either end",
	  .code = { .redirect_uri = { "", 0 } },
	  .presented = { .redirect_uri = { "", 0 } },
	  .proved = true },
	{ .name = "the only redirect URI where none was named before",
	  .code = { .redirect_uri = { "", 0 } },
	  .proved = true },

	/* RFC6749#5.2, RFC6749#10.5 */
	{ .name = "another code of the same authorization",
	  .presented = { .hash = &wrong_hash },
	  .verdict = CODE_FOREIGN,
	  .proved = true },
	{ .name = "another client",
	  .presented = { .client = &wrong_client },
	  .verdict = CODE_FOREIGN,
	  .proved = true },
	{ .name = "another client with a spent code",
	  .code = { .redeemed = NOW - 5 },
	  .presented = { .client = &wrong_client },
	  .verdict = CODE_FOREIGN,
	  .proved = true },
	{ .name = "another client, another verifier",
	  .presented = { .client = &wrong_client, .verifier = OTHER },
	  .verdict = CODE_FOREIGN },
	/* RFC6749#4.1.2 */
	{ .name = "in the second in which it ends",
	  .code = { .expires = NOW },
	  .verdict = CODE_DEAD,
	  .proved = true },
	{ .name = "revoked", .revoked = NOW - 1, .verdict = CODE_DEAD, .proved = true },
	{ .name = "too late, with another verifier",
	  .code = { .expires = NOW - 1 },
	  .presented = { .verifier = OTHER },
	  .verdict = CODE_DEAD },
	{ .name = "spent", .code = { .redeemed = NOW - 1 }, .verdict = CODE_SPENT, .proved = true },
	{ .name = "spent, with another verifier",
	  .code = { .redeemed = NOW - 1 },
	  .presented = { .verifier = OTHER },
	  .verdict = CODE_SPENT },
	{ .name = "spent, with another redirect URI",
	  .code = { .redeemed = NOW - 1 },
	  .presented = { .redirect_uri = SLICE("https://app.example.com/other") },
	  .verdict = CODE_SPENT },
	{ .name = "spent and revoked",
	  .code = { .redeemed = 1 },
	  .revoked = 2,
	  .verdict = CODE_SPENT,
	  .proved = true },
	/* RFC6749#4.1.3 */
	{ .name = "another redirect URI",
	  .presented = { .redirect_uri = SLICE("https://app.example.com/cb/") },
	  .verdict = CODE_WRONG_REDIRECT_URI },
	{ .name = "no redirect URI",
	  .presented = { .redirect_uri = { "", 0 } },
	  .verdict = CODE_WRONG_REDIRECT_URI },
	{ .name = "another redirect URI where none was named before",
	  .code = { .redirect_uri = { "", 0 } },
	  .presented = { .redirect_uri = SLICE("https://app.example.com/other") },
	  .verdict = CODE_WRONG_REDIRECT_URI },
	{ .name = "one of several that were registered since",
	  .code = { .redirect_uri = { "", 0 } },
	  .presented = { .registered = SLICE(
				 "https://app.example.com/cb\nhttps://app.example.com/other") },
	  .verdict = CODE_WRONG_REDIRECT_URI },
	/* RFC7636#4.6 */
	{ .name = "another verifier",
	  .presented = { .verifier = OTHER },
	  .verdict = CODE_WRONG_VERIFIER },
	{ .name = "no verifier",
	  .presented = { .verifier = { "", 0 } },
	  .verdict = CODE_WRONG_VERIFIER },
	/* RFC9700#4.8.2 */
	{ .name = "a verifier where there was no challenge",
	  .code = { .code_challenge = { "", 0 } },
	  .verdict = CODE_WRONG_VERIFIER },
};

static struct slice or_else(struct slice given, struct slice usual)
{
	return given.ptr ? given : usual;
}

static struct authorization_code code_of(const struct row *row)
{
	struct authorization_code code = row->code;
	code.hash = right_hash;
	code.authorization.client = right_client;
	code.authorization.revoked = row->revoked;
	code.redirect_uri = or_else(code.redirect_uri, URI);
	code.code_challenge = or_else(code.code_challenge, CHALLENGE);
	if (code.expires == 0)
		code.expires = NOW + 1;
	return code;
}

static struct code_presented came(const struct row *row)
{
	struct code_presented presented = row->presented;
	if (!presented.hash)
		presented.hash = &right_hash;
	if (!presented.client)
		presented.client = &right_client;
	presented.registered = or_else(presented.registered, URI);
	presented.redirect_uri = or_else(presented.redirect_uri, URI);
	presented.verifier = or_else(presented.verifier, VERIFIER);
	presented.now = NOW;
	return presented;
}

START_TEST(verdicts)
{
	const struct row *row = &rows[_i];
	const struct authorization_code code = code_of(row);
	const struct code_presented presented = came(row);
	AUTO(arena) struct arena *arena = arena_new();
	bool proved;
	enum code_verdict verdict = authorization_code_judge(&code, &presented, arena, &proved);
	ck_assert_msg(verdict == row->verdict, "%s: %d", row->name, (int)verdict);
	ck_assert_msg(proved == row->proved, "%s: proved", row->name);
}
END_TEST

START_TEST(a_stranger_is_told_nothing)
{
	ck_slice_str(code_verdict_text(CODE_FOREIGN), "");
	ck_slice_str(code_verdict_text(CODE_DEAD), "");
	ck_assert(!slice_is_empty(code_verdict_text(CODE_WRONG_VERIFIER)));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, verdicts, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_stranger_is_told_nothing);
}

TEST_MAIN("domain/authorization_code", add_tests)
