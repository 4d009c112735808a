/* SPDX-License-Identifier: Apache-2.0
 *
 * What settings ask of each other, and by which method a client authenticates. */
#include "domain/client_settings.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

#define METHOD "token_endpoint_auth_method="
#define KEYS "jwks={\"keys\":[]}"
/* RFC7515#A.3.1 */
#define EC_KEY(more) \
	"jwks={\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\"," more \
	"\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\"," \
	"\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"
#define URI "jwks_uri=https://app.example.com/keys"

struct row {
	const char *name;
	enum client_type type;
	struct slice settings;
	struct slice uris;
	enum client_setting fault; /* SETTING_COUNT: none */
};

#define PUBLIC .type = CLIENT_PUBLIC
#define CONFIDENTIAL .type = CLIENT_CONFIDENTIAL
#define FINE .fault = SETTING_COUNT
#define FRAME "frontchannel_logout_uri="

static const struct row rows[] = {
	/* FCLOGOUT#2 */
	{ "a frame beside a redirect URI", PUBLIC, SLICE(FRAME "https://app.example.com/out?x=1"),
	  SLICE("https://other.example/cb\nhttps://app.example.com/cb"), FINE },
	{ "a frame at a port that goes without saying", PUBLIC,
	  SLICE(FRAME "https://app.example.com:443/out"), SLICE("https://APP.example.com/cb"),
	  FINE },
	{ "a frame on loopback", PUBLIC, SLICE(FRAME "http://127.0.0.1:3000/out"),
	  SLICE("http://127.0.0.1:3000/cb"), FINE },
	{ "a frame at another host", PUBLIC, SLICE(FRAME "https://evil.example/out"),
	  SLICE("https://app.example.com/cb"), .fault = SETTING_FRONTCHANNEL_LOGOUT_URI },
	{ "a frame at another port", PUBLIC, SLICE(FRAME "https://app.example.com:8443/out"),
	  SLICE("https://app.example.com/cb"), .fault = SETTING_FRONTCHANNEL_LOGOUT_URI },
	{ "a frame by another scheme", PUBLIC, SLICE(FRAME "http://127.0.0.1:3000/out"),
	  SLICE("https://127.0.0.1:3000/cb"), .fault = SETTING_FRONTCHANNEL_LOGOUT_URI },
	{ "a frame at a host that begins alike", PUBLIC,
	  SLICE(FRAME "https://app.example.com.evil.example/out"),
	  SLICE("https://app.example.com/cb"), .fault = SETTING_FRONTCHANNEL_LOGOUT_URI },
	{ "a frame without any redirect URI", PUBLIC, SLICE(FRAME "https://app.example.com/out"),
	  .fault = SETTING_FRONTCHANNEL_LOGOUT_URI },
	{ "a public client that says nothing", PUBLIC, FINE },
	{ "a confidential client that says nothing", CONFIDENTIAL, FINE },
	{ "a public client without a method", PUBLIC, SLICE(METHOD "none"), FINE },
	{ "a secret by header alone", CONFIDENTIAL, SLICE(METHOD "client_secret_basic"), FINE },
	{ "private_key_jwt with keys", CONFIDENTIAL, SLICE(METHOD "private_key_jwt\n" KEYS), FINE },
	{ "private_key_jwt with an address of keys", CONFIDENTIAL,
	  SLICE(METHOD "private_key_jwt\ntoken_endpoint_auth_signing_alg=ES256\n" URI), FINE },
	{ "client_secret_jwt", CONFIDENTIAL,
	  SLICE(METHOD "client_secret_jwt\ntoken_endpoint_auth_signing_alg=HS384"), FINE },
	{ "self_signed_tls_client_auth", CONFIDENTIAL,
	  SLICE(METHOD "self_signed_tls_client_auth\n" KEYS), FINE },
	/* RFC8705#2.1.2 */
	{ "tls_client_auth with one name", CONFIDENTIAL,
	  SLICE(METHOD "tls_client_auth\ntls_client_auth_san_dns=app.example.com"), FINE },
	{ "encryption with all it needs", CONFIDENTIAL,
	  SLICE(EC_KEY("") "\nid_token_encrypted_response_alg=ECDH-ES\n"
			   "id_token_encrypted_response_enc=A128GCM"),
	  FINE },
	{ "encryption to keys that are fetched", CONFIDENTIAL,
	  SLICE(URI "\nid_token_encrypted_response_alg=RSA-OAEP-256\n"
		    "id_token_encrypted_response_enc=A256GCM"),
	  FINE },
	{ "pairwise with one host", PUBLIC, SLICE("subject_type=pairwise"),
	  SLICE("https://app.example.com/a\nhttps://APP.example.com:8443/b"), FINE },
	{ "pairwise without any URI", PUBLIC, SLICE("subject_type=pairwise"), FINE },
	{ "pairwise with several hosts and a sector", PUBLIC,
	  SLICE("subject_type=pairwise\nsector_identifier_uri=https://example.com/sector"),
	  SLICE("https://a.example.com/\nhttps://b.example.com/"), FINE },
	{ "several hosts and one name for all", PUBLIC, SLICE_EMPTY,
	  SLICE("https://a.example.com/\nhttps://b.example.com/"), FINE },
	{ "signed requests with keys", CONFIDENTIAL,
	  SLICE(KEYS "\nrequire_signed_request_object=true"), FINE },

	{ "a public client with a secret", PUBLIC, SLICE(METHOD "client_secret_post"),
	  .fault = SETTING_AUTH_METHOD },
	{ "a public client with keys", PUBLIC, SLICE(METHOD "private_key_jwt\n" KEYS),
	  .fault = SETTING_AUTH_METHOD },
	{ "a confidential client that proves nothing", CONFIDENTIAL, SLICE(METHOD "none"),
	  .fault = SETTING_AUTH_METHOD },
	{ "a method that nobody knows", CONFIDENTIAL, SLICE(METHOD "password"),
	  .fault = SETTING_AUTH_METHOD },
	/* RFC7591#2 */
	{ "keys and an address of keys", CONFIDENTIAL, SLICE(KEYS "\n" URI),
	  .fault = SETTING_JWKS },
	{ "private_key_jwt without keys", CONFIDENTIAL, SLICE(METHOD "private_key_jwt"),
	  .fault = SETTING_JWKS },
	{ "self_signed_tls_client_auth without keys", CONFIDENTIAL,
	  SLICE(METHOD "self_signed_tls_client_auth"), .fault = SETTING_JWKS },
	/* RFC8705#2.1.2 */
	{ "tls_client_auth without a name", CONFIDENTIAL, SLICE(METHOD "tls_client_auth"),
	  .fault = SETTING_TLS_SUBJECT_DN },
	{ "tls_client_auth with two names", CONFIDENTIAL,
	  SLICE(METHOD "tls_client_auth\ntls_client_auth_subject_dn=CN=a\n"
		       "tls_client_auth_san_email=a@b.example"),
	  .fault = SETTING_TLS_SUBJECT_DN },
	{ "an algorithm of secrets with private_key_jwt", CONFIDENTIAL,
	  SLICE(METHOD "private_key_jwt\ntoken_endpoint_auth_signing_alg=HS256\n" KEYS),
	  .fault = SETTING_AUTH_SIGNING_ALG },
	{ "an algorithm of keys with client_secret_jwt", CONFIDENTIAL,
	  SLICE(METHOD "client_secret_jwt\ntoken_endpoint_auth_signing_alg=RS256"),
	  .fault = SETTING_AUTH_SIGNING_ALG },
	{ "an algorithm without assertions", CONFIDENTIAL,
	  SLICE("token_endpoint_auth_signing_alg=RS256"), .fault = SETTING_AUTH_SIGNING_ALG },
	{ "signed requests without keys", CONFIDENTIAL, SLICE("require_signed_request_object=true"),
	  .fault = SETTING_JWKS },
	{ "encryption without its second half", CONFIDENTIAL,
	  SLICE(KEYS "\nid_token_encrypted_response_alg=ECDH-ES"),
	  .fault = SETTING_ID_TOKEN_ENCRYPTION_ENC },
	{ "encryption without its first half", CONFIDENTIAL,
	  SLICE(KEYS "\nid_token_encrypted_response_enc=A128GCM"),
	  .fault = SETTING_ID_TOKEN_ENCRYPTION_ENC },
	{ "encryption without keys", CONFIDENTIAL,
	  SLICE("id_token_encrypted_response_alg=ECDH-ES\n"
		"id_token_encrypted_response_enc=A128GCM"),
	  .fault = SETTING_JWKS },
	/* OIDC#10.2 */
	{ "encryption to a key of another type", CONFIDENTIAL,
	  SLICE(EC_KEY("") "\nid_token_encrypted_response_alg=RSA-OAEP-256\n"
			   "id_token_encrypted_response_enc=A128GCM"),
	  .fault = SETTING_JWKS },
	{ "encryption to a key for signatures", CONFIDENTIAL,
	  SLICE(EC_KEY("\"use\":\"sig\",") "\nid_token_encrypted_response_alg=ECDH-ES\n"
					   "id_token_encrypted_response_enc=A128GCM"),
	  .fault = SETTING_JWKS },
	{ "encryption to no key", CONFIDENTIAL,
	  SLICE(KEYS "\nid_token_encrypted_response_alg=ECDH-ES\n"
		     "id_token_encrypted_response_enc=A128GCM"),
	  .fault = SETTING_JWKS },
	{ "two kinds of binding", CONFIDENTIAL,
	  SLICE("dpop_bound_access_tokens=true\n"
		"tls_client_certificate_bound_access_tokens=true"),
	  .fault = SETTING_DPOP_BOUND },
	/* OIDC#8.1 */
	{ "pairwise with several hosts", PUBLIC, SLICE("subject_type=pairwise"),
	  SLICE("https://a.example.com/\nhttps://b.example.com/"),
	  .fault = SETTING_SECTOR_IDENTIFIER_URI },
	{ "pairwise with several addresses", PUBLIC, SLICE("subject_type=pairwise"),
	  SLICE("https://[2001:db8::1]/\nhttps://[2001:db8::2]/"),
	  .fault = SETTING_SECTOR_IDENTIFIER_URI },
	{ "pairwise with a host and an app", PUBLIC, SLICE("subject_type=pairwise"),
	  SLICE("https://a.example.com/\ncom.example.a:/cb"),
	  .fault = SETTING_SECTOR_IDENTIFIER_URI },
};

START_TEST(rules)
{
	const struct row *row = &rows[_i];
	const struct client client = { .type = row->type,
				       .settings = row->settings,
				       .redirect_uris = row->uris };
	struct client_settings_fault fault;
	enum err err = client_settings_check(&client, &fault);
	ck_assert_msg(fault.setting == row->fault, "%s: %d", row->name, (int)fault.setting);
	ck_assert_msg((err == ERR_OK) == (row->fault == SETTING_COUNT), "%s", row->name);
	ck_assert_msg(slice_is_empty(fault.why) == (err == ERR_OK), "%s", row->name);
}
END_TEST

static const struct method_row {
	const char *name;
	enum client_type type;
	struct slice settings;
	enum client_method method;
} method_rows[] = {
	{ "public", PUBLIC, SLICE(""), CLIENT_METHOD_NONE },
	{ "public, said", PUBLIC, SLICE(METHOD "none"), CLIENT_METHOD_NONE },
	{ "confidential", CONFIDENTIAL, SLICE(""), CLIENT_METHOD_SECRET },
	{ "pinned to the header", CONFIDENTIAL, SLICE(METHOD "client_secret_basic"),
	  CLIENT_METHOD_SECRET_BASIC },
	{ "by key", CONFIDENTIAL, SLICE(METHOD "private_key_jwt"), CLIENT_METHOD_PRIVATE_KEY_JWT },
	{ "a confidential client never has none", CONFIDENTIAL, SLICE(METHOD "none"),
	  CLIENT_METHOD_COUNT },
	{ "a public client never proves itself", PUBLIC, SLICE(METHOD "tls_client_auth"),
	  CLIENT_METHOD_COUNT },
	{ "unknown", CONFIDENTIAL, SLICE(METHOD "x"), CLIENT_METHOD_COUNT },
};

START_TEST(methods)
{
	const struct method_row *row = &method_rows[_i];
	const struct client client = { .type = row->type, .settings = row->settings };
	ck_assert_msg(client_method_of(&client) == row->method, "%s", row->name);
}
END_TEST

/* Each choice is a method of its own, and each method is a choice. */
START_TEST(method_names)
{
	AUTO(arena) struct arena *arena = arena_new();
	const char *const *choices = client_setting_row(SETTING_AUTH_METHOD)->choices;
	bool seen[CLIENT_METHOD_COUNT] = { false };
	size_t count = 0;
	for (; choices[count]; count++) {
		struct client client = {
			.type = strcmp(choices[count], "none") == 0 ? CLIENT_PUBLIC
								    : CLIENT_CONFIDENTIAL,
			.settings = arena_printf(arena, METHOD "%s", choices[count]),
		};
		enum client_method method = client_method_of(&client);
		ck_assert_msg(method < CLIENT_METHOD_COUNT && !seen[method], "%s", choices[count]);
		seen[method] = true;
	}
	ck_assert_uint_eq(count, CLIENT_METHOD_COUNT);
	ck_assert(client_method_seals_secret(CLIENT_METHOD_SECRET_JWT));
	ck_assert(!client_method_seals_secret(CLIENT_METHOD_SECRET));
	ck_assert(client_method_has_secret(CLIENT_METHOD_SECRET_JWT));
	ck_assert(!client_method_has_secret(CLIENT_METHOD_PRIVATE_KEY_JWT));
	ck_assert(!client_method_has_secret(CLIENT_METHOD_COUNT));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, rules, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, methods, 0, ARRAY_LEN(method_rows));
	tcase_add_test(tc, method_names);
}

TEST_MAIN("domain/client_settings", add_tests)
