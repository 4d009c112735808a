/* SPDX-License-Identifier: Apache-2.0
 *
 * private_key_jwt: one assertion that is right, and each of its parts wrong in turn. */
#include "check_main.h"
#include "check_slice.h"
#include "domain/throttle.h"
#include "fetch/fetch.h"
#include "flow/client_keys.h"
#include "flow/lost_store.h"
#include "method_fixture.h"
#include "support/jwt_maker.h"
#include "support/origin.h"
#include "support/rsa_key.h"

static struct fixture fixture;
static struct jwk *key;     /* of "web" */
static struct jwk *foreign; /* of somebody else */
static struct jwk *rsa;     /* of "web", too */

static const char *set_of(const struct jwk *const *keys, size_t count)
{
	return arena_cstr(fixture.call.arena, jwt_set(fixture.call.arena, keys, count));
}

static void register_with(const char *name, const char *value)
{
	const struct jwk *keys[] = { key, rsa };
	const char *settings[] = {
		"token_endpoint_auth_method",
		"private_key_jwt",
		"jwks",
		set_of(keys, 2),
		name,
		value,
		NULL,
		NULL,
	};
	ck_slice_eq(method_client(&fixture, settings), SLICE_EMPTY);
}

static void setup(void)
{
	fixture_start(&fixture, "1");
	key = jwk_generate(ALG_ES256);
	foreign = jwk_generate(ALG_ES256);
	rsa = rsa_key(ALG_RS256, 0);
}

static void teardown(void)
{
	jwk_free(&rsa);
	jwk_free(&foreign);
	jwk_free(&key);
	fixture_stop(&fixture);
}

static struct client_credentials assertion(const char *payload)
{
	return method_assertion(&fixture, key, ALG_ES256, METHOD_HEADER("ES256"), payload);
}

#define PAYLOAD(claims) "{" claims "}"
#define ISS "\"iss\":\"web\","
#define SUB "\"sub\":\"web\","
#define AUD "\"aud\":\"https://login.example/o\","
#define EXP "\"exp\":1700000060,"
#define JTI "\"jti\":\"1\""

static const struct row {
	const char *name;
	const char *client_id; /* sent beside it; NULL: none */
	const char *header;
	const char *payload;
	const char *why; /* NULL: it is the client */
} rows[] = {
	{ .name = "as it should be", .payload = METHOD_PAYLOAD },
	{ .name = "the client_id beside it", .client_id = "web", .payload = METHOD_PAYLOAD },
	{ .name = "a type of its own",
	  .header = "{\"alg\":\"ES256\",\"typ\":\"client-authentication+jwt\"}",
	  .payload = METHOD_PAYLOAD },
	{ .name = "no type", .header = "{\"alg\":\"ES256\"}", .payload = METHOD_PAYLOAD },
	{ .name = "the audience as an array",
	  .payload = PAYLOAD(ISS SUB EXP JTI ",\"aud\":[\"https://login.example/o\"]") },
	{ .name = "a fraction of a second",
	  .payload = PAYLOAD(ISS SUB AUD JTI ",\"exp\":1700000060.5") },

	/* RFC7521#4.2 */
	{ .name = "another client_id beside it",
	  .client_id = "tv",
	  .payload = METHOD_PAYLOAD,
	  .why = "client assertion of another client_id" },
	/* RFC8725#3.11 */
	{ .name = "a token of another type",
	  .header = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}",
	  .payload = METHOD_PAYLOAD,
	  .why = "client assertion is malformed" },
	{ .name = "an extension that must be understood",
	  .header = "{\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":false}",
	  .payload = METHOD_PAYLOAD,
	  .why = "client assertion is malformed" },
	{ .name = "no algorithm",
	  .header = "{\"alg\":\"none\"}",
	  .payload = METHOD_PAYLOAD,
	  .why = "client assertion is malformed" },
	{ .name = "an algorithm of secrets",
	  .header = "{\"alg\":\"HS256\"}",
	  .payload = METHOD_PAYLOAD,
	  .why = "client assertion with another algorithm" },
	{ .name = "an algorithm that the signature does not have",
	  .header = "{\"alg\":\"RS256\"}",
	  .payload = METHOD_PAYLOAD,
	  .why = "client assertion not signed by a key of the client" },
	{ .name = "the id of no key",
	  .header = "{\"alg\":\"ES256\",\"kid\":\"no\"}",
	  .payload = METHOD_PAYLOAD,
	  .why = "client assertion not signed by a key of the client" },
	{ .name = "no object", .payload = "[]", .why = "client assertion is malformed" },
	{ .name = "claims that repeat",
	  .payload = PAYLOAD(ISS SUB AUD EXP JTI ",\"iss\":\"web\""),
	  .why = "client assertion is malformed" },
	{ .name = "an end that is no number",
	  .payload = PAYLOAD(ISS SUB AUD JTI ",\"exp\":\"1700000060\""),
	  .why = "client assertion is malformed" },
	/* RFC7523#3 */
	{ .name = "no subject",
	  .client_id = NULL,
	  .payload = PAYLOAD(ISS AUD EXP JTI),
	  .why = "unknown client" },
	{ .name = "the subject is another client",
	  .payload = PAYLOAD(ISS AUD EXP JTI ",\"sub\":\"tv\""),
	  .why = "assertion of a public client" },
	{ .name = "no issuer",
	  .payload = PAYLOAD(SUB AUD EXP JTI),
	  .why = "client assertion of another issuer" },
	{ .name = "no audience",
	  .payload = PAYLOAD(ISS SUB EXP JTI),
	  .why = "client assertion for another audience" },
	{ .name = "the token endpoint as audience",
	  .payload = PAYLOAD(ISS SUB EXP JTI ",\"aud\":\"https://login.example/o/token/\""),
	  .why = "client assertion for another audience" },
	{ .name = "an audience beside ours",
	  .payload = PAYLOAD(ISS SUB EXP JTI ",\"aud\":[\"https://login.example/o\",\"x\"]"),
	  .why = "client assertion for another audience" },
	{ .name = "no end",
	  .payload = PAYLOAD(ISS SUB AUD JTI),
	  .why = "client assertion has expired or never does" },
	{ .name = "expired",
	  .payload = PAYLOAD(ISS SUB AUD JTI ",\"exp\":1699999940"),
	  .why = "client assertion has expired or never does" },
	{ .name = "good for a day",
	  .payload = PAYLOAD(ISS SUB AUD JTI ",\"exp\":1700086400"),
	  .why = "client assertion is good for too long" },
	{ .name = "not good yet",
	  .payload = PAYLOAD(ISS SUB AUD EXP JTI ",\"nbf\":1700000061"),
	  .why = "client assertion from the future" },
	{ .name = "no jti",
	  .payload = PAYLOAD(ISS SUB AUD "\"exp\":1700000060"),
	  .why = "client assertion without a usable jti" },
};

START_TEST(assertions) /* RFC7523#3, OIDC#9 */
{
	const struct row *row = &rows[_i];
	struct client_authenticated client;
	register_with("software_id", "x");
	method_public_client(&fixture, "tv");
	struct client_credentials credentials = method_assertion(
		&fixture, key, ALG_ES256, row->header ? row->header : METHOD_HEADER("ES256"),
		row->payload);
	credentials.client_id = slice_str(row->client_id);
	enum client_auth auth = method_check(&fixture, &credentials, &client);
	ck_assert_msg((auth == CLIENT_AUTH_OK) == (row->why == NULL), "%s: %d", row->name,
		      (int)auth);
	ck_assert_msg(client.proved == (row->why == NULL), "%s", row->name);
	if (row->why)
		ck_slice_row(row->name, method_why(&fixture), slice_str(row->why));
	else
		ck_slice_row(row->name, client.entry.client->client_id, SLICE("web"));
}
END_TEST

START_TEST(another_key)
{
	struct client_authenticated client;
	register_with("software_id", "x");
	const struct client_credentials credentials = method_assertion(
		&fixture, foreign, ALG_ES256, METHOD_HEADER("ES256"), METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion not signed by a key of the client");
}
END_TEST

/* The public key as the secret of a MAC: RFC8725#2.1 */
START_TEST(a_public_key_is_no_secret)
{
	struct client_authenticated client;
	register_with("software_id", "x");
	AUTO(jwk) struct jwk *secret = jwk_from_secret(jwt_public(fixture.call.arena, key));
	const struct client_credentials credentials = method_assertion(
		&fixture, secret, ALG_HS256, METHOD_HEADER("HS256"), METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion with another algorithm");
}
END_TEST

/* RFC7523#3, OIDC#9: jti once, for as long as the assertion would be good. */
START_TEST(once_and_not_again)
{
	struct client_authenticated client;
	register_with("software_id", "x");
	const struct client_credentials credentials = assertion(METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion came twice");
	/* The same jti in another assertion is the same. */
	const struct client_credentials second = assertion(
		PAYLOAD(ISS SUB AUD JTI ",\"exp\":1700000050"));
	ck_assert_int_eq(method_check(&fixture, &second, &client), CLIENT_AUTH_REFUSED);
	/* Until its last second. */
	fixture_wait(&fixture, 60 + 59);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion came twice");
	fixture_wait(&fixture, 1);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion has expired or never does");
}
END_TEST

START_TEST(a_refused_assertion_takes_no_jti)
{
	struct client_authenticated client;
	register_with("software_id", "x");
	const struct client_credentials forged = method_assertion(
		&fixture, foreign, ALG_ES256, METHOD_HEADER("ES256"), METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &forged, &client), CLIENT_AUTH_REFUSED);
	const struct client_credentials credentials = assertion(METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
}
END_TEST

/* OIDC#9, RFC7523#3: where the client is set so */
START_TEST(the_endpoint_as_audience)
{
	static const char *const audiences[] = {
		"https://login.example/o",       "https://login.example/o/token/",
		"https://login.example/o/token", "https://mtls.login.example/o/token/",
		"https://login.example/o/par/",  "https://mtls.login.example/o/par/",
	};
	struct client_authenticated client;
	fixture.flow.settings.base_url = SLICE("https://login.example");
	fixture.flow.settings.mtls_base_url = SLICE("https://mtls.login.example");
	register_with("assertion_audience", "token_endpoint");
	for (unsigned i = 0; i < ARRAY_LEN(audiences); i++) {
		const char *payload = arena_cstr(fixture.call.arena,
						 arena_printf(fixture.call.arena,
							      "{" ISS SUB EXP
							      "\"jti\":\"%u\",\"aud\":\"%s\"}",
							      i, audiences[i]));
		struct client_credentials credentials = assertion(payload);
		credentials.endpoint = SLICE("https://login.example/o/par/");
		ck_assert_msg(method_check(&fixture, &credentials, &client) == CLIENT_AUTH_OK, "%s",
			      audiences[i]);
	}
	struct client_credentials credentials = assertion(
		PAYLOAD(ISS SUB EXP JTI "0,\"aud\":\"https://login.example/o/introspect/\""));
	credentials.endpoint = SLICE("https://login.example/o/par/");
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
}
END_TEST

/* OIDC#9: token_endpoint_auth_signing_alg */
START_TEST(the_named_algorithm_alone)
{
	struct client_authenticated client;
	register_with("token_endpoint_auth_signing_alg", "RS256");
	struct client_credentials credentials = assertion(METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion with another algorithm");
	credentials = method_assertion(&fixture, rsa, ALG_RS256, METHOD_HEADER("RS256"),
				       METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
}
END_TEST

/* RFC6749#2.3: only the method that was registered */
START_TEST(other_methods_are_refused)
{
	struct client_authenticated client;
	register_with("software_id", "x");
	const struct client_credentials none = { .client_id = SLICE("web") };
	ck_assert_int_eq(method_check(&fixture, &none, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "no client assertion");
	const struct client_credentials secret = { .client_id = SLICE("web"),
						   .secret = SLICE("x") };
	ck_assert_int_eq(method_check(&fixture, &secret, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "another method than the client's own");
}
END_TEST

START_TEST(an_event_loop_leaves_it_to_a_worker)
{
	struct client_authenticated client;
	register_with("software_id", "x");
	const struct client_credentials credentials = assertion(METHOD_PAYLOAD);
	ck_assert_int_eq(client_auth_quick(&fixture.flow, &fixture.call, &credentials, &client),
			 CLIENT_AUTH_NEEDS_WORKER);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
	ck_assert_int_eq(client_auth_quick(&fixture.flow, &fixture.call, &credentials, &client),
			 CLIENT_AUTH_NEEDS_WORKER);
	const struct client_credentials none = { .client_id = SLICE("web") };
	ck_assert_int_eq(client_auth_quick(&fixture.flow, &fixture.call, &none, &client),
			 CLIENT_AUTH_NEEDS_WORKER);
}
END_TEST

/* RFC6749#2.3.1: forged ones are counted like wrong secrets */
START_TEST(failures_are_counted)
{
	struct client_authenticated client;
	register_with("software_id", "x");
	const struct client_credentials forged = method_assertion(
		&fixture, foreign, ALG_ES256, METHOD_HEADER("ES256"), METHOD_PAYLOAD);
	unsigned limit = throttle_row(THROTTLE_CLIENT_ADDRESS)->limit;
	for (unsigned i = 0; i < limit; i++)
		ck_assert_int_eq(method_check(&fixture, &forged, &client), CLIENT_AUTH_REFUSED);
	ck_assert_int_eq(method_check(&fixture, &forged, &client), CLIENT_AUTH_OVER_BUDGET);
	ck_assert_int_gt(client.retry_after, 0);
	const struct client_credentials right = assertion(METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &right, &client), CLIENT_AUTH_OVER_BUDGET);
	/* From elsewhere the client is as good as ever. */
	fixture_set_address(&fixture, "198.51.100.9");
	ck_assert_int_eq(method_check(&fixture, &right, &client), CLIENT_AUTH_OK);
}
END_TEST

/* What cannot be remembered is not taken. */
START_TEST(without_the_database)
{
	struct client_authenticated client;
	struct lost_store lost;
	register_with("software_id", "x");
	const struct client_credentials credentials = assertion(METHOD_PAYLOAD);
	lost_store_lose_seen(&lost, fixture.store);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_UNAVAILABLE);
	ck_assert(!client.proved);
	lost_store_fini(&lost);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
}
END_TEST

START_TEST(a_disabled_client)
{
	struct client_authenticated client;
	register_with("software_id", "x");
	struct client_entry entry = fixture_read_client(&fixture, "web");
	entry.client->enabled = false;
	ck_assert_int_eq(store_client_update(fixture.store, entry.client, FIXTURE_NOW + 1, NULL),
			 ERR_OK);
	const struct client_credentials credentials = assertion(METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client is disabled");
	ck_assert_ptr_null(client.entry.client);
}
END_TEST

static const struct origin_answer gone[] = {
	{ ORIGIN_AT_ONCE, "/keys", "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n" },
};

/* Keys that cannot be had are no reason to believe anybody. */
START_TEST(keys_that_cannot_be_had)
{
	struct network loopback;
	ck_assert_int_eq(network_parse(SLICE("127.0.0.1"), &loopback), ERR_OK);
	const struct fetch_options options = { .allowed = &loopback,
					       .allowed_count = 1,
					       .allow_http = true,
					       .timeout_ms = 10000,
					       .most_bytes = 4096 };
	struct origin *origin = origin_start(gone, ARRAY_LEN(gone), false);
	fixture.flow.fetch = fetch_new(&options);
	fixture.flow.client_keys = client_keys_new();
	const char *settings[] = {
		"token_endpoint_auth_method",
		"private_key_jwt",
		"jwks_uri",
		arena_cstr(fixture.call.arena,
			   arena_printf(fixture.call.arena, "http://127.0.0.1:%u/keys",
					origin_port(origin))),
		NULL,
		NULL,
	};
	struct client_authenticated client;
	(void)method_client(&fixture, settings);
	const struct client_credentials credentials = assertion(METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "the client's keys cannot be had");
	ck_assert_uint_eq(origin_requests(origin), 1);
	client_keys_free(&fixture.flow.client_keys);
	fetch_free(&fixture.flow.fetch);
	origin_stop(&origin);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, assertions, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, another_key);
	tcase_add_test(tc, a_public_key_is_no_secret);
	tcase_add_test(tc, once_and_not_again);
	tcase_add_test(tc, a_refused_assertion_takes_no_jti);
	tcase_add_test(tc, the_endpoint_as_audience);
	tcase_add_test(tc, the_named_algorithm_alone);
	tcase_add_test(tc, other_methods_are_refused);
	tcase_add_test(tc, an_event_loop_leaves_it_to_a_worker);
	tcase_add_test(tc, failures_are_counted);
	tcase_add_test(tc, without_the_database);
	tcase_add_test(tc, a_disabled_client);
	tcase_add_test(tc, keys_that_cannot_be_had);
}

TEST_MAIN("flow/client_method_private_key_jwt", add_tests)
