/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets by header and by form, for clients that may choose and for those that may not. (What
 * secrets are right, and what is counted: test_client_auth.c.) */
#include "check_main.h"
#include "check_slice.h"
#include "method_fixture.h"

static struct fixture fixture;

static void setup(void)
{
	fixture_start(&fixture, "1");
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

/* RFC6749#2.3.1, RFC7591#2 */
static const struct row {
	const char *name;
	const char *method;
	bool by_header;
	const char *why; /* NULL: it is the client */
} rows[] = {
	{ "either way, by header", "client_secret", true, NULL },
	{ "either way, by form", "client_secret", false, NULL },
	{ "pinned to the header", "client_secret_basic", true, NULL },
	{ "pinned to the form", "client_secret_post", false, NULL },
	{ "pinned to the header, by form", "client_secret_basic", false,
	  "client secret in the form, not in the header" },
	{ "pinned to the form, by header", "client_secret_post", true,
	  "client secret in the header, not in the form" },
};

START_TEST(ways)
{
	const struct row *row = &rows[_i];
	struct client_authenticated client;
	const char *settings[] = { "token_endpoint_auth_method", row->method, NULL, NULL };
	const struct client_credentials credentials = {
		.client_id = SLICE("web"),
		.secret = method_client(&fixture, settings),
		.by_header = row->by_header,
	};
	enum client_auth auth = method_check(&fixture, &credentials, &client);
	ck_assert_msg((auth == CLIENT_AUTH_OK) == (row->why == NULL), "%s", row->name);
	ck_assert_msg(client.proved == (row->why == NULL), "%s", row->name);
	if (row->why)
		ck_slice_row(row->name, method_why(&fixture), slice_str(row->why));
	/* The first use was written, and put the client out of the cache. */
	(void)method_check(&fixture, &credentials, &client);
	enum client_auth quick = client_auth_quick(&fixture.flow, &fixture.call, &credentials,
						   &client);
	ck_assert_msg(quick == (row->why ? CLIENT_AUTH_NEEDS_WORKER : CLIENT_AUTH_OK), "%s",
		      row->name);
}
END_TEST

START_TEST(an_empty_secret_is_none)
{
	struct client_authenticated client;
	const char *settings[] = { "token_endpoint_auth_method", "client_secret_post", NULL, NULL };
	(void)method_client(&fixture, settings);
	const struct client_credentials credentials = { .client_id = SLICE("web"),
							.by_header = true };
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "no client secret");
}
END_TEST

START_TEST(an_assertion_is_another_method)
{
	struct client_authenticated client;
	struct slice secret = method_client(&fixture, NULL);
	AUTO(jwk) struct jwk *key = jwk_from_secret(secret);
	const struct client_credentials credentials = method_assertion(
		&fixture, key, ALG_HS256, METHOD_HEADER("HS256"), METHOD_PAYLOAD);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "another method than the client's own");
	/* What cannot be read is refused before the method is looked at. */
	const struct client_credentials broken = { .client_id = SLICE("web"),
						   .assertion = SLICE("a.b.c") };
	ck_assert_int_eq(method_check(&fixture, &broken, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client assertion is malformed");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, ways, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, an_empty_secret_is_none);
	tcase_add_test(tc, an_assertion_is_another_method);
}

TEST_MAIN("flow/client_method_secret", add_tests)
