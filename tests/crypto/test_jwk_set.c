/* SPDX-License-Identifier: Apache-2.0
 *
 * JWK Sets: which keys of one are seen, and which of them a signature is checked with: one that was
 * named or is the only one, never one of several. */
#include "base/buf.h"
#include "check_main.h"
#include "check_slice.h"
#include "crypto/jwk.h"

#define X "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
#define Y "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
#define KEY(more) "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" X "\",\"y\":\"" Y "\"" more "}"
#define A KEY(",\"kid\":\"a\"")
#define B KEY(",\"kid\":\"b\"")

static const struct set_row {
	const char *name;
	const char *json;
	bool taken;
	size_t count;
} set_rows[] = {
	{ "no keys", "{\"keys\":[]}", true, 0 },
	{ "two keys", "{\"keys\":[" A "," B "]}", true, 2 },
	{ "members that nobody knows", "{\"keys\":[" A "],\"more\":[1]}", true, 1 },
	{ "a key of a type that is not ours", "{\"keys\":[{\"kty\":\"OKP\"}," A "]}", true, 1 },
	{ "a key that lacks something", "{\"keys\":[" A ",{\"kty\":\"RSA\"}]}", true, 1 },
	{ "a private key", "{\"keys\":[" KEY(",\"d\":\"AQ\"") "," A "]}", true, 1 },
	{ "a secret", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AQ\"}," A "]}", true, 1 },
	{ "things that are no keys", "{\"keys\":[1,\"a\",null,[],{}," A "]}", true, 1 },
	{ "no member keys", "{\"key\":[]}", false, 0 },
	{ "keys is an object", "{\"keys\":{}}", false, 0 },
	{ "keys is text", "{\"keys\":\"[]\"}", false, 0 },
	{ "keys twice", "{\"keys\":[],\"keys\":[" A "]}", false, 0 },
	{ "a list", "[" A "]", false, 0 },
	{ "one key", A, false, 0 },
	{ "nothing", "", false, 0 },
	{ "cut off", "{\"keys\":[" A, false, 0 },
};

/* RFC7517#5, RFC7517#5.1 */
START_TEST(sets)
{
	const struct set_row *row = &set_rows[_i];
	AUTO(jwk_set) struct jwk_set *set = NULL;
	enum err err = jwk_set_parse(slice_str(row->json), &set);
	ck_assert_msg(err == (row->taken ? ERR_OK : ERR_INVALID), "%s", row->name);
	ck_assert_msg(set == NULL || jwk_set_count(set) == row->count, "%s", row->name);
}
END_TEST

static const struct choice_row {
	const char *name;
	const char *keys;
	const char *kid;
	enum alg alg;
	int index; /* -1: none */
} choice_rows[] = {
	{ "the only key, and no kid", A, "", ALG_ES256, 0 },
	{ "the key of that kid", A "," B, "b", ALG_ES256, 1 },
	{ "a kid that no key has", A "," B, "c", ALG_ES256, -1 },
	{ "a kid in another case", A "," B, "A", ALG_ES256, -1 },
	{ "the beginning of a kid", KEY(",\"kid\":\"ab\""), "a", ALG_ES256, -1 },
	{ "a kid, and a key that has none", KEY(""), "a", ALG_ES256, -1 },
	{ "no kid, and two keys", A "," B, "", ALG_ES256, -1 },
	{ "a kid that two keys have", A "," A, "a", ALG_ES256, -1 },
	{ "a kid that two keys have, one of which does not fit",
	  KEY(",\"kid\":\"a\",\"use\":\"enc\"") "," A, "a", ALG_ES256, 1 },
	{ "no kid, and one key that fits", KEY(",\"use\":\"enc\"") "," B, "", ALG_ES256, 1 },
	{ "the key of that kid does not fit", A "," B, "a", ALG_ES384, -1 },
	{ "no keys", "", "", ALG_ES256, -1 },
};

/* RFC7517#4.5, RFC8725#3.10 */
START_TEST(choices)
{
	const struct choice_row *row = &choice_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk_set) struct jwk_set *set = NULL;
	ck_assert_int_eq(jwk_set_parse(arena_printf(arena, "{\"keys\":[%s]}", row->keys), &set),
			 ERR_OK);
	const struct jwk *key = jwk_set_choose(set, row->alg, slice_str(row->kid));
	ck_assert_msg(key == (row->index < 0 ? NULL : jwk_set_at(set, (size_t)row->index)), "%s",
		      row->name);
}
END_TEST

static const struct encryption_row {
	const char *name;
	const char *keys;
	int index; /* -1: none */
} encryption_rows[] = {
	{ "a key that says nothing", A, 0 },
	{ "the first of two that say nothing", A "," B, 0 },
	{ "the one that is for encryption", A "," KEY(",\"use\":\"enc\""), 1 },
	{ "the first of two that are for encryption",
	  A "," KEY(",\"use\":\"enc\"") "," KEY(",\"use\":\"enc\""), 1 },
	{ "keys for signatures alone", KEY(",\"use\":\"sig\"") "," KEY(",\"alg\":\"ES256\""), -1 },
	{ "no keys", "", -1 },
};

START_TEST(choices_for_encryption)
{
	const struct encryption_row *row = &encryption_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk_set) struct jwk_set *set = NULL;
	ck_assert_int_eq(jwk_set_parse(arena_printf(arena, "{\"keys\":[%s]}", row->keys), &set),
			 ERR_OK);
	const struct jwk *key = jwk_set_choose_encryption(set, ECDH_ES);
	ck_assert_msg(key == (row->index < 0 ? NULL : jwk_set_at(set, (size_t)row->index)), "%s",
		      row->name);
	ck_assert_ptr_null(jwk_set_choose_encryption(set, RSA_OAEP_256));
}
END_TEST

START_TEST(sizes)
{
	AUTO(arena) struct arena *arena = arena_new();
	for (size_t count = JWK_SET_MAX - 1; count <= JWK_SET_MAX + 1; count++) {
		AUTO(jwk_set) struct jwk_set *set = NULL;
		struct buf buf;
		buf_init_arena(&buf, arena, JWK_SET_BYTES_MAX);
		buf_add_str(&buf, "{\"keys\":[" A);
		for (size_t i = 1; i < count; i++)
			buf_add_str(&buf, "," A);
		buf_add_str(&buf, "]}");
		enum err err = jwk_set_parse(buf_slice(&buf), &set);
		ck_assert_int_eq(err, count <= JWK_SET_MAX ? ERR_OK : ERR_INVALID);
		ck_assert(set == NULL || jwk_set_count(set) == count);
	}
	AUTO(jwk_set) struct jwk_set *none = NULL;
	struct slice blanks = arena_printf(arena, "{\"keys\":[" A "]}%*s", JWK_SET_BYTES_MAX, "");
	ck_assert_int_eq(jwk_set_parse(blanks, &none), ERR_INVALID);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, sets, 0, ARRAY_LEN(set_rows));
	tcase_add_loop_test(tc, choices, 0, ARRAY_LEN(choice_rows));
	tcase_add_loop_test(tc, choices_for_encryption, 0, ARRAY_LEN(encryption_rows));
	tcase_add_test(tc, sizes);
}

TEST_MAIN("crypto/jwk_set", add_tests)
