/* SPDX-License-Identifier: Apache-2.0
 *
 * The keys were made once for these tests and sign nothing else. */
#include "flow/signing_fixture.h"

#include <check.h>
#include <string.h>

#include "crypto/jwk.h"
#include "crypto/jws.h"
#include "flow/signing.h"
#include "flow/signing_set.h"

static const struct test_key {
	enum alg alg;
	const char *kid;
	const char *json;
} test_keys[] = {
	{ .alg = ALG_ES256,
	  .kid = "uu5OuvxdwABmqKtheHcwol1p4ACfLyjdtsf0xz12SKc",
	  .json = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"_hs0LYOOZTn14-4pni20YDtDSoqnrtRqihl9QSdR0Gw\","
		  "\"y\":\"KJKkJQXyOgC2_H9OEOemP2AyxGCR0fHbPnTgIfKZn-0\",\"kid\":\"uu5OuvxdwABmqKtheHcwol1p"
		  "4ACfLyjdtsf0xz12SKc\",\"use\":\"sig\",\"alg\":\"ES256\",\"d\":\"D_rOD--tjcSl4D_MxGCte9Qj"
		  "CwYhhsOjxzeZMwggXmI\"}" },
	{ .alg = ALG_RS256,
	  .kid = "NK6L5zOAUv6GtteQ_MlI8ZDtkrjqMewMyJZLDIUh2V0",
	  .json = "{\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"zWzuuQ34zIPe6YXjTrL5l7px-cHnz-IKmXBSHPx9yckHS0NS"
		  "YJPm8a8ge2WaczI2Tu1EwAwzLqN0t6U2GaX5mbMyMED9Y5Uxa_CNtaiAEnTnK0XPuTUr6NnU9SqHr7eLaNdLMMoY"
		  "sntCKjVrrF4IxduUsxonPFQph7fDTXTRhs6UNKAZN9vKoBKxVC7iEH-Skoxc0NP0FfpQdpMESw_P_1_ndthGK3QD"
		  "BBS29rnpaHld9tzALMuk-H-U6olaw3-4bWhtbKlA1oojk-NsrltOq7YCyNCObKgSPtsXy0Qsdw7ECP2-a2l2SCOA"
		  "fmShSQd8syZssFvahvf_4E1yKqGGPQ\",\"kid\":\"NK6L5zOAUv6GtteQ_MlI8ZDtkrjqMewMyJZLDIUh2V0\""
		  ",\"use\":\"sig\",\"alg\":\"RS256\",\"d\":\"HJ7_x8K9lmkNJsYjvHRNOCme9ahhjuI0jdpLZoR7ViDvJ"
		  "jpUAOa6d5Pp16d5VHF7hZWjTYqlmurlOS0Ik5w_YX3JEVYMt9Iyl5JlfBjk9y1Yg_vvDCPvYTrwY9QwIXhWMR5F-"
		  "J8_v6ZSuqTEwrg7Sq3kUuvi6ZHkU2d0C5eqFbj0neqli3NImK6JQu_ngOV3YETm4J7cY5qOrFonJPppOh_At_qHY"
		  "Y9DWm0pOPXIgz_KiHLU6dHz32zUWA22DUceRk7PRatJRta5UOrlUSpjeWZEZGkOCst9jh3PW2hJX5olATzmCXFWi"
		  "8tVR8AGw_jxbG4AwaisFAW8xs_Mijsh9Q\",\"p\":\"6UFXGbuhzt5bgknI56lvIwb5kArW2NSFAMGLUr_iU9vH"
		  "Mrt6cDbjkV68fKxarqNARmQn0A7PlF6FzuIrZiXdmSunHYaZgbwpyg1BaMomJ0JUbzlWLAcv2H0qtlL3CmeOCcpj"
		  "DQii17naUXVl3XDp82cNy7k1EJ3C6ybkX7ZmBXc\",\"q\":\"4XTjzUT4vdNKZ34ZieX1JhG_ZtGMCRpntLmFT3"
		  "8wyZaohdzVw-W-M6NeIAuK10S5TvdY2z1jnJq9srgKkot9Lsbs66CSXpIB6z2tI5lNf-Z8lM2YFxhMc3dpEi1QZD"
		  "OSNIdG9_jJtCPc_UStDXe8CvR4ethwj0ul7tTtDrJCDus\",\"dp\":\"dhBQmgHTAPajsurN-hRU4JHjN_mEjfP"
		  "j7mIItzXQxUl1JkSm0K23uhkNpr1GmSagngCL9k_I2fyOFg18khOQersRt2wtvvES5eaXuQa5ER4Nxs5qw5ZPrXC"
		  "NcgPEb0vDJUl_oVVBt5em3ZxilxdUE5OR9BAmv-ZahtQEvD2Cnjk\",\"dq\":\"3OiiuSQGskEQ2300WukGnwmu"
		  "yHk0REsqKGvLksxmqm_Dqn5qumsnRgOiG7YTkcBV7mjwGMn7C5yXmUE5osOooifqRyproNxhovUo7AOva04U7dzR"
		  "VHfLmSv8uQHLjpL1hCC0yg5s3ORzCXq8McELcJSAZKYlDFMsQGtD6C2ECoc\",\"qi\":\"a-73sHWJlnO0OQe9J"
		  "xLCCGmzE8nQlWFgIOi4aDhCbAQw9Vo_rd-j6KHdFiN-ADqSIipNRF4RI6Vg32_wdxibimwdHu1qOAEz4wNA725u8"
		  "PyGRsX0cqpPECHUVnJ8wiekHy4qsJUwmS4TLmHO7aDXwMu2Pf_EZH3u4k4z47jf1jc\"}" },
	{ .alg = ALG_PS256,
	  .kid = "vOHa-iFxV-cY2h5BKfXgU66vEdhiLJLNlnZf_6kE1rw",
	  .json = "{\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"o1NFC2XP1GHpZWzD0bD3p-WKTqfGwjctwgDtuJFQ2BBY2nga"
		  "E6-UL0_VF1QurvgesmOq1yNhp2D8UChZ4zv5G9ybgw5mVBBuVrHK_en06QdTZurcm2EpmkZzqm9JA3MaxkYOegbe"
		  "XDuz19Wt2QDba2vU-7Y5BLdfmWa_0pcPmuQXdup6h2I8qVHWOA_m9s97W4GzhvfW3IK30gEXsdxGQ6rzKltDu0Ln"
		  "hPjQwhOaexjRGHJoIUsoXttBV0Nj5H-Clzwt4wI-1Mb8sdLfvKKJFtt5uyzvCWHS-KxX-OJ3VkjpRk-UoJFv7oZj"
		  "M8W55jgV4ehvzHC_uf3uJCqAWjmn6Q\",\"kid\":\"vOHa-iFxV-cY2h5BKfXgU66vEdhiLJLNlnZf_6kE1rw\""
		  ",\"use\":\"sig\",\"alg\":\"PS256\",\"d\":\"DrFeR_72Ail3xXXSLPJSaUKLXXWW-iBcJ7SNLjo2b2WTF"
		  "L5SvDwipNn19dYPKBLusgYo15dZgOUG9dAXfAuIZsMDI3hfaMccogR3Gj4al_8ed-b_hyPnyfb2D1pZE2wet8EUK"
		  "tKk3N_LF0rkC55Z3vFRtP5I5V14xnRZo-COmRSwjhYt7FCBhijTjkonTjgytugK83pUxH7QzTyXQZoF4VN0-as2w"
		  "tyjjhbB6qsNxmTXdgtK7xc-jql1D-gXlT-v78CzIFiIFud3mWvSrCMbcu3tdRgVV-EQHegXrBdFlMc80mjHhhDaS"
		  "zgzT3lGieAp7NEip0J7l7vBDL0UhPvRbQ\",\"p\":\"2wYXlB18StoGVehMr2Uz3ACxuoKMkXOi0i6DjMnyWvYA"
		  "lLbomtlWlb4xZgtGYOC7zp8IdXzcAVGCY00PHXJ_juuyWpZepRvlATpEi73AC16U8HjmiMqsFXkHbuua1ZU-uZr9"
		  "-nFo1Pi-OssWd3PVuDeKs9IFKgbVzRKpcuIwEqU\",\"q\":\"vuX2u59XgjXXIlffi5KKkls_DNPGbxcyJToA5E"
		  "pvWl7Klc6zMoYtvKiTriwHcb-tvyTZ4KY6ee-t1S1Qd38RlWfLqDOymCw07WR_WsgsP7wO-9ij-X-YkoCOy3PSOX"
		  "yoz12cvtPWqjgvEIfV5JisQWvAEtMxuMDD24egJxLfkPU\",\"dp\":\"FvdUkZtl5RNnhqqNH_cksPUBreTyiG3"
		  "vrMpj0Od8Gj2hYfar_VC824bN9z1Ha_EkwE28vVUSXLEHUxJJe3T-GyZr1UPfOMDsCmzpsx16fba1N2H2CnH2CWp"
		  "fdSoPWkYEBcJSz2gE7hAHInMZL_1dc6ufR6vGDtoYoSBL1FgTYmE\",\"dq\":\"Q1PD44RdTrVCfQBU_VrfuKKp"
		  "6BJA6ClcLDj624lNIKhR9ugB143vT5x9CW7J6VpbIxESLuMxuJPJ0We7-4k7YGBNObOSB41_1UIekJwMzyW6eyR7"
		  "IKHZ48GnmyXsPQ40U36Gq9721O4f20qtK4SVLDWedoU6AhkqeqCo4V8Mrok\",\"qi\":\"WyixMDVst6dDaxLwA"
		  "CbobQuTS0ODovTKBN3N5dJKnxGffTe9ETPFYkWezoW0qNhactNRHDk81Sqh6gj-EJmFrBKnhrxRwsaNR49UQSo50"
		  "70PU8gWTRonm-zwaSgq9PkpJMUrAEh9WlMKNd2A6FbDOR9QyKpcl5GEyfFDOMuj3yY\"}" },
};

static const struct secret pairwise = { { 0x70, 0x61, 0x69, 0x72 } };

void fixture_sign(struct fixture *fixture)
{
	fixture_sign_with(fixture, ALGS_OURS);
}

void fixture_sign_with(struct fixture *fixture, uint32_t algs)
{
	struct flow *flow = &fixture->flow;
	for (size_t i = 0; i < ARRAY_LEN(test_keys); i++) {
		if (!(algs & ALG_BIT(test_keys[i].alg)))
			continue;
		struct slice kid = slice_str(test_keys[i].kid);
		const struct signing_key row = {
			.kid = kid,
			.alg = test_keys[i].alg,
			.sealed = signing_key_close(flow->ring, fixture->call.arena, kid,
						    slice_str(test_keys[i].json)),
			.created = FIXTURE_NOW,
			.signs_from = FIXTURE_NOW,
		};
		ck_assert_int_eq(store_signing_key_insert(fixture->store, &row, NULL), ERR_OK);
	}
	flow->signing = signing_new();
	flow->pairwise = &pairwise;
}

static const struct test_key *find_key(enum alg alg)
{
	for (size_t i = 0; i < ARRAY_LEN(test_keys); i++)
		if (test_keys[i].alg == alg)
			return &test_keys[i];
	ck_abort_msg("no key for %s", alg_row(alg)->name);
	return NULL;
}

struct slice fixture_kid(enum alg alg)
{
	return slice_str(find_key(alg)->kid);
}

struct slice fixture_signed(struct fixture *fixture, const char *text, const char *typ,
			    enum alg alg)
{
	AUTO(jwk) struct jwk *key = NULL;
	struct slice out;
	ck_assert_int_eq(jwk_parse_private(slice_str(find_key(alg)->json), &key), ERR_OK);
	const struct jws_new jws = {
		.key = key, .alg = alg, .typ = typ, .payload = slice_str(text)
	};
	ck_assert_int_eq(jws_sign(fixture->call.arena, &jws, &out), ERR_OK);
	return out;
}

struct json *fixture_claims(struct fixture *fixture, struct slice compact, const char *typ,
			    enum alg alg)
{
	struct jws jws;
	struct json *claims;
	AUTO(jwk) struct jwk *key = NULL;
	ck_assert_int_eq(jws_parse(fixture->call.arena, compact, ALG_BIT(alg), &jws), ERR_OK);
	ck_assert(slice_equal_nocase(jws.typ, slice_str(typ)));
	ck_assert(slice_equal(jws.kid, fixture_kid(alg)));
	ck_assert_int_eq(jwk_parse_private(slice_str(find_key(alg)->json), &key), ERR_OK);
	ck_assert_int_eq(jws_verify(&jws, key), ERR_OK);
	ck_assert_int_eq(json_parse(jws.payload, &claims), ERR_OK);
	return claims;
}

struct slice claims_text(const struct json *claims, const char *name)
{
	struct slice value;
	ck_assert_msg(json_get_text(claims, name, &value), "no %s", name);
	return value;
}

int64_t claims_number(const struct json *claims, const char *name)
{
	int64_t value;
	ck_assert_msg(json_get_number(claims, name, &value), "no %s", name);
	return value;
}
