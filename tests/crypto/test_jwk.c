/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys: what is made can be written and read again, and what is wrong, weak or private is not
 * taken. */
#include "crypto/jwk.h"

#include <string.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
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

START_TEST(no_private_half_gets_out)
{
	static const char *const names[] = { "d", "p", "q", "dp", "dq", "qi", "k", "oth" };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate((enum alg)_i);
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

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, pairs_survive_writing, 0, ALG_HS256);
	tcase_add_loop_test(tc, no_private_half_gets_out, 0, ALG_HS256);
	tcase_add_loop_test(tc, fits, 0, ARRAY_LEN(fit_rows));
}

TEST_MAIN("crypto/jwk", add_tests)
