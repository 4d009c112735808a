/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens are read back as they were made; anything else is turned away. The known token was worked
 * out by Python's hashlib: it fixes the form, since every issued token depends on it. */
#include "crypto/token.h"

#include <string.h>

#include "base/encode.h"
#include "base/rng.h"
#include "check_main.h"
#include "check_slice.h"
#include "crypto/rings.h"

#define KNOWN "dcd_000SYW7RiJxkEgOGusQGwpEK8zizcEBXrui2BI43eQZRBCXHb0q3htsKDR"

static const uint8_t id[TOKEN_ID_BYTES] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
static const uint8_t bytes[TOKEN_RANDOM_BYTES] = {
	100, 101, 102, 103, 104, 105, 106, 107, 108, 109,
	110, 111, 112, 113, 114, 115, 116, 117, 118, 119
};

START_TEST(known_token)
{
	AUTO(keyring) struct keyring *ring = ring_of("1");
	AUTO_FINI(token) struct token token;
	char hex[2 * HASH_BYTES];
	token_make(ring, TOKEN_DEVICE_CODE, id, bytes, &token);
	ck_slice_str(token_text(&token), KNOWN);
	ck_assert_str_eq(token.text, KNOWN);
	encode_hex(token.hash.bytes, HASH_BYTES, hex);
	ck_slice_str(slice_of(hex, sizeof(hex)),
		     "81c4f45c11387ddc48f26e0b8e2e9bd343409358773f9ab318117bc8e76d0455");
}
END_TEST

static void check_round_trip(const struct keyring *ring, enum token_kind kind,
			     const uint8_t *authorization, const uint8_t *random)
{
	AUTO_FINI(token) struct token made, read;
	token_make(ring, kind, authorization, random, &made);
	ck_assert_int_eq(token_kind_of(token_text(&made)), kind);
	ck_assert_int_eq(token_parse(ring, kind, token_text(&made), &read), ERR_OK);
	ck_assert_int_eq(read.kind, kind);
	ck_assert(memcmp(read.authorization, authorization, TOKEN_ID_BYTES) == 0);
	ck_assert(hash_equal(&made.hash, &read.hash));
	ck_assert_str_eq(made.text, read.text);
}

START_TEST(round_trips)
{
	AUTO(keyring) struct keyring *ring = ring_of("12");
	uint8_t authorization[TOKEN_ID_BYTES] = { 0 };
	uint8_t random[TOKEN_RANDOM_BYTES] = { 0 };
	enum token_kind kind = (enum token_kind)_i;
	check_round_trip(ring, kind, authorization, random);
	memset(authorization, 0xff, sizeof(authorization));
	memset(random, 0xff, sizeof(random));
	check_round_trip(ring, kind, authorization, random);
	for (int i = 0; i < 200; i++) {
		rng_bytes(authorization, sizeof(authorization));
		rng_bytes(random, sizeof(random));
		check_round_trip(ring, kind, authorization, random);
	}
}
END_TEST

static enum err parse(const struct keyring *ring, enum token_kind kind, struct slice text)
{
	AUTO_FINI(token) struct token token = { 0 };
	return token_parse(ring, kind, text, &token);
}

START_TEST(is_of_one_kind)
{
	AUTO(keyring) struct keyring *ring = ring_of("1");
	AUTO_FINI(token) struct token token;
	token_make(ring, (enum token_kind)_i, id, bytes, &token);
	for (int kind = 0; kind <= TOKEN_KIND_COUNT; kind++)
		ck_assert_int_eq(parse(ring, (enum token_kind)kind, token_text(&token)),
				 kind == _i ? ERR_OK : ERR_INVALID);
}
END_TEST

/* Every character in turn is made every other one. */
START_TEST(does_not_fit_when_changed)
{
	AUTO(keyring) struct keyring *ring = ring_of("12");
	char text[] = KNOWN;
	for (size_t i = 0; i < TOKEN_TEXT_LEN; i++) {
		char right = text[i];
		for (int c = 0; c < 256; c++) {
			text[i] = (char)(uint8_t)c;
			enum err want = text[i] == right ? ERR_OK : ERR_INVALID;
			ck_assert_int_eq(
				parse(ring, TOKEN_DEVICE_CODE, slice_of(text, TOKEN_TEXT_LEN)),
				want);
		}
		text[i] = right;
	}
}
END_TEST

static const struct refusal_row {
	const char *name;
	struct slice text;
} refusal_rows[] = {
	{ "nothing", SLICE("") },
	{ "a prefix alone", SLICE("dcd_") },
	{ "one character short",
	  SLICE("dcd_000SYW7RiJxkEgOGusQGwpEK8zizcEBXrui2BI43eQZRBCXHb0q3htsKD") },
	{ "one character more", SLICE(KNOWN "0") },
	{ "a blank behind", SLICE(KNOWN " ") },
	{ "a NUL behind", SLICE(KNOWN "\0") },
	{ "a blank before", SLICE(" " KNOWN) },
	{ "all zeros", SLICE("dcd_0000000000000000000000000000000000000000000000000000000000") },
	{ "another token's check part",
	  SLICE("dcd_000SYW7RiJxkEgOGusQGwpEK8zizcEBXrui2BI43eQZRBCXHb1HvWXNAa7") },
};

START_TEST(refusal)
{
	AUTO(keyring) struct keyring *ring = ring_of("1");
	ck_assert_msg(parse(ring, TOKEN_DEVICE_CODE, refusal_rows[_i].text) == ERR_INVALID, "%s",
		      refusal_rows[_i].name);
}
END_TEST

static const struct ring_row {
	const char *name;
	const char *ring;
	enum err err;
} ring_rows[] = {
	{ "the key that made it", "1", ERR_OK },
	{ "after a rotation", "21", ERR_OK },
	{ "the last of eight keys", "23456781", ERR_OK },
	{ "another key", "2", ERR_INVALID },
	{ "several others", "23", ERR_INVALID },
	{ "eight others", "23456789", ERR_INVALID },
};

START_TEST(rings)
{
	AUTO(keyring) struct keyring *ring = ring_of(ring_rows[_i].ring);
	ck_assert_msg(parse(ring, TOKEN_DEVICE_CODE, SLICE(KNOWN)) == ring_rows[_i].err, "%s",
		      ring_rows[_i].name);
}
END_TEST

START_TEST(the_first_key_tags)
{
	AUTO(keyring) struct keyring *both = ring_of("21");
	AUTO(keyring) struct keyring *first = ring_of("2");
	AUTO_FINI(token) struct token token;
	token_make(both, TOKEN_REFRESH, id, bytes, &token);
	ck_assert_int_eq(parse(first, TOKEN_REFRESH, token_text(&token)), ERR_OK);
}
END_TEST

static const struct kind_row {
	struct slice text;
	enum token_kind kind;
} kind_rows[] = {
	{ SLICE("dcd_"), TOKEN_DEVICE_CODE }, { SLICE("dcc_x"), TOKEN_CODE },
	{ SLICE("dca_x"), TOKEN_ACCESS },     { SLICE("dcr_x"), TOKEN_REFRESH },
	{ SLICE(""), TOKEN_KIND_COUNT },      { SLICE("dca"), TOKEN_KIND_COUNT },
	{ SLICE("DCA_x"), TOKEN_KIND_COUNT }, { SLICE(" dca_"), TOKEN_KIND_COUNT },
	{ SLICE("dcx_"), TOKEN_KIND_COUNT },  { SLICE("eyJh"), TOKEN_KIND_COUNT },
};

START_TEST(kinds)
{
	ck_assert_int_eq(token_kind_of(kind_rows[_i].text), kind_rows[_i].kind);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, known_token);
	tcase_add_loop_test(tc, round_trips, 0, TOKEN_KIND_COUNT);
	tcase_add_loop_test(tc, is_of_one_kind, 0, TOKEN_KIND_COUNT);
	tcase_add_test(tc, does_not_fit_when_changed);
	tcase_add_loop_test(tc, refusal, 0, ARRAY_LEN(refusal_rows));
	tcase_add_loop_test(tc, rings, 0, ARRAY_LEN(ring_rows));
	tcase_add_test(tc, the_first_key_tags);
	tcase_add_loop_test(tc, kinds, 0, ARRAY_LEN(kind_rows));
}

TEST_MAIN("crypto/token", add_tests)
