/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens encrypted to a client open with its key, say what they are, and are made for no key that
 * does not fit. */
#include "crypto/jwe.h"

#include "check_main.h"
#include "check_slice.h"
#include "crypto/opener.h"

static void pkey_drop(EVP_PKEY **pkey)
{
	EVP_PKEY_free(*pkey);
}
#define AUTO_PKEY __attribute__((__cleanup__(pkey_drop)))

static struct jwk *recipient(EVP_PKEY *pkey, const char *more, struct arena *arena)
{
	struct jwk *key;
	ck_assert_int_eq(jwk_parse_public(opener_jwk(pkey, more, arena), &key), ERR_OK);
	return key;
}

static const struct way_row {
	const char *name;
	const char *key;
	enum key_management alg;
	enum content_encryption enc;
} way_rows[] = {
	{ "RSA-OAEP-256 with A128GCM", "RSA", RSA_OAEP_256, A128GCM },
	{ "RSA-OAEP-256 with A256GCM", "RSA", RSA_OAEP_256, A256GCM },
	{ "ECDH-ES on P-256 with A128GCM", "P-256", ECDH_ES, A128GCM },
	{ "ECDH-ES on P-256 with A256GCM", "P-256", ECDH_ES, A256GCM },
	{ "ECDH-ES on P-384 with A128GCM", "P-384", ECDH_ES, A128GCM },
	{ "ECDH-ES on P-521 with A256GCM", "P-521", ECDH_ES, A256GCM },
};

/* RFC7516#5.1, RFC7516#7.1, RFC7518#4.3, RFC7518#4.6.1.1, RFC7518#5.3 */
START_TEST(opens_with_the_key)
{
	const struct way_row *row = &way_rows[_i];
	static const struct slice plains[] = { SLICE(""), SLICE("eyJhbGciOiJFUzI1NiJ9.e30.AAAA") };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_PKEY EVP_PKEY *pkey = opener_key(row->key);
	AUTO(jwk) struct jwk *key = recipient(pkey, ",\"use\":\"enc\",\"kid\":\"k1\"", arena);
	for (size_t i = 0; i < ARRAY_LEN(plains); i++) {
		struct jwe_new new = { key, row->alg, row->enc, "JWT", plains[i] };
		AUTO_FINI(opened) struct opened opened;
		struct slice compact;
		struct slice text;
		ck_assert_msg(jwe_encrypt(arena, &new, &compact) == ERR_OK, "%s", row->name);
		ck_assert_msg(opener_open(pkey, compact, arena, &opened), "%s", row->name);
		ck_slice_row(row->name, opened.plain, plains[i]);
		ck_assert(json_get_text(opened.header, "cty", &text));
		ck_slice_str(text, "JWT");
		ck_assert(json_get_text(opened.header, "kid", &text));
		ck_slice_str(text, "k1");
	}
}
END_TEST

START_TEST(opens_with_no_other_key_and_in_no_other_form)
{
	const struct way_row *row = &way_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_PKEY EVP_PKEY *pkey = opener_key(row->key);
	AUTO_PKEY EVP_PKEY *other = opener_key(row->key);
	AUTO(jwk) struct jwk *key = recipient(pkey, "", arena);
	AUTO_FINI(opened) struct opened opened;
	AUTO_FINI(opened) struct opened changed_opened;
	struct slice compact;
	struct jwe_new new = { key, row->alg, row->enc, NULL, SLICE("secret") };
	ck_assert_int_eq(jwe_encrypt(arena, &new, &compact), ERR_OK);
	ck_assert_msg(!opener_open(other, compact, arena, &opened), "%s", row->name);
	char *changed = arena_cstr(arena, compact);
	changed[compact.len - 3] = changed[compact.len - 3] == 'A' ? 'B' : 'A';
	ck_assert(!opener_open(pkey, slice_of(changed, compact.len), arena, &changed_opened));
	ck_assert(!json_has(changed_opened.header, "cty"));
	ck_assert(!json_has(changed_opened.header, "kid"));
}
END_TEST

START_TEST(never_encrypts_alike)
{
	const struct way_row *row = &way_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_PKEY EVP_PKEY *pkey = opener_key(row->key);
	AUTO(jwk) struct jwk *key = recipient(pkey, "", arena);
	struct jwe_new new = { key, row->alg, row->enc, NULL, SLICE("secret, and long enough") };
	struct slice one;
	struct slice two;
	struct slice part_one;
	struct slice part_two;
	ck_assert_int_eq(jwe_encrypt(arena, &new, &one), ERR_OK);
	ck_assert_int_eq(jwe_encrypt(arena, &new, &two), ERR_OK);
	for (size_t i = 0; slice_split(&one, '.', &part_one); i++) {
		ck_assert(slice_split(&two, '.', &part_two));
		if (i >= 2)
			ck_assert_msg(!slice_equal(part_one, part_two), "part %zu", i);
	}
}
END_TEST

static const struct refused_row {
	const char *name;
	const char *key;
	const char *members;
	enum key_management alg;
	enum content_encryption enc;
	bool taken;
} refused_rows[] = {
	{ "a key that says nothing", "P-256", "", ECDH_ES, A128GCM, true },
	{ "a key for encryption", "P-256", ",\"use\":\"enc\"", ECDH_ES, A128GCM, true },
	{ "a key for this algorithm", "P-256", ",\"alg\":\"ECDH-ES\"", ECDH_ES, A128GCM, true },
	{ "a key to derive with", "P-256", ",\"key_ops\":[\"deriveBits\"]", ECDH_ES, A128GCM,
	  true },
	{ "a public key as browsers write it", "P-256", ",\"key_ops\":[]", ECDH_ES, A128GCM, true },
	{ "a key to wrap with", "RSA", ",\"key_ops\":[\"wrapKey\"]", RSA_OAEP_256, A128GCM, true },
	{ "a key to encrypt with", "RSA", ",\"key_ops\":[\"encrypt\"]", RSA_OAEP_256, A128GCM,
	  true },
	{ "a key for signatures", "P-256", ",\"use\":\"sig\"", ECDH_ES, A128GCM, false },
	{ "a key for signatures, as browsers write it", "P-256", ",\"use\":\"sig\",\"key_ops\":[]",
	  ECDH_ES, A128GCM, false },
	{ "a key for an algorithm of signatures", "P-256", ",\"alg\":\"ES256\"", ECDH_ES, A128GCM,
	  false },
	{ "a key for another way", "P-256", ",\"alg\":\"ECDH-ES+A128KW\"", ECDH_ES, A128GCM,
	  false },
	{ "a key to verify with", "P-256", ",\"key_ops\":[\"verify\"]", ECDH_ES, A128GCM, false },
	{ "an RSA key that may do nothing", "RSA", ",\"key_ops\":[]", RSA_OAEP_256, A128GCM,
	  false },
	{ "RSA-OAEP with SHA-1", "RSA", ",\"alg\":\"RSA-OAEP\"", RSA_OAEP_256, A128GCM, false },
	{ "RSA with a curve", "P-256", "", RSA_OAEP_256, A128GCM, false },
	{ "ECDH with RSA", "RSA", "", ECDH_ES, A128GCM, false },
	{ "no key management", "RSA", "", KEY_MANAGEMENT_NONE, A128GCM, false },
	{ "no content encryption", "RSA", "", RSA_OAEP_256, CONTENT_NONE, false },
};

START_TEST(keys_that_do_not_fit)
{
	const struct refused_row *row = &refused_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO_PKEY EVP_PKEY *pkey = opener_key(row->key);
	AUTO(jwk) struct jwk *key = recipient(pkey, row->members, arena);
	struct jwe_new new = { key, row->alg, row->enc, NULL, SLICE("secret") };
	struct slice compact;
	ck_assert_msg(jwe_encrypt(arena, &new, &compact) == (row->taken ? ERR_OK : ERR_CRYPTO),
		      "%s", row->name);
	ck_assert(row->taken || compact.len == 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, opens_with_the_key, 0, ARRAY_LEN(way_rows));
	tcase_add_loop_test(tc, opens_with_no_other_key_and_in_no_other_form, 0,
			    ARRAY_LEN(way_rows));
	tcase_add_loop_test(tc, never_encrypts_alike, 0, ARRAY_LEN(way_rows));
	tcase_add_loop_test(tc, keys_that_do_not_fit, 0, ARRAY_LEN(refused_rows));
}

TEST_MAIN("crypto/jwe", add_tests)
