/* SPDX-License-Identifier: Apache-2.0
 *
 * DPoP proofs: a right one, each thing that can be wrong with one, and what comes once. RFC9449#4.3
 */
#include "flow/dpop.h"

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "flow/dpop_nonce.h"
#include "flow/flow_fixture.h"
#include "flow/lost_store.h"
#include "support/jwt_maker.h"

#define URL "https://login.example/o/token/"
#define PAYLOAD(claims) "{" claims "}"
#define JTI "\"jti\":\"1\","
#define HTM "\"htm\":\"POST\","
#define HTU "\"htu\":\"" URL "\","
#define IAT "\"iat\":1700000000"
#define GOOD PAYLOAD(JTI HTM HTU IAT)

static struct fixture fixture;
static struct jwk *key;
static struct jwk *other;

static void setup(void)
{
	fixture_start(&fixture, "1");
	key = jwk_generate(ALG_ES256);
	other = jwk_generate(ALG_ES256);
}

static void teardown(void)
{
	jwk_free(&other);
	jwk_free(&key);
	fixture_stop(&fixture);
}

/* What the header holds in the place of %s. */
enum embedded { PUBLIC_KEY = 0, OTHER_KEY, PRIVATE_KEY, NO_KEY, SYMMETRIC_KEY, KEY_AS_TEXT };

static struct slice jwk_member(enum embedded embedded)
{
	struct arena *arena = fixture.call.arena;
	switch (embedded) {
	case PUBLIC_KEY:
		return arena_printf(arena, ",\"jwk\":%.*s", SLICE_ARG(jwt_public(arena, key)));
	case OTHER_KEY:
		return arena_printf(arena, ",\"jwk\":%.*s", SLICE_ARG(jwt_public(arena, other)));
	case PRIVATE_KEY:
		return arena_printf(arena, ",\"jwk\":%.*s", SLICE_ARG(jwk_private(key, arena)));
	case SYMMETRIC_KEY:
		return SLICE(",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAECAwQFBgcICQoLDA0ODw\"}");
	case KEY_AS_TEXT:
		return SLICE(",\"jwk\":\"x\"");
	default:
		return SLICE_EMPTY;
	}
}

static struct slice proof_of(const char *alg, const char *typ, enum embedded embedded,
			     struct slice payload)
{
	struct arena *arena = fixture.call.arena;
	struct slice member = jwk_member(embedded);
	struct slice header = arena_printf(arena, "{\"alg\":\"%s\"%s%s%s%.*s}", alg,
					   *typ ? ",\"typ\":\"" : "", typ, *typ ? "\"" : "",
					   SLICE_ARG(member));
	return jwt_made(arena, key, ALG_ES256, header, payload);
}

static struct slice good_proof(const char *payload)
{
	return proof_of("ES256", "dpop+jwt", PUBLIC_KEY, slice_str(payload));
}

static enum oauth_error check(struct slice proof, struct dpop_checked *out)
{
	const struct dpop_request request = {
		.proof = proof, .method = "POST", .url = SLICE(URL), .access_token = SLICE_EMPTY
	};
	return dpop_check(&fixture.flow, &fixture.call, &request, out);
}

static const struct row {
	const char *name;
	const char *alg;
	const char *typ;
	enum embedded embedded;
	const char *payload;
	const char *why; /* NULL: it is fine */
} rows[] = {
	{ "as it should be", "ES256", "dpop+jwt", PUBLIC_KEY, GOOD, NULL },
	{ "the type in full", "ES256", "application/DPoP+jwt", PUBLIC_KEY, GOOD, NULL },
	{ "four minutes old", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD(JTI HTM HTU "\"iat\":1699999760"), NULL },
	{ "a query in htu", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD(JTI HTM "\"htu\":\"" URL "?a=b\"," IAT), NULL },
	{ "claims of its own", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD(JTI HTM HTU "\"x\":{}," IAT), NULL },

#define MALFORMED "DPoP proof is malformed or not signed by its key"
	{ "no type", "ES256", "", PUBLIC_KEY, GOOD, MALFORMED },
	{ "another type", "ES256", "jwt", PUBLIC_KEY, GOOD, MALFORMED },
	{ "no algorithm", "none", "dpop+jwt", PUBLIC_KEY, GOOD, MALFORMED },
	{ "an algorithm of secrets", "HS256", "dpop+jwt", PUBLIC_KEY, GOOD, MALFORMED },
	{ "an algorithm that nobody knows", "XX256", "dpop+jwt", PUBLIC_KEY, GOOD, MALFORMED },
	{ "an algorithm of another kind of key", "RS256", "dpop+jwt", PUBLIC_KEY, GOOD, MALFORMED },
	{ "no key", "ES256", "dpop+jwt", NO_KEY, GOOD, MALFORMED },
	{ "a private key", "ES256", "dpop+jwt", PRIVATE_KEY, GOOD, MALFORMED },
	{ "a symmetric key", "ES256", "dpop+jwt", SYMMETRIC_KEY, GOOD, MALFORMED },
	{ "a key that is text", "ES256", "dpop+jwt", KEY_AS_TEXT, GOOD, MALFORMED },
	{ "the key of another", "ES256", "dpop+jwt", OTHER_KEY, GOOD, MALFORMED },
	{ "no object", "ES256", "dpop+jwt", PUBLIC_KEY, "[]", MALFORMED },
	{ "claims that repeat", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD(JTI HTM HTU IAT ",\"htm\":\"POST\""), MALFORMED },
	{ "no jti", "ES256", "dpop+jwt", PUBLIC_KEY, PAYLOAD(HTM HTU IAT),
	  "DPoP proof without a usable jti" },
	{ "a jti that is a number", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD("\"jti\":1," HTM HTU IAT), "DPoP proof without a usable jti" },
	{ "no method", "ES256", "dpop+jwt", PUBLIC_KEY, PAYLOAD(JTI HTU IAT),
	  "DPoP proof for another method" },
	{ "another method", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD(JTI "\"htm\":\"GET\"," HTU IAT), "DPoP proof for another method" },
	{ "no URL", "ES256", "dpop+jwt", PUBLIC_KEY, PAYLOAD(JTI HTM IAT),
	  "DPoP proof for another URL" },
	{ "another URL", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD(JTI HTM "\"htu\":\"https://other.example/o/token/\"," IAT),
	  "DPoP proof for another URL" },
	{ "no time", "ES256", "dpop+jwt", PUBLIC_KEY, PAYLOAD(JTI HTM "\"htu\":\"" URL "\""),
	  "DPoP proof of another time" },
	{ "a time that is text", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD(JTI HTM HTU "\"iat\":\"1700000000\""), "DPoP proof of another time" },
	{ "an hour old", "ES256", "dpop+jwt", PUBLIC_KEY, PAYLOAD(JTI HTM HTU "\"iat\":1699996400"),
	  "DPoP proof of another time" },
	{ "an hour ahead", "ES256", "dpop+jwt", PUBLIC_KEY,
	  PAYLOAD(JTI HTM HTU "\"iat\":1700003600"), "DPoP proof of another time" },
};

START_TEST(proofs)
{
	const struct row *row = &rows[_i];
	struct dpop_checked checked;
	struct hash thumbprint;
	enum oauth_error error = check(
		proof_of(row->alg, row->typ, row->embedded, slice_str(row->payload)), &checked);
	ck_assert_msg(error == (row->why ? OAUTH_INVALID_DPOP_PROOF : OAUTH_OK), "%s: %d",
		      row->name, (int)error);
	ck_slice_row(row->name, checked.nonce, SLICE_EMPTY);
	if (row->why) {
		ck_assert_msg(checked.binding.kind == BINDING_NONE, "%s", row->name);
		ck_slice_row(row->name, fixture_event(&fixture, EVENT_PROOF_REFUSED).detail,
			     slice_str(row->why));
		return;
	}
	jwk_thumbprint(key, &thumbprint);
	ck_assert_msg(checked.binding.kind == BINDING_DPOP, "%s", row->name);
	ck_assert_msg(hash_equal(&checked.binding.thumbprint, &thumbprint), "%s", row->name);
}
END_TEST

static const enum alg own_algs[] = { ALG_RS256, ALG_PS256, ALG_ES384, ALG_ES512, ALG_PS512 };

START_TEST(other_algorithms)
{
	struct arena *arena = fixture.call.arena;
	struct dpop_checked checked;
	enum alg alg = own_algs[_i];
	AUTO(jwk) struct jwk *own = jwk_generate(alg);
	struct slice header = arena_printf(arena,
					   "{\"alg\":\"%s\",\"typ\":\"dpop+jwt\",\"jwk\":%.*s}",
					   alg_row(alg)->name, SLICE_ARG(jwt_public(arena, own)));
	ck_assert_int_eq(check(jwt_made(arena, own, alg, header, SLICE(GOOD)), &checked), OAUTH_OK);
}
END_TEST

START_TEST(no_proof_is_no_fault)
{
	struct dpop_checked checked;
	ck_assert_int_eq(check(SLICE_EMPTY, &checked), OAUTH_OK);
	ck_assert_int_eq(checked.binding.kind, BINDING_NONE);
}
END_TEST

static const char *const garbage[] = { "x", "a.b.c", "..", "eyJhbGciOiJFUzI1NiJ9..", " " };

START_TEST(what_is_no_jwt)
{
	struct dpop_checked checked;
	ck_assert_int_eq(check(slice_str(garbage[_i]), &checked), OAUTH_INVALID_DPOP_PROOF);
}
END_TEST

/* Two proofs in one header are no proof: RFC9449#4.3 */
START_TEST(two_in_one)
{
	struct dpop_checked checked;
	struct slice proof = good_proof(GOOD);
	struct slice two = arena_printf(fixture.call.arena, "%.*s, %.*s", SLICE_ARG(proof),
					SLICE_ARG(proof));
	ck_assert_int_eq(check(two, &checked), OAUTH_INVALID_DPOP_PROOF);
}
END_TEST

START_TEST(the_last_byte_of_the_signature)
{
	struct dpop_checked checked;
	struct slice proof = good_proof(GOOD);
	char *copy = arena_cstr(fixture.call.arena, proof);
	copy[proof.len - 10] = copy[proof.len - 10] == 'A' ? 'B' : 'A';
	ck_assert_int_eq(check(slice_of(copy, proof.len), &checked), OAUTH_INVALID_DPOP_PROOF);
}
END_TEST

/* RFC9449#11.1 */
START_TEST(once)
{
	struct dpop_checked checked;
	struct slice proof = good_proof(GOOD);
	ck_assert_int_eq(check(proof, &checked), OAUTH_OK);
	ck_assert_int_eq(check(proof, &checked), OAUTH_INVALID_DPOP_PROOF);
	ck_slice_str(fixture_event(&fixture, EVENT_PROOF_REFUSED).detail, "DPoP proof came twice");
	ck_assert_int_eq(checked.binding.kind, BINDING_NONE);
	/* Nor at the same address in another spelling. */
	const struct dpop_request bare = {
		.proof = proof,
		.method = "POST",
		.url = slice_sub(SLICE(URL), 0, sizeof(URL) - 2),
	};
	ck_assert_int_eq(dpop_check(&fixture.flow, &fixture.call, &bare, &checked),
			 OAUTH_INVALID_DPOP_PROOF);
	ck_slice_str(fixture_event(&fixture, EVENT_PROOF_REFUSED).detail, "DPoP proof came twice");
	/* Another proof with the same jti by the same key is the same. */
	struct slice again = good_proof(PAYLOAD(JTI HTM HTU "\"iat\":1700000001"));
	ck_assert_int_eq(check(again, &checked), OAUTH_INVALID_DPOP_PROOF);
	/* To its last second. */
	fixture_wait(&fixture, DPOP_LATE_S);
	ck_assert_int_eq(check(proof, &checked), OAUTH_INVALID_DPOP_PROOF);
	ck_slice_str(fixture_event(&fixture, EVENT_PROOF_REFUSED).detail, "DPoP proof came twice");
}
END_TEST

/* Nobody can use up the jti of another's key. */
START_TEST(a_jti_is_its_keys_own)
{
	struct arena *arena = fixture.call.arena;
	struct dpop_checked checked;
	struct slice header = arena_printf(arena,
					   "{\"alg\":\"ES256\",\"typ\":\"dpop+jwt\",\"jwk\":%.*s}",
					   SLICE_ARG(jwt_public(arena, other)));
	ck_assert_int_eq(check(jwt_made(arena, other, ALG_ES256, header, SLICE(GOOD)), &checked),
			 OAUTH_OK);
	ck_assert_int_eq(check(good_proof(GOOD), &checked), OAUTH_OK);
}
END_TEST

START_TEST(below_mtls_base_url)
{
	struct dpop_checked checked;
	fixture.flow.settings.base_url = SLICE("https://login.example");
	fixture.flow.settings.mtls_base_url = SLICE("https://mtls.login.example:8443");
	struct slice proof = good_proof(
		PAYLOAD(JTI HTM "\"htu\":\"https://mtls.login.example:8443/o/token\"," IAT));
	ck_assert_int_eq(check(proof, &checked), OAUTH_OK);
}
END_TEST

START_TEST(without_the_database)
{
	struct dpop_checked checked;
	struct lost_store lost;
	struct slice proof = good_proof(GOOD);
	lost_store_lose_seen(&lost, fixture.store);
	ck_assert_int_eq(check(proof, &checked), OAUTH_TEMPORARILY_UNAVAILABLE);
	ck_assert_int_eq(checked.binding.kind, BINDING_NONE);
	lost_store_fini(&lost);
	ck_assert_int_eq(check(proof, &checked), OAUTH_OK);
}
END_TEST

/* --- at resources ------------------------------------------------------------------------ */

static enum oauth_error use(const char *ath, const char *token)
{
	struct dpop_checked checked;
	struct arena *arena = fixture.call.arena;
	struct slice claims = arena_printf(arena, "{" JTI HTM HTU "\"ath\":\"%s\"," IAT "}", ath);
	const struct dpop_request request = {
		.proof = proof_of("ES256", "dpop+jwt", PUBLIC_KEY, claims),
		.method = "POST",
		.url = SLICE(URL),
		.access_token = slice_str(token),
	};
	return dpop_check(&fixture.flow, &fixture.call, &request, &checked);
}

/* RFC9449#4.3, #7.1; the pair is that of its figure 13 */
START_TEST(the_hash_of_the_token)
{
	static const char token[] = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
	static const char ath[] = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
	ck_assert_int_eq(use("", token), OAUTH_INVALID_DPOP_PROOF);
	ck_assert_int_eq(use("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEp", token),
			 OAUTH_INVALID_DPOP_PROOF);
	ck_assert_int_eq(use(ath, "another"), OAUTH_INVALID_DPOP_PROOF);
	ck_assert_int_eq(use(ath, token), OAUTH_OK);
}
END_TEST

/* --- nonces ------------------------------------------------------------------------------ */

static struct slice with_nonce(unsigned jti, struct slice nonce)
{
	struct slice claims = arena_printf(
		fixture.call.arena, "{\"jti\":\"n%u\"," HTM HTU "\"nonce\":\"%.*s\",\"iat\":%lld}",
		jti, SLICE_ARG(nonce), (long long)fixture.call.now);
	return proof_of("ES256", "dpop+jwt", PUBLIC_KEY, claims);
}

/* RFC9449#8, #8.2 */
START_TEST(nonces)
{
	struct dpop_checked checked;
	fixture.flow.settings.dpop_nonce = true;
	ck_assert_int_eq(check(good_proof(GOOD), &checked), OAUTH_USE_DPOP_NONCE);
	struct slice nonce = checked.nonce;
	ck_assert(!slice_is_empty(nonce));
	ck_assert_int_eq(checked.binding.kind, BINDING_NONE);

	ck_assert_int_eq(check(with_nonce(1, nonce), &checked), OAUTH_OK);
	ck_slice_eq(checked.nonce, SLICE_EMPTY);
	/* Past half of its time the next one comes along. */
	fixture_wait(&fixture, DPOP_NONCE_S / 2 + 1);
	ck_assert_int_eq(check(with_nonce(2, nonce), &checked), OAUTH_OK);
	struct slice next = checked.nonce;
	ck_assert(!slice_is_empty(next) && !slice_equal(next, nonce));
	ck_assert_int_eq(check(with_nonce(3, next), &checked), OAUTH_OK);
	ck_slice_eq(checked.nonce, SLICE_EMPTY);
	fixture_wait(&fixture, DPOP_NONCE_S / 2);
	ck_assert_int_eq(check(with_nonce(4, nonce), &checked), OAUTH_USE_DPOP_NONCE);
	ck_assert(!slice_is_empty(checked.nonce));
	ck_assert_int_eq(check(with_nonce(5, SLICE("invented")), &checked), OAUTH_USE_DPOP_NONCE);
}
END_TEST

/* A proof that was refused for its nonce has used nothing up, and a wrong one learns no nonce. */
START_TEST(a_nonce_is_asked_for_last)
{
	struct dpop_checked checked;
	fixture.flow.settings.dpop_nonce = true;
	ck_assert_int_eq(check(good_proof(PAYLOAD(JTI "\"htm\":\"GET\"," HTU IAT)), &checked),
			 OAUTH_INVALID_DPOP_PROOF);
	ck_slice_eq(checked.nonce, SLICE_EMPTY);
	ck_assert_int_eq(check(with_nonce(1, SLICE("x")), &checked), OAUTH_USE_DPOP_NONCE);
	ck_assert_int_eq(check(with_nonce(1, checked.nonce), &checked), OAUTH_OK);
}
END_TEST

/* RFC9449#7.1: what a challenge lists */
START_TEST(algs)
{
	struct slice list = dpop_algs(fixture.call.arena);
	struct slice name;
	unsigned count = 0;
	while (slice_word(&list, &name)) {
		ck_assert(ALGS_ASYMMETRIC & ALG_BIT(alg_from_name(name)));
		count++;
	}
	ck_assert_uint_eq(count, 9);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, proofs, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, other_algorithms, 0, ARRAY_LEN(own_algs));
	tcase_add_test(tc, no_proof_is_no_fault);
	tcase_add_loop_test(tc, what_is_no_jwt, 0, ARRAY_LEN(garbage));
	tcase_add_test(tc, two_in_one);
	tcase_add_test(tc, the_last_byte_of_the_signature);
	tcase_add_test(tc, once);
	tcase_add_test(tc, a_jti_is_its_keys_own);
	tcase_add_test(tc, below_mtls_base_url);
	tcase_add_test(tc, without_the_database);
	tcase_add_test(tc, the_hash_of_the_token);
	tcase_add_test(tc, nonces);
	tcase_add_test(tc, a_nonce_is_asked_for_last);
	tcase_add_test(tc, algs);
}

TEST_MAIN("flow/dpop", add_tests)
