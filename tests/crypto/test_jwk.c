/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys: what is made can be written and read again, and what is wrong, weak or private is not
 * taken. */
#include "crypto/jwk.h"

#include <string.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "crypto/jwk_inside.h"
#include "crypto/opener.h"
#include "support/rsa_key.h"
#include "json/json.h"

#define P256 \
	"\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\""

START_TEST(pairs_survive_writing)
{
	enum alg alg = (enum alg)_i;
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate(alg);
	AUTO(jwk) struct jwk *again = NULL;
	AUTO(jwk) struct jwk *half = NULL;
	struct hash thumbprint;
	struct hash other;
	ck_assert(jwk_is_private(key));
	ck_assert_int_eq(jwk_parse_private(jwk_private(key, arena), &again), ERR_OK);
	ck_slice_eq(jwk_private(again, arena), jwk_private(key, arena));
	ck_assert(jwk_is_private(again) && jwk_fits(again, alg));
	ck_assert_int_eq(jwk_parse_public(jwk_public(key, alg, arena), &half), ERR_OK);
	ck_assert(!jwk_is_private(half) && jwk_fits(half, alg));
	jwk_thumbprint(key, &thumbprint);
	jwk_thumbprint(half, &other);
	ck_assert(hash_equal(&thumbprint, &other));
	ck_slice_eq(jwk_kid(key), encode_base64url(arena, hash_slice(&thumbprint)));
	ck_slice_eq(jwk_kid(half), jwk_kid(key));
}
END_TEST

static struct jwk *made_before(enum alg alg)
{
	return alg_row(alg)->family == ALG_FAMILY_RSA ? rsa_key(alg, 0) : jwk_generate(alg);
}

START_TEST(no_private_half_gets_out)
{
	static const char *const names[] = { "d", "p", "q", "dp", "dq", "qi", "k", "oth" };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = made_before((enum alg)_i);
	AUTO(jwk) struct jwk *none = NULL;
	AUTO(json) struct json *json = NULL;
	ck_assert_int_eq(json_parse(jwk_public(key, (enum alg)_i, arena), &json), ERR_OK);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		ck_assert(!json_has(json, names[i]));
	ck_assert_int_eq(jwk_parse_public(jwk_private(key, arena), &none), ERR_INVALID);
	ck_assert_ptr_null(none);
}
END_TEST

static const struct fit_row {
	const char *name;
	const char *members;
	enum alg alg;
	bool fits;
} fit_rows[] = {
	{ "a key that says nothing", "", ALG_ES256, true },
	{ "another curve than the algorithm's", "", ALG_ES384, false },
	{ "another type than the algorithm's", "", ALG_RS256, false },
	{ "a public key is no secret", "", ALG_HS256, false },
	{ "for signatures", ",\"use\":\"sig\"", ALG_ES256, true },
	{ "for encryption", ",\"use\":\"enc\"", ALG_ES256, false },
	{ "for something else", ",\"use\":\"SIG\"", ALG_ES256, false },
	{ "for nothing", ",\"use\":\"\"", ALG_ES256, false },
	{ "its algorithm", ",\"alg\":\"ES256\"", ALG_ES256, true },
	{ "another algorithm", ",\"alg\":\"ES384\"", ALG_ES256, false },
	{ "an algorithm that is not ours", ",\"alg\":\"ES256K\"", ALG_ES256, false },
	{ "of encryption", ",\"alg\":\"ECDH-ES\"", ALG_ES256, false },
	{ "none", ",\"alg\":\"none\"", ALG_ES256, false },
	{ "may verify", ",\"key_ops\":[\"verify\"]", ALG_ES256, true },
	{ "may verify and more", ",\"key_ops\":[\"x\",\"verify\"]", ALG_ES256, true },
	{ "may sign, which a public key cannot", ",\"key_ops\":[\"sign\"]", ALG_ES256, false },
	{ "may do nothing", ",\"key_ops\":[]", ALG_ES256, false },
	{ "use and operations differ", ",\"use\":\"enc\",\"key_ops\":[\"verify\"]", ALG_ES256,
	  false },
};

/* RFC7517#4.2, RFC7517#4.3, RFC7517#4.4 */
START_TEST(fits)
{
	const struct fit_row *row = &fit_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = NULL;
	struct slice json = arena_printf(arena, "{%s%s}", P256, row->members);
	ck_assert_msg(jwk_parse_public(json, &key) == ERR_OK, "%s", row->name);
	ck_assert_msg(jwk_fits(key, row->alg) == row->fits, "%s", row->name);
}
END_TEST

/* RFC7518#3.4: each curve has its algorithm, a longer one is no better */
START_TEST(curves)
{
	static const enum alg algs[] = { ALG_ES256, ALG_ES384, ALG_ES512 };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = NULL;
	EVP_PKEY *pkey = opener_key(alg_row(algs[_i])->curve);
	ck_assert_int_eq(jwk_parse_public(opener_jwk(pkey, "", arena), &key), ERR_OK);
	EVP_PKEY_free(pkey);
	for (size_t i = 0; i < ARRAY_LEN(algs); i++)
		ck_assert_int_eq(jwk_fits(key, algs[i]), i == (size_t)_i);
}
END_TEST

/* --- keys that are none ---- */

#define P256_AS(x, y) "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" x "\",\"y\":\"" y "\"}"
#define X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
/* A point whose x is 5, and 5 + p in the same 32 bytes. */
#define X_FIVE "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAU"
#define X_FIVE_P "_____wAAAAEAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAQ"
#define Y_FIVE "RZJDuapYGAb-kTvOmYF63hHKUDxk2aPFM0FcCDJI-8w"
#define ZERO "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

static const struct parse_row {
	const char *name;
	const char *json;
	bool taken;
} parse_rows[] = {
	{ "a point of its curve", P256_AS(X, Y), true },
	{ "a point with a small x", P256_AS(X_FIVE, Y_FIVE), true },
	{ "x beyond the field", P256_AS(X_FIVE_P, Y_FIVE), false },
	{ "a point beside its curve", P256_AS(Y, X), false },
	{ "the point zero", P256_AS(ZERO, ZERO), false },
	{ "x without its last byte", P256_AS("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVA", Y),
	  false },
	{ "x with a zero in front", P256_AS("AH_Nzidw9sRdQYPL7m_bS3tYBzM1e-nvE7rPbjx70VRF", Y),
	  false },
	{ "x with a byte behind it", P256_AS("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEUA", Y),
	  false },
	{ "x is empty", P256_AS("", Y), false },
	{ "x is padded", P256_AS(X "=", Y), false },
	{ "x with a blank", P256_AS(X " ", Y), false },
	{ "x with spare bits", P256_AS("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV", Y), false },
	{ "x is missing", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"y\":\"" Y "\"}", false },
	{ "y is missing", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\"}", false },
	{ "y is a number", "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":1}", false },
	{ "no curve", "{\"kty\":\"EC\",\"x\":\"" X "\",\"y\":\"" Y "\"}", false },
	{ "the point of another curve",
	  "{\"kty\":\"EC\",\"crv\":\"P-384\",\"x\":\"" X "\",\"y\":\"" Y "\"}", false },
	{ "a curve that is not ours",
	  "{\"kty\":\"EC\",\"crv\":\"secp256k1\",\"x\":\"" X "\",\"y\":\"" Y "\"}", false },
	{ "the curve in lower case",
	  "{\"kty\":\"EC\",\"crv\":\"p-256\",\"x\":\"" X "\",\"y\":\"" Y "\"}", false },
	{ "no kty", "{\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y "\"}", false },
	{ "kty in lower case", "{\"kty\":\"ec\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y "\"}",
	  false },
	{ "a secret", "{\"kty\":\"oct\",\"k\":\"" X "\"}", false },
	{ "an Edwards curve", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" X "\"}", false },
	{ "with a private member",
	  "{" P256 ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}", false },
	{ "with a private member of another type", "{" P256 ",\"k\":\"\"}", false },
	{ "with a private member that is null", "{" P256 ",\"d\":null}", false },
	{ "a member twice", "{" P256 ",\"kty\":\"EC\"}", false },
	{ "members that nobody knows", "{" P256 ",\"x5u\":\"https://evil.example/\",\"z\":{}}",
	  true },
	{ "kid is a number", "{" P256 ",\"kid\":1}", false },
	{ "alg is a list", "{" P256 ",\"alg\":[\"ES256\"]}", false },
	{ "use is null", "{" P256 ",\"use\":null}", false },
	{ "key_ops is text", "{" P256 ",\"key_ops\":\"verify\"}", false },
	{ "key_ops holds a number", "{" P256 ",\"key_ops\":[1]}", false },
	{ "an operation twice", "{" P256 ",\"key_ops\":[\"verify\",\"verify\"]}", false },
	{ "a list", "[]", false },
	{ "text", "\"EC\"", false },
	{ "nothing", "", false },
	{ "an empty object", "{}", false },
	{ "something behind it", "{" P256 "},", false },
};

START_TEST(long_kids)
{
	AUTO(arena) struct arena *arena = arena_new();
	for (int len = JWK_KID_MAX - 1; len <= JWK_KID_MAX + 1; len++) {
		AUTO(jwk) struct jwk *key = NULL;
		struct slice json = arena_printf(arena, "{%s,\"kid\":\"%0*d\"}", P256, len, 7);
		ck_assert_int_eq(jwk_parse_public(json, &key),
				 len <= JWK_KID_MAX ? ERR_OK : ERR_INVALID);
		ck_assert(key == NULL || jwk_kid(key).len == (size_t)len);
	}
}
END_TEST

/* RFC7517#4, RFC7517#4.1, RFC7517#4.3, RFC7518#2, RFC7518#6.2.1, RFC8725#3.4 */
START_TEST(parses)
{
	const struct parse_row *row = &parse_rows[_i];
	AUTO(jwk) struct jwk *key = NULL;
	enum err err = jwk_parse_public(slice_str(row->json), &key);
	ck_assert_msg(err == (row->taken ? ERR_OK : ERR_INVALID), "%s", row->name);
	ck_assert((key != NULL) == row->taken);
}
END_TEST

static const struct rsa_row {
	const char *name;
	size_t bits;   /* of the modulus */
	const char *e; /* base64url */
	bool is_even;
	size_t zeros; /* in front of the modulus */
	bool taken;
} rsa_rows[] = {
	{ "2048 bits, 65537", 2048, "AQAB", .taken = true },
	{ "8192 bits, 3", 8192, "Aw", .taken = true },
	{ "2049 bits", 2049, "AQAB", .taken = true },
	{ "an exponent of 32 bits", 2048, "_____w", .taken = true },
	{ "2047 bits", 2047, "AQAB", .taken = false },
	{ "1024 bits", 1024, "AQAB", .taken = false },
	{ "512 bits", 512, "AQAB", .taken = false },
	{ "8193 bits", 8193, "AQAB", .taken = false },
	{ "16384 bits", 16384, "AQAB", .taken = false },
	{ "an even modulus", 2048, "AQAB", .is_even = true },
	{ "a zero in front of the modulus", 2048, "AQAB", .zeros = 1 },
	{ "zeros that make a short modulus long", 1024, "AQAB", .zeros = 128 },
	{ "an exponent of 1", 2048, "AQ", .taken = false },
	{ "an exponent of 0", 2048, "AA", .taken = false },
	{ "an exponent of 2", 2048, "Ag", .taken = false },
	{ "an even exponent", 2048, "AQAC", .taken = false },
	{ "no exponent", 2048, "", .taken = false },
	{ "an exponent with a zero in front", 2048, "AAEAAQ", .taken = false },
	{ "an exponent of 40 bits", 2048, "AQAAAAE", .taken = false },
	{ "the classic alphabet", 2048, "AQA/", .taken = false },
};

static struct slice modulus(struct arena *arena, const struct rsa_row *row)
{
	size_t len = row->zeros + (row->bits + 7) / 8;
	char *n = arena_alloc(arena, len);
	memset(n + row->zeros, 0xc5, len - row->zeros);
	n[row->zeros] = (char)(1 << (row->bits - 1) % 8);
	n[len - 1] = (char)(row->is_even ? 0xc4 : 0xc5);
	return encode_base64url(arena, slice_of(n, len));
}

/* RFC7518#3.3, RFC7518#6.3.1, RFC8725#3.5 */
START_TEST(parses_rsa)
{
	const struct rsa_row *row = &rsa_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = NULL;
	struct slice n = modulus(arena, row);
	struct slice json = arena_printf(arena, "{\"kty\":\"RSA\",\"n\":\"%.*s\",\"e\":\"%s\"}",
					 SLICE_ARG(n), row->e);
	enum err err = jwk_parse_public(json, &key);
	ck_assert_msg(err == (row->taken ? ERR_OK : ERR_INVALID), "%s", row->name);
	ck_assert(key == NULL || (jwk_fits(key, ALG_RS256) && jwk_fits(key, ALG_PS512)));
}
END_TEST

/* A private half that is not that of the public one would sign what nobody can verify. */
START_TEST(halves_that_do_not_belong_together)
{
	static const char *const parts[] = { "\"d\":\"", "\"d\":\"", "\"p\":\"" };
	static const enum alg algs[] = { ALG_ES256, ALG_ES512, ALG_RS256 };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = made_before(algs[_i]);
	AUTO(jwk) struct jwk *none = NULL;
	char *text = arena_cstr(arena, jwk_private(key, arena));
	char *part = strstr(text, parts[_i]);
	ck_assert_ptr_nonnull(part);
	part[40] = part[40] == 'A' ? 'B' : 'A';
	ck_assert_int_eq(jwk_parse_private(slice_str(text), &none), ERR_INVALID);
}
END_TEST

static const struct secret_row {
	const char *name;
	size_t len;
	bool fits[3]; /* HS256, HS384, HS512 */
} secret_rows[] = {
	{ "as long as a secret of ours", 43, { true, false, false } },
	{ "as long as the longest hash", 64, { true, true, true } },
	{ "as long as the hash between", 48, { true, true, false } },
	{ "as long as the shortest hash", 32, { true, false, false } },
	{ "a byte too short", 31, { false, false, false } },
	{ "empty", 0, { false, false, false } },
};

/* RFC7518#3.2: a secret is as long as the hash, or longer */
START_TEST(secrets)
{
	const struct secret_row *row = &secret_rows[_i];
	static const char text[64] = { 1, 2, 3 };
	AUTO(jwk) struct jwk *key = jwk_from_secret(slice_of(text, row->len));
	ck_assert_msg(jwk_fits(key, ALG_HS256) == row->fits[0], "%s", row->name);
	ck_assert_msg(jwk_fits(key, ALG_HS384) == row->fits[1], "%s", row->name);
	ck_assert_msg(jwk_fits(key, ALG_HS512) == row->fits[2], "%s", row->name);
	ck_assert(!jwk_fits(key, ALG_ES256) && !jwk_fits(key, ALG_RS256));
	ck_assert(!jwk_fits_encryption(key, ECDH_ES) && !jwk_fits_encryption(key, RSA_OAEP_256));
}
END_TEST

/* jwk_free() would leave it in memory, and a short secret is found by trying. */
START_TEST(no_hash_of_a_secret_is_kept)
{
	static const struct hash none;
	AUTO(jwk) struct jwk *key = jwk_from_secret(SLICE("secret"));
	ck_assert(hash_equal(&key->thumbprint, &none));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, pairs_survive_writing, 0, ALG_HS256);
	tcase_add_loop_test(tc, no_private_half_gets_out, 0, ALG_HS256);
	tcase_add_loop_test(tc, fits, 0, ARRAY_LEN(fit_rows));
	tcase_add_loop_test(tc, curves, 0, 3);
	tcase_add_test(tc, long_kids);
	tcase_add_loop_test(tc, parses, 0, ARRAY_LEN(parse_rows));
	tcase_add_loop_test(tc, parses_rsa, 0, ARRAY_LEN(rsa_rows));
	tcase_add_loop_test(tc, halves_that_do_not_belong_together, 0, 3);
	tcase_add_loop_test(tc, secrets, 0, ARRAY_LEN(secret_rows));
	tcase_add_test(tc, no_hash_of_a_secret_is_kept);
}

TEST_MAIN("crypto/jwk", add_tests)
