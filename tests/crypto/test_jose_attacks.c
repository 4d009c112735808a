/* SPDX-License-Identifier: Apache-2.0
 *
 * What was done to other servers with signed tokens: the attacks of RFC 8725 section 2 and of the
 * advisories since. */
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/buf.h"
#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "crypto/jwk_inside.h"
#include "crypto/jws.h"
#include "crypto/raw_signature.h"
#include "support/rsa_key.h"

#define ALL_ALGS (ALGS_ASYMMETRIC | ALGS_SECRET)

static struct slice compact_of(struct arena *arena, struct slice header, struct slice signature)
{
	struct slice head = encode_base64url(arena, header);
	struct slice tail = encode_base64url(arena, signature);
	return arena_printf(arena, "%.*s.eyJzdWIiOiJhZG1pbiJ9.%.*s", SLICE_ARG(head),
			    SLICE_ARG(tail));
}

/* A token whose signature is `signature`, as it is. */
static enum err take(struct arena *arena, enum alg alg, struct slice signature,
		     const struct jwk *key)
{
	struct jws jws;
	struct slice header = arena_printf(arena, "{\"alg\":\"%s\"}", alg_row(alg)->name);
	struct slice compact = compact_of(arena, header, signature);
	ck_assert_int_eq(jws_parse(arena, compact, ALL_ALGS, &jws), ERR_OK);
	return jws_verify(&jws, key);
}

/* RFC8725#2.1, RFC8725#3.1: the public key of a server, which all know, taken for the secret of a
 * MAC */
START_TEST(public_key_as_secret)
{
	static const enum alg families[] = { ALG_RS256, ALG_ES256 };
	static const enum alg macs[] = { ALG_HS256, ALG_HS384, ALG_HS512 };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate(families[_i]);
	struct slice public = jwk_public(key, families[_i], arena);
	AUTO(jwk) struct jwk *half = NULL;
	AUTO(jwk) struct jwk *secret = jwk_from_secret(public);
	ck_assert_int_eq(jwk_parse_public(public, &half), ERR_OK);
	for (size_t i = 0; i < ARRAY_LEN(macs); i++) {
		struct jws_new new = { secret, macs[i], NULL, SLICE("{\"sub\":\"admin\"}") };
		struct slice compact;
		struct jws jws;
		ck_assert_int_eq(jws_sign(arena, &new, &compact), ERR_OK);
		ck_assert_int_eq(jws_parse(arena, compact, ALGS_ASYMMETRIC, &jws), ERR_INVALID);
		ck_assert_int_eq(jws_parse(arena, compact, ALL_ALGS, &jws), ERR_OK);
		ck_assert_int_eq(jws_verify(&jws, half), ERR_CRYPTO);
		ck_assert_int_eq(jws_verify(&jws, key), ERR_CRYPTO);
	}
}
END_TEST

/* RFC8725#3.2: no signature at all, with every spelling of that */
START_TEST(no_signature)
{
	static const char *const names[] = { "none", "None", "NONE", "nOnE", "" };
	AUTO(arena) struct arena *arena = arena_new();
	struct jws jws;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct slice header = arena_printf(arena, "{\"alg\":\"%s\"}", names[i]);
		ck_assert_int_eq(
			jws_parse(arena, compact_of(arena, header, SLICE("")), ALL_ALGS, &jws),
			ERR_INVALID);
		ck_assert_int_eq(jws_parse(arena, compact_of(arena, header, SLICE("x")), ~0u, &jws),
				 ERR_INVALID);
	}
	ck_assert_int_eq(jws_parse(arena,
				   compact_of(arena, SLICE("{\"alg\":\"ES256\"}"), SLICE("")),
				   ALL_ALGS, &jws),
			 ERR_INVALID);
}
END_TEST

/* RFC8725#2.3, RFC7515#4.1.3: a key that the token brings along is whose? */
START_TEST(embedded_key)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *ours = jwk_generate(ALG_ES256);
	AUTO(jwk) struct jwk *theirs = jwk_generate(ALG_ES256);
	AUTO(jwk) struct jwk *brought = NULL;
	struct raw_signature signature;
	struct jws jws;
	struct slice jwk = jwk_public(theirs, ALG_ES256, arena);
	struct slice ours_kid = jwk_kid(ours);
	struct slice header = arena_printf(arena,
					   "{\"alg\":\"ES256\",\"kid\":\"%.*s\",\"jwk\":%.*s}",
					   SLICE_ARG(ours_kid), SLICE_ARG(jwk));
	struct slice text = compact_of(arena, header, SLICE(""));
	text.len--; /* the dot */
	ck_assert_int_eq(raw_signature_make(theirs, ALG_ES256, text, &signature), ERR_OK);
	struct slice raw = slice_of(signature.bytes, signature.len);
	ck_assert_int_eq(jws_parse(arena, compact_of(arena, header, raw), ALL_ALGS, &jws), ERR_OK);
	ck_assert_int_eq(jws_verify(&jws, ours), ERR_CRYPTO);
	/* RFC9449#4.3: a proof is checked with it on purpose */
	ck_assert_int_eq(jwk_parse_public(jws.jwk, &brought), ERR_OK);
	ck_assert_int_eq(jws_verify(&jws, brought), ERR_OK);
}
END_TEST

/* --- numbers that are no signature ---------------------------------------------------------- */

static const struct curve_row {
	enum alg alg;
	int nid;
	size_t half;
} curve_rows[] = {
	{ ALG_ES256, NID_X9_62_prime256v1, 32 },
	{ ALG_ES384, NID_secp384r1, 48 },
	{ ALG_ES512, NID_secp521r1, 66 },
};

/* The order of the curve, and a little. */
static void order_plus(int nid, BN_ULONG more, unsigned char *out, size_t len)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(nid);
	BIGNUM *order = BN_dup(EC_GROUP_get0_order(group));
	ck_assert(order != NULL && BN_add_word(order, more) == 1);
	ck_assert_int_eq(BN_bn2binpad(order, out, (int)len), (int)len);
	BN_free(order);
	EC_GROUP_free(group);
}

/* RFC7518#3.4; CVE-2022-21449: r and s of zero were once good for every key and every text */
START_TEST(psychic_signatures)
{
	const struct curve_row *row = &curve_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate(row->alg);
	unsigned char values[5][66] = { { 0 } };
	values[1][row->half - 1] = 1;
	order_plus(row->nid, 0, values[2], row->half);
	order_plus(row->nid, 1, values[3], row->half);
	memset(values[4], 0xff, row->half);
	for (size_t r = 0; r < ARRAY_LEN(values); r++) {
		for (size_t s = 0; s < ARRAY_LEN(values); s++) {
			struct buf raw;
			buf_init_arena(&raw, arena, 2 * row->half);
			buf_add(&raw, slice_of(values[r], row->half));
			buf_add(&raw, slice_of(values[s], row->half));
			ck_assert_msg(take(arena, row->alg, buf_slice(&raw), key) == ERR_CRYPTO,
				      "%s, r %zu, s %zu", alg_row(row->alg)->name, r, s);
		}
	}
}
END_TEST

static struct jws signed_by(struct arena *arena, enum alg alg, const struct jwk *key)
{
	const struct jws_new new = { key, alg, NULL, SLICE("{}") };
	struct slice compact;
	struct jws jws;
	ck_assert_int_eq(jws_sign(arena, &new, &compact), ERR_OK);
	ck_assert_int_eq(jws_parse(arena, compact, ALL_ALGS, &jws), ERR_OK);
	return jws;
}

/* A good signature in another form: DER, shorter, longer, with halves of another length. */
START_TEST(forms_of_ecdsa)
{
	const struct curve_row *row = &curve_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate(row->alg);
	struct jws jws = signed_by(arena, row->alg, key);
	struct raw_signature der;
	ck_assert_int_eq(jws_verify(&jws, key), ERR_OK);
	struct slice good = jws.signature;
	ck_assert_int_eq(raw_signature_ec_to_der(alg_row(row->alg), good, &der), ERR_OK);
	jws.signature = slice_of(der.bytes, der.len);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_CRYPTO);
	for (size_t len = 1; len < good.len; len++) {
		jws.signature = slice_sub(good, 0, len);
		ck_assert_int_eq(jws_verify(&jws, key), ERR_CRYPTO);
		jws.signature = slice_sub(good, len, good.len);
		ck_assert_int_eq(jws_verify(&jws, key), ERR_CRYPTO);
	}
	jws.signature = slice_of(arena_cstr(arena, good), good.len + 1);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_CRYPTO);
}
END_TEST

/* Of a signature (r, s) anybody makes (r, n - s), which is right as well: the token is the same. */
START_TEST(the_other_signature)
{
	const struct curve_row *row = &curve_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate(row->alg);
	struct jws jws = signed_by(arena, row->alg, key);
	struct hash hashes[3];
	unsigned char twin[132];
	unsigned char order[66];
	jws_identify(&jws, &hashes[0]);
	memcpy(twin, jws.signature.ptr, 2 * row->half);
	order_plus(row->nid, 0, order, row->half);
	BIGNUM *n = BN_bin2bn(order, (int)row->half, NULL);
	BIGNUM *s = BN_bin2bn(twin + row->half, (int)row->half, NULL);
	ck_assert(n != NULL && s != NULL && BN_sub(s, n, s) == 1);
	ck_assert_int_eq(BN_bn2binpad(s, twin + row->half, (int)row->half), (int)row->half);
	BN_free(n);
	BN_free(s);
	ck_assert(!slice_equal(jws.signature, slice_of(twin, 2 * row->half)));
	jws.signature = slice_of(twin, 2 * row->half);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_OK);
	jws_identify(&jws, &hashes[1]);
	ck_assert(hash_equal(&hashes[0], &hashes[1]));
	/* but signed once more by who has the key it is another */
	jws = signed_by(arena, row->alg, key);
	jws_identify(&jws, &hashes[2]);
	ck_assert(!hash_equal(&hashes[0], &hashes[2]));
}
END_TEST

/* RFC7518#3.3, RFC7518#3.5: of the length of the modulus; 0, 1 and what is not below it are nothing
 */
START_TEST(forms_of_rsa)
{
	static const enum alg algs[] = { ALG_RS256, ALG_PS256 };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = rsa_key(algs[_i], 0);
	char numbers[3][256] = { { 0 } };
	numbers[1][255] = 1;
	memset(numbers[2], 0xff, 256);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		ck_assert_int_eq(take(arena, algs[_i], slice_of(numbers[i], 256), key), ERR_CRYPTO);
	struct jws jws = signed_by(arena, algs[_i], key);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_OK);
	struct slice good = jws.signature;
	jws.signature = slice_sub(good, 0, 255);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_CRYPTO);
	char *longer = arena_alloc(arena, 257);
	memcpy(longer + 1, good.ptr, 256);
	jws.signature = slice_of(longer, 257);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_CRYPTO);
}
END_TEST

static struct raw_signature pss_with_salt(const struct jwk *key, int salt)
{
	struct raw_signature out = { .len = sizeof(out.bytes) };
	unsigned char hash[32];
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key->pkey, NULL);
	ck_assert_int_eq(EVP_Digest("text", 4, hash, NULL, EVP_sha256(), NULL), 1);
	ck_assert(EVP_PKEY_sign_init(ctx) == 1 &&
		  EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		  EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
		  EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) == 1 &&
		  EVP_PKEY_sign(ctx, out.bytes, &out.len, hash, sizeof(hash)) == 1);
	EVP_PKEY_CTX_free(ctx);
	return out;
}

/* RFC7518#3.5: the salt is as long as the hash */
START_TEST(salts_of_pss)
{
	static const int salts[] = { 32, 0, 20, 31, 33, 64, 222 };
	AUTO(jwk) struct jwk *key = rsa_key(ALG_PS256, 0);
	for (size_t i = 0; i < ARRAY_LEN(salts); i++) {
		struct raw_signature signature = pss_with_salt(key, salts[i]);
		enum err err = raw_signature_check(key, ALG_PS256, SLICE("text"),
						   slice_of(signature.bytes, signature.len));
		ck_assert_msg(err == (salts[i] == 32 ? ERR_OK : ERR_CRYPTO), "%d", salts[i]);
	}
}
END_TEST

/* One padding for the other's algorithm, and one hash for another's. */
START_TEST(other_algorithm_of_one_key)
{
	static const enum alg algs[] = { ALG_RS256, ALG_PS256, ALG_RS384, ALG_PS512 };
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *made = rsa_key(ALG_RS256, 0);
	AUTO(jwk) struct jwk *key = NULL;
	char *text = arena_cstr(arena, jwk_private(made, arena));
	char *member = strstr(text, "\"alg\":\"RS256\",");
	ck_assert_ptr_nonnull(member);
	/* without its "alg" it is good for all of RSA */
	memset(member, ' ', strlen("\"alg\":\"RS256\","));
	ck_assert_int_eq(jwk_parse_private(slice_str(text), &key), ERR_OK);
	struct raw_signature signature;
	ck_assert_int_eq(raw_signature_make(key, algs[_i], SLICE("text"), &signature), ERR_OK);
	struct slice raw = slice_of(signature.bytes, signature.len);
	for (size_t i = 0; i < ARRAY_LEN(algs); i++)
		ck_assert_int_eq(raw_signature_check(key, algs[i], SLICE("text"), raw),
				 i == (size_t)_i ? ERR_OK : ERR_CRYPTO);
	/* RFC7517#4.4, RFC8725#3.1: with it, for that one alone */
	struct jws_new new = { made, algs[_i], NULL, SLICE("{}") };
	struct slice compact;
	ck_assert_int_eq(jws_sign(arena, &new, &compact), _i == 0 ? ERR_OK : ERR_CRYPTO);
}
END_TEST

/* --- sizes ------------------------------------------------------------------------------------ */

START_TEST(sizes)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(jwk) struct jwk *key = jwk_generate(ALG_ES256);
	char *payload = arena_alloc(arena, JWS_BYTES_MAX);
	struct jws jws;
	for (size_t len = JWS_BYTES_MAX / 4 * 3 - 400; len < JWS_BYTES_MAX / 4 * 3; len++) {
		struct jws_new new = { key, ALG_ES256, NULL, slice_of(payload, len) };
		struct slice compact;
		ck_assert_int_eq(jws_sign(arena, &new, &compact), ERR_OK);
		ck_assert_int_eq(jws_parse(arena, compact, ALL_ALGS, &jws),
				 compact.len > JWS_BYTES_MAX ? ERR_INVALID : ERR_OK);
	}
}
END_TEST

START_TEST(deep_headers)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct jws jws;
	struct buf header;
	buf_init_arena(&header, arena, 8192);
	buf_add_str(&header, "{\"alg\":\"ES256\",\"x\":");
	for (int i = 0; i < 2000; i++)
		buf_add_byte(&header, '[');
	for (int i = 0; i < 2000; i++)
		buf_add_byte(&header, ']');
	buf_add_byte(&header, '}');
	ck_assert_int_eq(
		jws_parse(arena, compact_of(arena, buf_slice(&header), SLICE("x")), ALL_ALGS, &jws),
		ERR_INVALID);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, public_key_as_secret, 0, 2);
	tcase_add_test(tc, no_signature);
	tcase_add_test(tc, embedded_key);
	tcase_add_loop_test(tc, psychic_signatures, 0, ARRAY_LEN(curve_rows));
	tcase_add_loop_test(tc, forms_of_ecdsa, 0, ARRAY_LEN(curve_rows));
	tcase_add_loop_test(tc, the_other_signature, 0, ARRAY_LEN(curve_rows));
	tcase_add_loop_test(tc, forms_of_rsa, 0, 2);
	tcase_add_test(tc, salts_of_pss);
	tcase_add_loop_test(tc, other_algorithm_of_one_key, 0, 4);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, deep_headers);
}

TEST_MAIN("crypto/jose_attacks", add_tests)
