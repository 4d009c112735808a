/* SPDX-License-Identifier: Apache-2.0
 *
 * self_signed_tls_client_auth: the key in the certificate must be one of the client's. */
#include "check_main.h"
#include "check_slice.h"
#include "method_fixture.h"
#include "support/certificates.h"
#include "support/jwt_maker.h"

static struct fixture fixture;
static struct pair *own;
static struct pair *second; /* registered, too: RSA */
static struct pair *foreign;

static struct pair *make(int rsa_bits, int64_t until)
{
	const struct pair_new new = { .subject = "CN=app",
				      .from = FIXTURE_NOW - 1000,
				      .until = until,
				      .rsa_bits = rsa_bits };
	return pair_make(&new);
}

static void register_keys(void)
{
	AUTO(jwk) struct jwk *first_key = pair_jwk(own);
	AUTO(jwk) struct jwk *second_key = pair_jwk(second);
	const struct jwk *keys[] = { first_key, second_key };
	struct arena *arena = fixture.call.arena;
	const char *settings[] = {
		"token_endpoint_auth_method",
		"self_signed_tls_client_auth",
		"jwks",
		arena_cstr(arena, jwt_set(arena, keys, 2)),
		NULL,
		NULL,
	};
	ck_slice_eq(method_client(&fixture, settings), SLICE_EMPTY);
}

static void setup(void)
{
	fixture_start(&fixture, "1");
	own = make(0, FIXTURE_NOW + 1000);
	second = make(2048, FIXTURE_NOW + 1000);
	foreign = make(0, FIXTURE_NOW + 1000);
	register_keys();
}

static void teardown(void)
{
	pair_free(&foreign);
	pair_free(&second);
	pair_free(&own);
	fixture_stop(&fixture);
}

static enum client_auth show(struct slice der, struct client_authenticated *client)
{
	const struct client_credentials credentials = { .client_id = SLICE("web"),
							.certificate = der };
	return method_check(&fixture, &credentials, client);
}

/* RFC8705#2.2 */
START_TEST(a_registered_key)
{
	struct client_authenticated client;
	struct arena *arena = fixture.call.arena;
	ck_assert_int_eq(show(pair_der(own, arena), &client), CLIENT_AUTH_OK);
	ck_assert(client.proved);
	ck_assert_int_eq(show(pair_der(second, arena), &client), CLIENT_AUTH_OK);
}
END_TEST

START_TEST(another_key)
{
	struct client_authenticated client;
	ck_assert_int_eq(show(pair_der(foreign, fixture.call.arena), &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client certificate with another key");
	ck_assert(!client.proved);
}
END_TEST

/* D24 */
START_TEST(a_certificate_that_has_expired)
{
	struct client_authenticated client;
	fixture_wait(&fixture, 1001);
	ck_assert_int_eq(show(pair_der(own, fixture.call.arena), &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client certificate that is not current");
}
END_TEST

START_TEST(no_certificate)
{
	struct client_authenticated client;
	ck_assert_int_eq(show(SLICE_EMPTY, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "no client certificate");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_registered_key);
	tcase_add_test(tc, another_key);
	tcase_add_test(tc, a_certificate_that_has_expired);
	tcase_add_test(tc, no_certificate);
}

TEST_MAIN("flow/client_method_self_signed_tls", add_tests)
