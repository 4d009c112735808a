/* SPDX-License-Identifier: Apache-2.0
 *
 * Signed tokens: what we sign verifies under its own key alone, and nothing that is changed, or
 * that asks to be read in another way, is taken. */
#include "crypto/jws.h"

#include <string.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "support/rsa_key.h"

static const struct slice claims = SLICE("{\"sub\":\"joe\"}");

static struct slice sign(struct arena *arena, const struct jwk *key, enum alg alg)
{
	struct slice compact;
	struct jws_new new = { .key = key, .alg = alg, .typ = "JWT", .payload = claims };
	ck_assert_int_eq(jws_sign(arena, &new, &compact), ERR_OK);
	return compact;
}

/* A key that makes signatures of this algorithm. */
static struct jwk *key_for(enum alg alg)
{
	char secret[64] = "0123456789012345678901234567890123456789012345678901234567890123";
	if (alg_row(alg)->family == ALG_FAMILY_OCT)
		return jwk_from_secret(slice_of(secret, sizeof(secret)));
	return alg_row(alg)->family == ALG_FAMILY_RSA ? rsa_key(alg, 0) : jwk_generate(alg);
}

/* The public half, as somebody else has it; a secret is both halves. */
static struct jwk *public_half(struct arena *arena, const struct jwk *key, enum alg alg)
{
	struct jwk *half;
	if (alg_row(alg)->family == ALG_FAMILY_OCT)
		return key_for(alg);
	ck_assert_int_eq(jwk_parse_public(jwk_public(key, alg, arena), &half), ERR_OK);
	return half;
}

/* A token of this header and a signature of some bytes, or of none. */
static struct slice token_with(struct arena *arena, const char *header, const char *signature)
{
	struct slice head = encode_base64url(arena, slice_str(header));
	struct slice body = encode_base64url(arena, claims);
	return arena_printf(arena, "%.*s.%.*s.%s", SLICE_ARG(head), SLICE_ARG(body), signature);
}

static enum err take(struct arena *arena, struct slice compact, uint32_t algs,
		     const struct jwk *key)
{
	struct jws jws;
	enum err err = jws_parse(arena, compact, algs, &jws);
	return err == ERR_OK ? jws_verify(&jws, key) : err;
}

START_TEST(verifies_what_it_signed)
{
	enum alg alg = (enum alg)_i;
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = key_for(alg);
	AUTO(jwk) struct jwk *half = public_half(arena, key, alg);
	struct jws jws;
	struct slice compact = sign(arena, key, alg);
	ck_assert_int_eq(jws_parse(arena, compact, ALG_BIT(alg), &jws), ERR_OK);
	ck_assert_int_eq(jws.alg, alg);
	ck_slice_str(jws.typ, "jwt");
	ck_slice_eq(jws.kid, jwk_kid(key));
	ck_slice_str(jws.jwk, "");
	ck_slice_eq(jws.payload, claims);
	ck_slice_eq(jws.compact, compact);
	ck_assert_int_eq(jws_verify(&jws, half), ERR_OK);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_OK);
}
END_TEST

/* RFC7515#5.2 */
START_TEST(refuses_what_was_changed)
{
	static const enum alg algs[] = { ALG_RS256, ALG_PS256, ALG_ES256, ALG_HS256 };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = key_for(algs[_i]);
	struct slice compact = sign(arena, key, algs[_i]);
	for (size_t i = 0; i < compact.len; i++) {
		char *changed = arena_cstr(arena, compact);
		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		ck_assert_msg(take(arena, slice_str(changed), ALG_BIT(algs[_i]), key) != ERR_OK,
			      "byte %zu", i);
	}
	for (size_t len = 0; len < compact.len; len++)
		ck_assert_int_ne(take(arena, slice_of(compact.ptr, len), ALG_BIT(algs[_i]), key),
				 ERR_OK);
}
END_TEST

START_TEST(refuses_every_other_key)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = key_for((enum alg)_i);
	struct jws jws;
	struct slice compact = sign(arena, key, (enum alg)_i);
	ck_assert_int_eq(jws_parse(arena, compact, ALG_BIT(_i), &jws), ERR_OK);
	AUTO(jwk)
	struct jwk *secret = jwk_from_secret(SLICE("another secret of 39 characters, public"));
	ck_assert_int_eq(jws_verify(&jws, secret), ERR_CRYPTO);
	AUTO(jwk) struct jwk *es256 = jwk_generate(ALG_ES256);
	ck_assert_int_eq(jws_verify(&jws, es256), ERR_CRYPTO);
	AUTO(jwk) struct jwk *es384 = jwk_generate(ALG_ES384);
	ck_assert_int_eq(jws_verify(&jws, es384), ERR_CRYPTO);
	AUTO(jwk) struct jwk *rs256 = rsa_key(ALG_RS256, 1);
	ck_assert_int_eq(jws_verify(&jws, rs256), ERR_CRYPTO);
}
END_TEST

static const struct header_row {
	const char *name;
	const char *header;
	bool taken;
} header_rows[] = {
	{ "alg alone", "{\"alg\":\"ES256\"}", true },
	{ "a header that nobody knows", "{\"alg\":\"ES256\",\"x\":{\"y\":[1]}}", true },
	{ "pointers to keys are not followed",
	  "{\"alg\":\"ES256\",\"jku\":\"https://evil.example/\",\"x5u\":\"https://evil.example/\"}",
	  true },
	{ "no alg", "{\"typ\":\"JWT\"}", false },
	{ "none", "{\"alg\":\"none\"}", false },
	{ "None", "{\"alg\":\"None\"}", false },
	{ "alg in lower case", "{\"alg\":\"es256\"}", false },
	{ "alg with a blank", "{\"alg\":\"ES256 \"}", false },
	{ "alg is not text", "{\"alg\":256}", false },
	{ "alg is a list", "{\"alg\":[\"ES256\"]}", false },
	{ "another alg than allowed", "{\"alg\":\"HS256\"}", false },
	{ "an alg that is not ours", "{\"alg\":\"EdDSA\"}", false },
	{ "alg twice", "{\"alg\":\"ES256\",\"alg\":\"ES256\"}", false },
	{ "alg twice, once escaped", "{\"alg\":\"ES256\",\"\\u0061lg\":\"none\"}", false },
	{ "crit names an extension", "{\"alg\":\"ES256\",\"crit\":[\"exp\"],\"exp\":1}", false },
	{ "crit is empty", "{\"alg\":\"ES256\",\"crit\":[]}", false },
	{ "crit is null", "{\"alg\":\"ES256\",\"crit\":null}", false },
	{ "b64 with crit", "{\"alg\":\"ES256\",\"b64\":false,\"crit\":[\"b64\"]}", false },
	{ "b64 without crit", "{\"alg\":\"ES256\",\"b64\":true}", false },
	{ "zip", "{\"alg\":\"ES256\",\"zip\":\"DEF\"}", false },
	{ "kid is a number", "{\"alg\":\"ES256\",\"kid\":1}", false },
	{ "typ is a list", "{\"alg\":\"ES256\",\"typ\":[]}", false },
	{ "jwk is text", "{\"alg\":\"ES256\",\"jwk\":\"{}\"}", false },
	{ "jwk is a list", "{\"alg\":\"ES256\",\"jwk\":[]}", false },
	{ "a list", "[\"ES256\"]", false },
	{ "text", "\"ES256\"", false },
	{ "nothing", "", false },
	{ "cut off", "{\"alg\":\"ES256\"", false },
	{ "something behind it", "{\"alg\":\"ES256\"} x", false },
	{ "two objects", "{\"alg\":\"ES256\"}{}", false },
	{ "not UTF-8", "{\"alg\":\"ES256\",\"x\":\"\xff\"}", false },
	{ "a NUL in a text", "{\"alg\":\"ES256\",\"kid\":\"a\\u0000b\"}", false },
};

/* RFC7515#4, RFC7515#4.1.1, RFC7515#4.1.11 */
START_TEST(headers)
{
	const struct header_row *row = &header_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct jws jws;
	enum err err = jws_parse(arena, token_with(arena, row->header, "AAAA"), ALG_BIT(ALG_ES256),
				 &jws);
	ck_assert_msg(err == (row->taken ? ERR_OK : ERR_INVALID), "%s", row->name);
}
END_TEST

static const struct type_row {
	const char *typ;
	const char *read;
} type_rows[] = {
	{ "JWT", "jwt" },
	{ "at+jwt", "at+jwt" },
	{ "application/at+jwt", "at+jwt" },
	{ "Application/AT+JWT", "at+jwt" },
	{ "application/", "" },
	{ "xapplication/at+jwt", "xapplication/at+jwt" },
	{ "text/at+jwt", "text/at+jwt" },
	{ " at+jwt", " at+jwt" },
};

/* RFC7515#4.1.9: in small letters, without "application/" */
START_TEST(types)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct jws jws;
	struct slice header = arena_printf(arena, "{\"alg\":\"ES256\",\"typ\":\"%s\"}",
					   type_rows[_i].typ);
	ck_assert_int_eq(jws_parse(arena, token_with(arena, arena_cstr(arena, header), "AAAA"),
				   ALGS_OURS, &jws),
			 ERR_OK);
	ck_slice_str(jws.typ, type_rows[_i].read);
}
END_TEST

static const struct form_row {
	const char *name;
	const char *compact;
	bool taken;
} form_rows[] = {
	{ "three parts", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA", true },
	{ "an empty payload is bytes too", "eyJhbGciOiJFUzI1NiJ9..AAAA", true },
	{ "no signature", "eyJhbGciOiJFUzI1NiJ9.e30.", false },
	{ "two parts", "eyJhbGciOiJFUzI1NiJ9.e30", false },
	{ "four parts", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA.AAAA", false },
	{ "a dot behind", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA.", false },
	{ "five parts, as of JWE", "eyJhbGciOiJFUzI1NiJ9.AAAA.AAAA.AAAA.AAAA", false },
	{ "no header", ".e30.AAAA", false },
	{ "nothing", "", false },
	{ "dots", "..", false },
	{ "padding", "eyJhbGciOiJFUzI1NiJ9.e30=.AAAA", false },
	{ "padding of the signature", "eyJhbGciOiJFUzI1NiJ9.e30.AA==", false },
	{ "spare bits in the header", "eyJhbGciOiJFUzI1NiJ9IB.e30.AAAA", false },
	{ "spare bits in the payload", "eyJhbGciOiJFUzI1NiJ9.e31.AAAA", false },
	{ "spare bits in the signature", "eyJhbGciOiJFUzI1NiJ9.e30.AB", false },
	{ "a character too many", "eyJhbGciOiJFUzI1NiJ9.e30.AAAAA", false },
	{ "the other alphabet", "eyJhbGciOiJFUzI1NiJ9.e30.AA+/", false },
	{ "a blank in front", " eyJhbGciOiJFUzI1NiJ9.e30.AAAA", false },
	{ "a line feed behind", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA\n", false },
	{ "a blank inside", "eyJhbGci OiJFUzI1NiJ9.e30.AAAA", false },
	{ "a line feed inside", "eyJhbGciOiJFUzI1NiJ9.e30.AA\nAA", false },
	{ "JSON", "{\"payload\":\"e30\",\"signatures\":[]}", false },
};

/* RFC7515#2, RFC7515#7.1 */
START_TEST(forms)
{
	const struct form_row *row = &form_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct jws jws;
	enum err err = jws_parse(arena, slice_str(row->compact), ALGS_ASYMMETRIC, &jws);
	ck_assert_msg(err == (row->taken ? ERR_OK : ERR_INVALID), "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, verifies_what_it_signed, 0, ALG_COUNT);
	tcase_add_loop_test(tc, refuses_what_was_changed, 0, 4);
	tcase_add_loop_test(tc, refuses_every_other_key, 0, ALG_COUNT);
	tcase_add_loop_test(tc, headers, 0, ARRAY_LEN(header_rows));
	tcase_add_loop_test(tc, types, 0, ARRAY_LEN(type_rows));
	tcase_add_loop_test(tc, forms, 0, ARRAY_LEN(form_rows));
}

TEST_MAIN("crypto/jws", add_tests)
