/* SPDX-License-Identifier: Apache-2.0
 *
 * tls_client_auth: who vouches for a certificate, which name is in it, and that it counts for no
 * other method. */
#include <stdio.h>
#include <unistd.h>

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "flow/client_ca.h"
#include "method_fixture.h"
#include "support/certificates.h"

static struct fixture fixture;
static char ca_path[128];
static struct pair *ca;
static struct pair *other_ca;

static void write_ca(const struct pair *pair)
{
	struct slice pem = pair_pem(pair, fixture.call.arena);
	FILE *file = fopen(ca_path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(pem.ptr, 1, pem.len, file), pem.len);
	ck_assert_int_eq(fclose(file), 0);
}

static struct pair *make_ca(const char *subject)
{
	const struct pair_new new = { .subject = subject,
				      .from = FIXTURE_NOW - 1000,
				      .until = FIXTURE_NOW + 1000,
				      .is_ca = true };
	return pair_make(&new);
}

static void setup(void)
{
	fixture_start(&fixture, "1");
	snprintf(ca_path, sizeof(ca_path), "%s/ca.pem", fixture.dir);
	ca = make_ca("CN=ca");
	other_ca = make_ca("CN=other");
	write_ca(ca);
	ck_assert_int_eq(client_ca_load(ca_path, &fixture.flow.client_ca), ERR_OK);
}

static void teardown(void)
{
	client_ca_free(&fixture.flow.client_ca);
	pair_free(&other_ca);
	pair_free(&ca);
	fixture_stop(&fixture);
}

#define NAMES \
	"DNS:app.example.com,URI:https://app.example.com/id,IP:192.0.2.7,email:app@example.com"

static struct slice certificate_of(const struct pair *issuer, const char *usage, int64_t until)
{
	const struct pair_new new = { .subject = "O=Example Ltd/CN=app",
				      .issuer = issuer,
				      .names = NAMES,
				      .usage = usage,
				      .from = FIXTURE_NOW - 1000,
				      .until = until };
	AUTO(pair) struct pair *pair = pair_make(&new);
	return pair_der(pair, fixture.call.arena);
}

static struct slice good_certificate(void)
{
	return certificate_of(ca, "clientAuth", FIXTURE_NOW + 1000);
}

static void register_as(const char *name, const char *value)
{
	const char *settings[] = {
		"token_endpoint_auth_method", "tls_client_auth", name, value, NULL, NULL
	};
	ck_slice_eq(method_client(&fixture, settings), SLICE_EMPTY);
}

/* RFC8705#2.1.2 */
static const struct row {
	const char *setting;
	const char *value;
	bool fits;
} rows[] = {
	{ "tls_client_auth_subject_dn", "CN=app,O=Example Ltd", true },
	{ "tls_client_auth_subject_dn", "cn=App, o=example  ltd", true },
	{ "tls_client_auth_san_dns", "app.example.com", true },
	{ "tls_client_auth_san_dns", "APP.example.com", true },
	{ "tls_client_auth_san_uri", "https://app.example.com/id", true },
	{ "tls_client_auth_san_ip", "192.0.2.7", true },
	{ "tls_client_auth_san_email", "app@example.com", true },

	{ "tls_client_auth_subject_dn", "CN=app", false },
	{ "tls_client_auth_subject_dn", "O=Example Ltd,CN=app", false },
	{ "tls_client_auth_subject_dn", "CN=other,O=Example Ltd", false },
	{ "tls_client_auth_san_dns", "example.com", false },
	{ "tls_client_auth_san_dns", "*.example.com", false },
	{ "tls_client_auth_san_uri", "https://app.example.com/", false },
	{ "tls_client_auth_san_ip", "192.0.2.8", false },
	{ "tls_client_auth_san_email", "other@example.com", false },
};

START_TEST(names)
{
	const struct row *row = &rows[_i];
	struct client_authenticated client;
	register_as(row->setting, row->value);
	const struct client_credentials credentials = { .client_id = SLICE("web"),
							.certificate = good_certificate() };
	enum client_auth auth = method_check(&fixture, &credentials, &client);
	ck_assert_msg((auth == CLIENT_AUTH_OK) == row->fits, "%s", row->value);
	ck_assert_msg(client.proved == row->fits, "%s", row->value);
	if (!row->fits)
		ck_slice_str(method_why(&fixture), "client certificate with another name");
}
END_TEST

static void refuse(struct slice certificate, const char *why)
{
	struct client_authenticated client;
	const struct client_credentials credentials = { .client_id = SLICE("web"),
							.certificate = certificate };
	ck_assert_msg(method_check(&fixture, &credentials, &client) == CLIENT_AUTH_REFUSED, "%s",
		      why);
	ck_slice_str(method_why(&fixture), why);
	ck_assert(!client.proved);
}

/* RFC8705#2.1: the chain is validated */
START_TEST(who_vouches)
{
	register_as("tls_client_auth_san_dns", "app.example.com");
	refuse(certificate_of(other_ca, "clientAuth", FIXTURE_NOW + 1000),
	       "client certificate of no authority of ours");
	refuse(certificate_of(NULL, "clientAuth", FIXTURE_NOW + 1000),
	       "client certificate of no authority of ours");
	refuse(certificate_of(ca, "clientAuth", FIXTURE_NOW - 1),
	       "client certificate of no authority of ours");
	refuse(certificate_of(ca, "serverAuth", FIXTURE_NOW + 1000),
	       "client certificate of no authority of ours");
	refuse(SLICE("no DER"), "client certificate is malformed");
	refuse(SLICE_EMPTY, "no client certificate");
}
END_TEST

START_TEST(without_authorities_nobody_is_vouched_for)
{
	register_as("tls_client_auth_san_dns", "app.example.com");
	client_ca_free(&fixture.flow.client_ca);
	refuse(good_certificate(), "client certificate of no authority of ours");
}
END_TEST

START_TEST(authorities_are_read_anew)
{
	struct client_authenticated client;
	register_as("tls_client_auth_san_dns", "app.example.com");
	write_ca(other_ca);
	refuse(certificate_of(other_ca, "clientAuth", FIXTURE_NOW + 1000),
	       "client certificate of no authority of ours");
	ck_assert_int_eq(client_ca_reload(fixture.flow.client_ca), ERR_OK);
	const struct client_credentials credentials = {
		.client_id = SLICE("web"),
		.certificate = certificate_of(other_ca, "clientAuth", FIXTURE_NOW + 1000),
	};
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
	/* What cannot be read leaves things as they were. */
	ck_assert_int_eq(unlink(ca_path), 0);
	ck_assert_int_eq(client_ca_reload(fixture.flow.client_ca), ERR_INVALID);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
	write_ca(ca);
}
END_TEST

START_TEST(out_of_a_header)
{
	struct client_authenticated client;
	struct client_authenticated direct;
	struct slice der = good_certificate();
	register_as("tls_client_auth_san_dns", "app.example.com");
	const struct client_credentials by_header = {
		.client_id = SLICE("web"),
		.certificate_text = encode_base64(fixture.call.arena, der),
	};
	const struct client_credentials by_tls = { .client_id = SLICE("web"), .certificate = der };
	ck_assert_int_eq(method_check(&fixture, &by_header, &client), CLIENT_AUTH_OK);
	ck_assert_int_eq(method_check(&fixture, &by_tls, &direct), CLIENT_AUTH_OK);
	ck_assert(hash_equal(&client.certificate, &direct.certificate));
	const struct client_credentials broken = { .client_id = SLICE("web"),
						   .certificate_text = SLICE("-----BEGIN") };
	ck_assert_int_eq(method_check(&fixture, &broken, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "client certificate is malformed");
}
END_TEST

/* RFC6749#2.3: a secret beside it is a second method, and an event loop decides nothing */
START_TEST(other_methods)
{
	struct client_authenticated client;
	register_as("tls_client_auth_san_dns", "app.example.com");
	struct client_credentials credentials = { .client_id = SLICE("web"),
						  .secret = SLICE("x"),
						  .certificate = good_certificate() };
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_REFUSED);
	ck_slice_str(method_why(&fixture), "another method than the client's own");
	credentials.secret = SLICE_EMPTY;
	ck_assert_int_eq(client_auth_quick(&fixture.flow, &fixture.call, &credentials, &client),
			 CLIENT_AUTH_NEEDS_WORKER);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
}
END_TEST

/* RFC8705#4: the certificate of a client that does not authenticate by it is told all the same */
START_TEST(a_public_client_with_a_certificate)
{
	struct client_authenticated client;
	struct hash thumbprint;
	struct slice der = good_certificate();
	method_public_client(&fixture, "tv");
	const struct client_credentials credentials = { .client_id = SLICE("tv"),
							.certificate = der };
	hash_sha256(der, &thumbprint);
	ck_assert_int_eq(method_check(&fixture, &credentials, &client), CLIENT_AUTH_OK);
	ck_assert(!client.proved);
	ck_assert(hash_equal(&client.certificate, &thumbprint));
	const struct client_credentials without = { .client_id = SLICE("tv") };
	ck_assert_int_eq(method_check(&fixture, &without, &client), CLIENT_AUTH_OK);
	ck_assert(!hash_equal(&client.certificate, &thumbprint));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, names, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, who_vouches);
	tcase_add_test(tc, without_authorities_nobody_is_vouched_for);
	tcase_add_test(tc, authorities_are_read_anew);
	tcase_add_test(tc, out_of_a_header);
	tcase_add_test(tc, other_methods);
	tcase_add_test(tc, a_public_client_with_a_certificate);
}

TEST_MAIN("flow/client_method_tls", add_tests)
