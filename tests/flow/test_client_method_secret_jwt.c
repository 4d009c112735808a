/* SPDX-License-Identifier: Apache-2.0
 *
 * client_secret_jwt: assertions under the client's secret, which is sealed for that. */
#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "method_fixture.h"

static struct fixture fixture;
static struct slice secret;

static const char *const settings[] = { "token_endpoint_auth_method", "client_secret_jwt", NULL,
					NULL };

static void setup(void)
{
	fixture_start(&fixture, "1");
	secret = method_client(&fixture, settings);
	ck_assert(!slice_is_empty(secret));
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static struct client_credentials signed_by(struct slice text, enum alg alg, const char *header)
{
	AUTO(jwk) struct jwk *key = jwk_from_secret(text);
	return method_assertion(&fixture, key, alg, header, METHOD_PAYLOAD);
}

static const struct row {
	enum alg alg;
	const char *header;
} rows[] = {
	{ ALG_HS256, METHOD_HEADER("HS256") },
	{ ALG_HS384, METHOD_HEADER("HS384") },
	{ ALG_HS512, METHOD_HEADER("HS512") },
};

/* OIDC#9; the secret is long enough for each of them: RFC7518#3.2 */
START_TEST(signed_by_the_secret)
{
	struct client_authenticated client;
	const struct client_credentials credentials = signed_by(secret, rows[_i].alg,
								rows[_i].header);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
	ck_assert(client.proved);
	ck_assert(!client.wants_touch);
	struct client_entry entry = fixture_read_client(&fixture, "web");
	ck_assert_int_eq(entry.secrets.items[0].last_used, fixture.call.now);
	ck_assert(id_equal(&client.secret, &entry.secrets.items[0].id));
}
END_TEST

START_TEST(once)
{
	struct client_authenticated client;
	const struct client_credentials credentials = signed_by(secret, ALG_HS256, rows[0].header);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion came twice");
	ck_assert(!client.proved);
}
END_TEST

START_TEST(another_secret)
{
	struct client_authenticated client;
	char *other = arena_cstr(fixture.call.arena, secret);
	other[secret.len - 1] = other[secret.len - 1] == 'x' ? 'y' : 'x';
	const struct client_credentials credentials = signed_by(slice_of(other, secret.len),
								ALG_HS256, rows[0].header);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion not signed by the client's secret");
}
END_TEST

/* The secret itself is not to be sent: RFC6749#2.3 */
START_TEST(the_secret_in_clear)
{
	struct client_authenticated client;
	const struct client_credentials credentials = { .client_id = SLICE("web"),
							.secret = secret };
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "another method than the client's own");
	ck_assert_int_eq(client_auth_quick(&fixture.flow, &fixture.call, &credentials, &client),
			 CLIENT_AUTH_NEEDS_WORKER);
}
END_TEST

START_TEST(an_algorithm_of_keys)
{
	struct client_authenticated client;
	AUTO(jwk) struct jwk *key = jwk_generate(ALG_ES256);
	const struct client_credentials credentials = method_assertion(
		&fixture, key, ALG_ES256, METHOD_HEADER("ES256"), METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion with another algorithm");
}
END_TEST

START_TEST(nothing_sent)
{
	struct client_authenticated client;
	const struct client_credentials credentials = { .client_id = SLICE("web") };
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "no client assertion");
}
END_TEST

/* A secret that has ended signs nothing; its successor does. */
START_TEST(rotated)
{
	struct client_authenticated client;
	struct slice next;
	struct client_entry entry = fixture_read_client(&fixture, "web");
	ck_assert_int_eq(
		application_rotate_secret(&fixture.flow, &fixture.call, entry.client, 60, &next),
		ERR_OK);
	fixture_wait(&fixture, 60);
	AUTO(jwk) struct jwk *old_key = jwk_from_secret(secret);
	AUTO(jwk) struct jwk *new_key = jwk_from_secret(next);
	static const char payload[] = "{\"iss\":\"web\",\"sub\":\"web\",\"jti\":\"2\","
				      "\"aud\":\"https://login.example/o\",\"exp\":1700000120}";
	const struct client_credentials by_old = method_assertion(&fixture, old_key, ALG_HS256,
								  rows[0].header, payload);
	const struct client_credentials by_new = method_assertion(&fixture, new_key, ALG_HS256,
								  rows[0].header, payload);
	ck_assert_int_eq(method_check(&fixture, &by_old, &client), CLIENT_AUTH_REFUSED);
	ck_assert_int_eq(method_check(&fixture, &by_new, &client), CLIENT_AUTH_OK);
}
END_TEST

/* Without the master key that sealed it, a secret signs nothing. */
START_TEST(without_the_master_key)
{
	struct client_authenticated client;
	const struct client_credentials credentials = signed_by(secret, ALG_HS256, rows[0].header);
	fixture_set_keys(&fixture, "2");
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	fixture_set_keys(&fixture, "21");
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, signed_by_the_secret, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, once);
	tcase_add_test(tc, another_secret);
	tcase_add_test(tc, the_secret_in_clear);
	tcase_add_test(tc, an_algorithm_of_keys);
	tcase_add_test(tc, nothing_sent);
	tcase_add_test(tc, rotated);
	tcase_add_test(tc, without_the_master_key);
}

TEST_MAIN("flow/client_method_secret_jwt", add_tests)
