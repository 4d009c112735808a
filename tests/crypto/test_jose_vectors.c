/* SPDX-License-Identifier: Apache-2.0
 *
 * What the appendices of RFC 7515, 7516, 7517, 7520, 7638 and 8037 print comes out here too, or is
 * refused where it is what we do not take: no signature, the JSON forms, extensions, secrets as
 * keys of a set, Edwards curves. */
#include <string.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "crypto/certificate.h"
#include "crypto/jose_vectors.inc"
#include "crypto/jws.h"
#include "crypto/raw_signature.h"

#define ALL_ALGS (ALGS_ASYMMETRIC | ALGS_SECRET)
#define CLAIMS "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}"

static const struct signed_row {
	const char *name;
	enum alg alg;
	const char *key; /* public, or the secret in base64url */
	const char *compact;
	const char *payload;
} signed_rows[] = {
	{ "RFC 7515 A.1", ALG_HS256, A1_SECRET, A1_COMPACT, CLAIMS },
	{ "RFC 7515 A.2", ALG_RS256, A2_PUBLIC, A2_COMPACT, CLAIMS },
	{ "RFC 7515 A.3", ALG_ES256, A3_PUBLIC, A3_COMPACT, CLAIMS },
	{ "RFC 7515 A.4", ALG_ES512, A4_PUBLIC, A4_COMPACT, "Payload" },
	{ "RFC 7520 4.2", ALG_PS384, COOKBOOK_RSA, COOKBOOK_PS384, NULL },
	{ "RFC 7520 4.3", ALG_ES512, COOKBOOK_EC, COOKBOOK_ES512, NULL },
};

static struct jwk *key_of(const struct signed_row *row, struct arena *arena)
{
	struct jwk *key = NULL;
	struct slice secret;
	if (row->alg != ALG_HS256) {
		ck_assert_msg(jwk_parse_public(slice_str(row->key), &key) == ERR_OK, "%s",
			      row->name);
		return key;
	}
	ck_assert_int_eq(decode_base64url(arena, slice_str(row->key), &secret), ERR_OK);
	return jwk_from_secret(secret);
}

/* RFC7515#A.1, #A.2, #A.3, #A.4 */
START_TEST(signatures)
{
	const struct signed_row *row = &signed_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = key_of(row, arena);
	struct jws jws;
	ck_assert_msg(jws_parse(arena, slice_str(row->compact), ALG_BIT(row->alg), &jws) == ERR_OK,
		      "%s", row->name);
	if (row->payload != NULL)
		ck_slice_row(row->name, jws.payload, slice_str(row->payload));
	ck_assert_msg(jws_verify(&jws, key) == ERR_OK, "%s", row->name);
	for (size_t i = 0; i < ARRAY_LEN(signed_rows); i++) {
		AUTO(jwk) struct jwk *other = key_of(&signed_rows[i], arena);
		ck_assert_msg(i == (size_t)_i || jws_verify(&jws, other) == ERR_CRYPTO, "%s by %s",
			      row->name, signed_rows[i].name);
	}
	ck_assert_int_eq(
		jws_parse(arena, slice_str(row->compact), ALL_ALGS & ~ALG_BIT(row->alg), &jws),
		ERR_INVALID);
}
END_TEST

static const struct made_row {
	const char *name;
	enum alg alg;
	const char *key; /* private, or the secret */
	const char *compact;
	bool is_fixed; /* the same each time */
} made_rows[] = {
	{ "RFC 7515 A.1", ALG_HS256, A1_SECRET, A1_COMPACT, true },
	{ "RFC 7515 A.2", ALG_RS256, A2_PRIVATE, A2_COMPACT, true },
	{ "RFC 7515 A.3", ALG_ES256, A3_PRIVATE, A3_COMPACT, false },
	{ "RFC 7515 A.4", ALG_ES512, A4_PRIVATE, A4_COMPACT, false },
};

START_TEST(signing)
{
	const struct made_row *row = &made_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = NULL;
	struct raw_signature signature;
	struct jws jws;
	struct slice secret;
	if (row->alg == ALG_HS256) {
		ck_assert_int_eq(decode_base64url(arena, slice_str(row->key), &secret), ERR_OK);
		key = jwk_from_secret(secret);
	} else {
		ck_assert_int_eq(jwk_parse_private(slice_str(row->key), &key), ERR_OK);
	}
	ck_assert_int_eq(jws_parse(arena, slice_str(row->compact), ALL_ALGS, &jws), ERR_OK);
	struct slice text = slice_sub(jws.compact, 0,
				      (size_t)(strrchr(row->compact, '.') - row->compact));
	ck_assert_int_eq(raw_signature_make(key, row->alg, text, &signature), ERR_OK);
	struct slice made = slice_of(signature.bytes, signature.len);
	ck_assert_uint_eq(made.len, jws.signature.len);
	ck_assert_msg(slice_equal(made, jws.signature) == row->is_fixed, "%s", row->name);
	ck_assert_int_eq(raw_signature_check(key, row->alg, text, made), ERR_OK);
}
END_TEST

static const struct refused_row {
	const char *name;
	const char *compact;
} refused_rows[] = {
	{ "RFC 7515 A.5: no signature", A5_COMPACT },
	{ "RFC 7515 A.6: the general JSON form", A6_GENERAL },
	{ "RFC 7515 A.7: the flattened JSON form", A7_FLATTENED },
	{ "RFC 7515 E: an extension that must be understood", E_CRITICAL },
	{ "RFC 7516 A.1: something encrypted", JWE_A1_COMPACT },
	{ "RFC 8037 A.4: an algorithm that is not ours", OKP_COMPACT },
};

/* RFC7515#A.5, #A.6, #E */
START_TEST(refused)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct jws jws;
	ck_assert_msg(jws_parse(arena, slice_str(refused_rows[_i].compact), ALL_ALGS, &jws) ==
			      ERR_INVALID,
		      "%s", refused_rows[_i].name);
}
END_TEST

/* RFC7517#A.1 */
START_TEST(public_set)
{
	AUTO(jwk_set) struct jwk_set *set = NULL;
	ck_assert_int_eq(jwk_set_parse(SLICE(SET_PUBLIC), &set), ERR_OK);
	ck_assert_uint_eq(jwk_set_count(set), 2);
	const struct jwk *ec = jwk_set_at(set, 0);
	const struct jwk *rsa = jwk_set_at(set, 1);
	ck_assert_ptr_eq(jwk_set_choose(set, ALG_RS256, SLICE("2011-04-29")), rsa);
	ck_assert_ptr_eq(jwk_set_choose(set, ALG_RS256, SLICE("")), rsa);
	ck_assert_ptr_null(jwk_set_choose(set, ALG_RS256, SLICE("2011-04-30")));
	ck_assert_ptr_null(jwk_set_choose(set, ALG_PS256, SLICE("2011-04-29")));
	ck_assert_ptr_null(jwk_set_choose(set, ALG_ES256, SLICE("1")));
	ck_assert_ptr_eq(jwk_set_choose_encryption(set, ECDH_ES), ec);
	ck_assert_ptr_null(jwk_set_choose_encryption(set, RSA_OAEP_256));
}
END_TEST

/* RFC7517#A.2, #A.3: private keys and secrets are not what a set is for; nor RFC 8037's keys. */
START_TEST(sets_of_other_keys)
{
	static const struct slice sets[] = { SLICE(SET_PRIVATE), SLICE(SET_SECRET),
					     SLICE("{\"keys\":[" OKP_KEY "]}") };
	AUTO(jwk_set) struct jwk_set *set = NULL;
	ck_assert_int_eq(jwk_set_parse(sets[_i], &set), ERR_OK);
	ck_assert_uint_eq(jwk_set_count(set), 0);
}
END_TEST

/* RFC7517#B, RFC7517#C.1 */
START_TEST(other_keys)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(certificate) struct certificate *certificate = NULL;
	AUTO(jwk) struct jwk *key = NULL;
	AUTO(jwk) struct jwk *private = NULL;
	AUTO(jwk) struct jwk *none = NULL;
	ck_assert_int_eq(jwk_parse_public(SLICE(B_KEY), &key), ERR_OK);
	ck_assert_int_eq(certificate_parse_header(arena, SLICE(B_CERTIFICATE), &certificate),
			 ERR_OK);
	ck_assert(certificate_has_key(certificate, key));
	ck_assert(certificate_has_subject(
		certificate, SLICE("CN=Brian Campbell,O=Ping Identity Corp.,L=Denver,ST=CO,C=US")));
	ck_assert_int_eq(jwk_parse_private(SLICE(C1_PRIVATE), &private), ERR_OK);
	ck_assert(!jwk_fits(private, ALG_RS256)); /* its use is "enc" */
	ck_assert_int_eq(jwk_parse_public(SLICE(C1_PRIVATE), &none), ERR_INVALID);
	ck_assert_int_eq(jwk_parse_public(SLICE(OKP_KEY), &none), ERR_INVALID);
}
END_TEST

/* RFC7638#3, RFC7638#3.1 */
START_TEST(thumbprint)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = NULL;
	struct hash hash;
	ck_assert_int_eq(jwk_parse_public(SLICE(THUMBPRINT_KEY), &key), ERR_OK);
	jwk_thumbprint(key, &hash);
	ck_slice_str(encode_base64url(arena, hash_slice(&hash)), THUMBPRINT);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, signatures, 0, ARRAY_LEN(signed_rows));
	tcase_add_loop_test(tc, signing, 0, ARRAY_LEN(made_rows));
	tcase_add_loop_test(tc, refused, 0, ARRAY_LEN(refused_rows));
	tcase_add_test(tc, public_set);
	tcase_add_loop_test(tc, sets_of_other_keys, 0, 3);
	tcase_add_test(tc, other_keys);
	tcase_add_test(tc, thumbprint);
}

TEST_MAIN("crypto/jose_vectors", add_tests)
