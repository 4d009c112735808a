/* SPDX-License-Identifier: Apache-2.0
 *
 * PKCE at both ends, with the vector of RFC 7636, appendix B. */
#include "domain/pkce.h"

#include <string.h>

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"

#define CHALLENGE SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
#define VERIFIER SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
#define OTHER SLICE("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl")

static const struct request_row {
	const char *name;
	struct slice challenge;
	struct slice method;
	bool demanded;
	enum pkce_fault fault;
} request_rows[] = {
	{ .name = "S256", .challenge = CHALLENGE, .method = SLICE("S256") },
	{ .name = "S256 where it is demanded",
	  .challenge = CHALLENGE,
	  .method = SLICE("S256"),
	  .demanded = true },
	{ .name = "nothing where nothing is demanded" },

	/* RFC7636#4.4.1 */
	{ .name = "nothing where it is demanded", .demanded = true, .fault = PKCE_MISSING },
	{ .name = "a method alone", .method = SLICE("S256"), .fault = PKCE_METHOD_ALONE },
	{ .name = "a method alone where it is demanded",
	  .method = SLICE("S256"),
	  .demanded = true,
	  .fault = PKCE_METHOD_ALONE },
	{ .name = "plain", .challenge = CHALLENGE, .method = SLICE("plain"), .fault = PKCE_METHOD },
	/* RFC7636#4.3: that is plain */
	{ .name = "no method", .challenge = CHALLENGE, .fault = PKCE_METHOD },
	{ .name = "a method that is not known",
	  .challenge = CHALLENGE,
	  .method = SLICE("S512"),
	  .fault = PKCE_METHOD },
	{ .name = "another case",
	  .challenge = CHALLENGE,
	  .method = SLICE("s256"),
	  .fault = PKCE_METHOD },
	/* RFC7636#4.2 */
	{ .name = "42 characters",
	  .challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c"),
	  .method = SLICE("S256"),
	  .fault = PKCE_CHALLENGE },
	{ .name = "44 characters",
	  .challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="),
	  .method = SLICE("S256"),
	  .fault = PKCE_CHALLENGE },
	{ .name = "the other base64",
	  .challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"),
	  .method = SLICE("S256"),
	  .fault = PKCE_CHALLENGE },
	{ .name = "a NUL",
	  .challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c\0"),
	  .method = SLICE("S256"),
	  .fault = PKCE_CHALLENGE },
};

START_TEST(requests)
{
	const struct request_row *row = &request_rows[_i];
	const struct pkce_request request = { row->challenge, row->method, row->demanded };
	ck_assert_msg(pkce_check(&request) == row->fault, "%s", row->name);
}
END_TEST

static const struct proof_row {
	const char *name;
	struct slice challenge;
	struct slice verifier;
	enum pkce_proof proof;
} proof_rows[] = {
	/* RFC7636#4.6 */
	{ .name = "appendix B",
	  .challenge = CHALLENGE,
	  .verifier = VERIFIER,
	  .proof = PKCE_PROVED },
	{ .name = "neither", .proof = PKCE_NOT_USED },

	{ .name = "another verifier",
	  .challenge = CHALLENGE,
	  .verifier = OTHER,
	  .proof = PKCE_FAILED },
	{ .name = "no verifier", .challenge = CHALLENGE, .proof = PKCE_FAILED },
	{ .name = "the challenge itself",
	  .challenge = CHALLENGE,
	  .verifier = CHALLENGE,
	  .proof = PKCE_FAILED },
	/* RFC9700#4.8.2: the challenge was taken out of the request */
	{ .name = "a verifier and no challenge", .verifier = VERIFIER, .proof = PKCE_FAILED },
	{ .name = "a part of a challenge",
	  .challenge = SLICE("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c"),
	  .verifier = VERIFIER,
	  .proof = PKCE_FAILED },
	/* RFC7636#4.1: "a" times 42, and its right hash */
	{ .name = "a verifier that is too short",
	  .challenge = SLICE("elOGB_2quSlplZKfRRVlu7gULhhEEXMiqv0rPXawGv8"),
	  .verifier = SLICE("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	  .proof = PKCE_FAILED },
	{ .name = "a character that is reserved",
	  .challenge = CHALLENGE,
	  .verifier = SLICE("dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk"),
	  .proof = PKCE_FAILED },
};

START_TEST(proofs)
{
	const struct proof_row *row = &proof_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	ck_assert_msg(pkce_prove(row->challenge, row->verifier, arena) == row->proof, "%s",
		      row->name);
}
END_TEST

START_TEST(a_verifier_has_43_to_128_characters) /* RFC7636#4.1 */
{
	AUTO(arena) struct arena *arena = arena_new();
	char text[PKCE_VERIFIER_MAX + 1];
	memset(text, 'a', sizeof(text));
	/* SHA-256 of 43, 128 and 129 times "a" */
	ck_assert_int_eq(pkce_prove(SLICE("ZtNPunH49FD35FWYhT5Tv8I7vRKQJ8uxMaL0_9eHjNA"),
				    slice_of(text, 43), arena),
			 PKCE_PROVED);
	ck_assert_int_eq(pkce_prove(SLICE("aDbPE7rEAOkQUHHNavRwhN-srU5eMCyUv-0k4BOvtz4"),
				    slice_of(text, 128), arena),
			 PKCE_PROVED);
	ck_assert_int_eq(pkce_prove(SLICE("wSywJKLlVRzKDgj86PHF4xRVXMP-9jKe6ZSj23UhZq4"),
				    slice_of(text, 129), arena),
			 PKCE_FAILED);
}
END_TEST

START_TEST(every_fault_has_words)
{
	struct slice words = pkce_fault_text((enum pkce_fault)_i);
	ck_assert(slice_is_empty(words) == (_i == PKCE_FINE));
	/* RFC7636#4.4.1 */
	ck_assert(_i != PKCE_METHOD ||
		  slice_has_prefix(words, SLICE("transform algorithm not supported")));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, requests, 0, ARRAY_LEN(request_rows));
	tcase_add_loop_test(tc, proofs, 0, ARRAY_LEN(proof_rows));
	tcase_add_test(tc, a_verifier_has_43_to_128_characters);
	tcase_add_loop_test(tc, every_fault_has_words, 0, PKCE_FAULT_COUNT);
}

TEST_MAIN("domain/pkce", add_tests)
