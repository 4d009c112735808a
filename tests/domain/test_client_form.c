/* SPDX-License-Identifier: Apache-2.0
 *
 * The checks of the application form: each row changes one thing in a form that is fine. */
#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "domain/client.h"

enum { GRANTS_MAX = 4 };

#define DEVICE GRANT_BIT(GRANT_DEVICE_CODE)
#define CODE GRANT_BIT(GRANT_AUTHORIZATION_CODE)
#define CREDENTIALS GRANT_BIT(GRANT_CLIENT_CREDENTIALS)

static const struct scope known_rows[] = {
	{ .name = SLICE("openid"), .is_default = true },
	{ .name = SLICE("profile") },
	{ .name = SLICE("email") },
};
static const struct scope_list known = { known_rows, ARRAY_LEN(known_rows) };

/* What is NULL stands as in the form that is fine: a public device client. */
struct row {
	const char *name;
	const char *client_name;
	const char *type;
	const char *grants[GRANTS_MAX];
	const char *redirect_uris;
	const char *post_logout_redirect_uris;
	const char *allowed_origins;
	const char *algorithm;
	const char *allowed_scopes;
	const char *default_scopes;
	unsigned fault;    /* the one field that is wrong */
	const char *words; /* part of its sentence */
};

static struct slice or_else(const char *text, const char *otherwise)
{
	return slice_str(text != NULL ? text : otherwise);
}

static void check_row(const struct row *row, struct arena *arena, struct client *client,
		      struct client_faults *faults)
{
	struct slice grants[GRANTS_MAX] = { SLICE("device-code") };
	struct client_form form = {
		.name = or_else(row->client_name, "Living room"),
		.client_type = or_else(row->type, "public"),
		.grant_types = grants,
		.grant_type_count = 1,
		.redirect_uris = or_else(row->redirect_uris, ""),
		.post_logout_redirect_uris = or_else(row->post_logout_redirect_uris, ""),
		.allowed_origins = or_else(row->allowed_origins, ""),
		.algorithm = or_else(row->algorithm, ""),
		.allowed_scopes = or_else(row->allowed_scopes, ""),
		.default_scopes = or_else(row->default_scopes, ""),
	};

	for (size_t i = 0; i < GRANTS_MAX && row->grants[i] != NULL; i++) {
		grants[i] = slice_str(row->grants[i]);
		form.grant_type_count = i + 1;
	}
	client_form_check(&form, &known, arena, client, faults);
}

static const struct row fine_rows[] = {
	{ .name = "a public device client" },
	{ .name = "the seed's value for the device grant",
	  .grants = { "urn:ietf:params:oauth:grant-type:device_code" } },
	{ .name = "two grants",
	  .grants = { "device-code", "authorization-code" },
	  .redirect_uris = "https://app.example.com/cb" },
	{ .name = "a confidential client with client credentials",
	  .type = "confidential",
	  .grants = { "client-credentials" } },
	{ .name = "an empty choice beside another", .grants = { "", "device-code" } },
	{ .name = "a redirect URI that no grant needs", .redirect_uris = "com.example.app:/cb" },
	{ .name = "each algorithm: RS256", .algorithm = "RS256" },
	{ .name = "each algorithm: ES256", .algorithm = "ES256" },
	{ .name = "each algorithm: PS256", .algorithm = "PS256" },
	{ .name = "a default that is allowed",
	  .allowed_scopes = "openid profile",
	  .default_scopes = "profile" },
	{ .name = "a default where all are allowed", .default_scopes = "email" },
	{ .name = "a name in another script",
	  .client_name = "\xe6\x97\xa5\xe6\x9c\xac \xe8\xaa\x9e" },
};

START_TEST(fine)
{
	const struct row *row = &fine_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct client client = { .created = 0 };
	struct client_faults faults;

	check_row(row, arena, &client, &faults);
	for (unsigned i = 0; i < CLIENT_FIELD_COUNT; i++)
		ck_slice_row(row->name, faults.of[i], SLICE_EMPTY);
	ck_assert_msg(!faults.any, "%s", row->name);
	ck_assert_msg(client.grants != 0, "%s", row->name);
}
END_TEST

static const struct row wrong_rows[] = {
	{ .name = "no name", .client_name = "", .fault = CLIENT_FIELD_NAME, .words = "name" },
	{ .name = "a name of blanks",
	  .client_name = "  \t ",
	  .fault = CLIENT_FIELD_NAME,
	  .words = "name" },
	{ .name = "a name of two lines",
	  .client_name = "Your\nbank",
	  .fault = CLIENT_FIELD_NAME,
	  .words = "shown" },
	{ .name = "a name that turns the direction",
	  .client_name = "knab\xe2\x80\xae"
			 "ruoY",
	  .fault = CLIENT_FIELD_NAME,
	  .words = "shown" },
	{ .name = "a name that is not UTF-8",
	  .client_name = "\xff",
	  .fault = CLIENT_FIELD_NAME,
	  .words = "shown" },
	{ .name = "no type",
	  .type = "",
	  .fault = CLIENT_FIELD_TYPE,
	  .words = "public or confidential" },
	{ .name = "an unknown type",
	  .type = "secret",
	  .fault = CLIENT_FIELD_TYPE,
	  .words = "public or confidential" },
	{ .name = "no grant",
	  .grants = { "" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "at least one" },
	{ .name = "an unknown grant",
	  .grants = { "magic" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "magic" },
	/* RFC9700#2.4 */
	{ .name = "the password grant",
	  .grants = { "password" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "password grant is not offered" },
	{ .name = "the password grant beside another",
	  .grants = { "device-code", "password" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "password grant is not offered" },
	/* RFC9700#2.1.2 */
	{ .name = "the implicit grant",
	  .grants = { "implicit" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "implicit grant is not offered" },
	{ .name = "hybrid",
	  .grants = { "openid-hybrid" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "hybrid is not offered" },
	{ .name = "refresh tokens by themselves",
	  .grants = { "refresh_token" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "Refresh tokens come with" },
	/* RFC6749#4.4 */
	{ .name = "client credentials of a public client",
	  .grants = { "client-credentials" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "confidential clients alone" },
	{ .name = "client credentials of a public client beside another",
	  .grants = { "device-code", "client-credentials" },
	  .fault = CLIENT_FIELD_GRANT,
	  .words = "confidential clients alone" },
	/* RFC6749#3.1.2.2 */
	{ .name = "the code grant without a redirect URI",
	  .grants = { "authorization-code" },
	  .fault = CLIENT_FIELD_REDIRECT_URIS,
	  .words = "needs a redirect URI" },
	{ .name = "a relative redirect URI",
	  .redirect_uris = "/cb",
	  .fault = CLIENT_FIELD_REDIRECT_URIS,
	  .words = "/cb: It must begin with a scheme" },
	{ .name = "a fragment in the second",
	  .redirect_uris = "https://a.example/ https://b.example/#x",
	  .fault = CLIENT_FIELD_REDIRECT_URIS,
	  .words = "https://b.example/#x: " },
	{ .name = "http",
	  .redirect_uris = "http://a.example/",
	  .fault = CLIENT_FIELD_REDIRECT_URIS,
	  .words = "Use https" },
	{ .name = "javascript",
	  .redirect_uris = "javascript:alert(1)",
	  .fault = CLIENT_FIELD_REDIRECT_URIS,
	  .words = "scheme" },
	{ .name = "javascript after logout",
	  .post_logout_redirect_uris = "javascript:alert(1)",
	  .fault = CLIENT_FIELD_POST_LOGOUT_REDIRECT_URIS,
	  .words = "scheme" },
	{ .name = "commas do not separate",
	  .redirect_uris = "https://a.example,https://b.example",
	  .fault = CLIENT_FIELD_REDIRECT_URIS,
	  .words = "host" },
	{ .name = "an escape sequence is not shown",
	  .redirect_uris = "\x1b[2J",
	  .fault = CLIENT_FIELD_REDIRECT_URIS,
	  .words = "?[2J: " },
	{ .name = "an origin with a path",
	  .allowed_origins = "https://a.example/",
	  .fault = CLIENT_FIELD_ALLOWED_ORIGINS,
	  .words = "origin" },
	{ .name = "all origins",
	  .allowed_origins = "*",
	  .fault = CLIENT_FIELD_ALLOWED_ORIGINS,
	  .words = "scheme" },
	{ .name = "HS256",
	  .algorithm = "HS256",
	  .fault = CLIENT_FIELD_ALGORITHM,
	  .words = "HS256 is not offered" },
	{ .name = "none",
	  .algorithm = "none",
	  .fault = CLIENT_FIELD_ALGORITHM,
	  .words = "always signed" },
	{ .name = "an unknown algorithm",
	  .algorithm = "RS1",
	  .fault = CLIENT_FIELD_ALGORITHM,
	  .words = "RS256" },
	{ .name = "an unknown allowed scope",
	  .allowed_scopes = "openid admin",
	  .fault = CLIENT_FIELD_ALLOWED_SCOPES,
	  .words = "admin is not a scope" },
	{ .name = "a malformed scope",
	  .allowed_scopes = "\"openid\"",
	  .fault = CLIENT_FIELD_ALLOWED_SCOPES,
	  .words = "names of scopes" },
	{ .name = "an unknown default scope",
	  .default_scopes = "admin",
	  .fault = CLIENT_FIELD_DEFAULT_SCOPES,
	  .words = "admin is not a scope" },
	{ .name = "a default that is not allowed",
	  .allowed_scopes = "openid",
	  .default_scopes = "openid email",
	  .fault = CLIENT_FIELD_DEFAULT_SCOPES,
	  .words = "one of the allowed" },
};

static bool contains(struct slice text, struct slice part)
{
	for (size_t i = 0; i + part.len <= text.len; i++) {
		if (slice_has_prefix(slice_sub(text, i, text.len), part))
			return true;
	}
	return false;
}

START_TEST(wrong)
{
	const struct row *row = &wrong_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct client client = { .created = 0 };
	struct client_faults faults;

	check_row(row, arena, &client, &faults);
	ck_assert_msg(faults.any, "%s", row->name);
	for (unsigned i = 0; i < CLIENT_FIELD_COUNT; i++) {
		if (i != row->fault)
			ck_slice_row(row->name, faults.of[i], SLICE_EMPTY);
	}
	ck_assert_msg(contains(faults.of[row->fault], slice_str(row->words)), "%s: %.*s", row->name,
		      SLICE_ARG(faults.of[row->fault]));
	ck_assert_msg(slice_has_suffix(faults.of[row->fault], SLICE(".")), "%s", row->name);
}
END_TEST

START_TEST(normalises)
{
	const struct row row = {
		.client_name = "  Living room\t",
		.type = "confidential",
		.grants = { "authorization_code", " device-code ", "client-credentials",
			    "device-code" },
		.redirect_uris =
			" https://a.example/cb\r\n\r\nhttps://b.example/cb https://a.example/cb\n",
		.post_logout_redirect_uris = "https://a.example/bye",
		.allowed_origins = "https://a.example https://b.example:8443\n",
		.algorithm = "ES256",
		.allowed_scopes = " openid\r\n profile openid",
		.default_scopes = "profile",
	};
	AUTO(arena) struct arena *arena = arena_new();
	struct client client = { .created = 17, .enabled = true };
	struct client_faults faults;

	check_row(&row, arena, &client, &faults);
	ck_assert(!faults.any);
	ck_slice_str(client.name, "Living room");
	ck_assert_int_eq(client.type, CLIENT_CONFIDENTIAL);
	ck_assert_uint_eq(client.grants, DEVICE | CODE | CREDENTIALS);
	ck_slice_str(client.redirect_uris, "https://a.example/cb\nhttps://b.example/cb");
	ck_slice_str(client.post_logout_redirect_uris, "https://a.example/bye");
	ck_slice_str(client.allowed_origins, "https://a.example\nhttps://b.example:8443");
	ck_assert_int_eq(client.algorithm, CLIENT_ALG_ES256);
	ck_slice_str(client.allowed_scopes, "openid profile");
	ck_slice_str(client.default_scopes, "profile");
	/* What the form does not hold stays as it was. */
	ck_assert_int_eq(client.created, 17);
	ck_assert(client.enabled);
}
END_TEST

START_TEST(wrong_fields_keep_what_was_stored)
{
	const struct row row = { .client_name = "", .type = "secret", .redirect_uris = "/cb" };
	AUTO(arena) struct arena *arena = arena_new();
	struct client client = {
		.name = SLICE("Kitchen"),
		.type = CLIENT_CONFIDENTIAL,
		.redirect_uris = SLICE("https://a.example/cb"),
	};
	struct client_faults faults;

	check_row(&row, arena, &client, &faults);
	ck_assert(faults.any);
	ck_slice_str(client.name, "Kitchen");
	ck_assert_int_eq(client.type, CLIENT_CONFIDENTIAL);
	ck_slice_str(client.redirect_uris, "https://a.example/cb");
}
END_TEST

START_TEST(every_wrong_field_is_told_at_once)
{
	const struct row row = {
		.client_name = "",
		.type = "x",
		.grants = { "password" },
		.redirect_uris = "x",
		.post_logout_redirect_uris = "x",
		.allowed_origins = "x",
		.algorithm = "x",
		.allowed_scopes = "x",
		.default_scopes = "x",
	};
	AUTO(arena) struct arena *arena = arena_new();
	struct client client = { .created = 0 };
	struct client_faults faults;

	check_row(&row, arena, &client, &faults);
	for (unsigned i = 0; i < CLIENT_FIELD_COUNT; i++)
		ck_assert_msg(!slice_is_empty(faults.of[i]), "%s",
			      client_field_name((enum client_field)i));
}
END_TEST

START_TEST(long_values)
{
	char name[CLIENT_NAME_MAX + 2];
	char uris[CLIENT_URIS_MAX + 2];
	AUTO(arena) struct arena *arena = arena_new();
	struct client client = { .created = 0 };
	struct client_faults faults;
	struct row row = { .client_name = name, .redirect_uris = uris };

	memset(name, 'a', sizeof(name));
	memset(uris, ' ', sizeof(uris));
	name[CLIENT_NAME_MAX] = uris[CLIENT_URIS_MAX] = '\0';
	check_row(&row, arena, &client, &faults);
	ck_assert(!faults.any);

	name[CLIENT_NAME_MAX] = 'a';
	name[CLIENT_NAME_MAX + 1] = '\0';
	uris[CLIENT_URIS_MAX] = ' ';
	uris[CLIENT_URIS_MAX + 1] = '\0';
	check_row(&row, arena, &client, &faults);
	ck_assert(contains(faults.of[CLIENT_FIELD_NAME], SLICE("too long")));
	ck_assert(contains(faults.of[CLIENT_FIELD_REDIRECT_URIS], SLICE("too long")));

	/* A long wrong value is shown by its beginning. */
	memset(uris, 'x', CLIENT_URIS_MAX);
	uris[CLIENT_URIS_MAX] = '\0';
	check_row(&row, arena, &client, &faults);
	ck_assert_uint_lt(faults.of[CLIENT_FIELD_REDIRECT_URIS].len, 200);
	ck_assert(contains(faults.of[CLIENT_FIELD_REDIRECT_URIS], SLICE("xxx...")));
}
END_TEST

/* OIDC#3.3: where the server offers it, and only there */
START_TEST(hybrid_is_the_code_grant_with_another_response_type)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice grant = SLICE("openid-hybrid");
	const struct client_form form = {
		.name = SLICE("Shop"),
		.client_type = SLICE("confidential"),
		.grant_types = &grant,
		.grant_type_count = 1,
		.redirect_uris = SLICE("https://shop.example/cb"),
		.post_logout_redirect_uris = SLICE_EMPTY,
		.allowed_origins = SLICE_EMPTY,
		.algorithm = SLICE_EMPTY,
		.allowed_scopes = SLICE_EMPTY,
		.default_scopes = SLICE_EMPTY,
		.hybrid = true,
	};
	struct client client = { .settings = SLICE_EMPTY };
	struct client_faults faults;
	client_form_check(&form, &known, arena, &client, &faults);
	ck_assert(!faults.any);
	ck_assert_uint_eq(client.grants, CODE);
	ck_slice_str(client_setting_get(client.settings, SETTING_RESPONSE_TYPES),
		     "code,code id_token");
}
END_TEST

/* RFC7591#5, D71: what goes on without a person is not for everybody to allow himself */
START_TEST(some_grants_are_for_administrators)
{
	static const struct {
		const char *name;
		const char *grant;
		bool by_owner;
		uint32_t before;
		bool fine;
	} rows[] = {
		{ "an exchange by its owner", "token-exchange", true, 0, false },
		{ "by its name on the wire", "urn:ietf:params:oauth:grant-type:token-exchange",
		  true, DEVICE, false },
		{ "assertions by its owner", "jwt-bearer", true, GRANT_BIT(GRANT_TOKEN_EXCHANGE),
		  false },
		{ "what an administrator has allowed before", "token-exchange", true,
		  GRANT_BIT(GRANT_TOKEN_EXCHANGE), true },
		{ "an administrator", "jwt-bearer", false, 0, true },
		{ "another grant by its owner", "client-credentials", true, 0, true },
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(arena) struct arena *arena = arena_new();
		struct slice grant = slice_str(rows[i].grant);
		const struct client_form form = {
			.name = SLICE("Shop"),
			.client_type = SLICE("confidential"),
			.grant_types = &grant,
			.grant_type_count = 1,
			.by_owner = rows[i].by_owner,
		};
		struct client client = { .settings = SLICE_EMPTY, .grants = rows[i].before };
		struct client_faults faults;
		client_form_check(&form, &known, arena, &client, &faults);
		ck_assert_msg(faults.any == !rows[i].fine, "%s", rows[i].name);
		ck_assert_msg(rows[i].fine || client.grants == rows[i].before, "%s", rows[i].name);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, hybrid_is_the_code_grant_with_another_response_type);
	tcase_add_test(tc, some_grants_are_for_administrators);
	tcase_add_loop_test(tc, fine, 0, ARRAY_LEN(fine_rows));
	tcase_add_loop_test(tc, wrong, 0, ARRAY_LEN(wrong_rows));
	tcase_add_test(tc, normalises);
	tcase_add_test(tc, wrong_fields_keep_what_was_stored);
	tcase_add_test(tc, every_wrong_field_is_told_at_once);
	tcase_add_test(tc, long_values);
}

TEST_MAIN("domain/client_form", add_tests)
