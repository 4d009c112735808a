/* SPDX-License-Identifier: Apache-2.0
 *
 * Which authorization requests are refused, and for what. */
#include "domain/authorization_request.h"

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"
#include "domain/client_setting.h"
#include "domain/prompt.h"

#define CB "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb"
#define PKCE "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
#define BASE "client_id=app&" CB "&response_type=code"
#define HYBRID "client_id=app&" CB "&response_type=code%20id_token&scope=openid"
#define JKT "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"

static const struct scope scope_rows[] = {
	{ SLICE("openid"), SLICE(""), true },
	{ SLICE("email"), SLICE(""), false },
	{ SLICE("offline_access"), SLICE(""), false },
	{ SLICE("files"), SLICE(""), false },
};
static const struct scope_list scopes = { scope_rows, ARRAY_LEN(scope_rows) };
static struct resource resource_rows[] = {
	{ .uri = SLICE("https://api.example.com/") },
	{ .uri = SLICE("https://files.example.com/") },
};
static const struct resource_list resources = { resource_rows, ARRAY_LEN(resource_rows) };

enum kind { CONFIDENTIAL = 0, PUBLIC, WITHOUT_METHOD, DEVICE_ONLY, ANY_TYPE, APP };

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(&arena);
}

static void set(struct client *client, enum client_setting setting, const char *value)
{
	struct slice why;
	ck_assert_int_eq(
		client_setting_put(arena, &client->settings, setting, slice_str(value), &why),
		ERR_OK);
}

static struct client client_of(enum kind kind)
{
	struct client client = {
		.client_id = SLICE("app"),
		.type = kind == PUBLIC || kind == APP ? CLIENT_PUBLIC : CLIENT_CONFIDENTIAL,
		.grants = GRANT_BIT(kind == DEVICE_ONLY ? GRANT_DEVICE_CODE
							: GRANT_AUTHORIZATION_CODE),
		.redirect_uris = kind == APP ? SLICE("com.example.app:/cb")
					     : SLICE("https://app.example.com/cb"),
		.allowed_scopes = SLICE("openid email offline_access"),
		.settings = SLICE(""),
	};
	if (kind == ANY_TYPE)
		set(&client, SETTING_RESPONSE_TYPES, "code,id_token,code id_token");
	if (kind == WITHOUT_METHOD)
		set(&client, SETTING_AUTH_METHOD, "none");
	return client;
}

static struct authorization_parameters parse(const char *text)
{
	struct authorization_parameters parameters;
	ck_assert_int_eq(authorization_parameters_parse(arena, slice_str(text), &parameters),
			 ERR_OK);
	return parameters;
}

static const struct row {
	const char *name;
	const char *text;
	enum kind kind;
	bool sign_up;
	bool plain; /* no response types with an ID token */
	enum oauth_error error;
	const char *scope; /* granted */
} rows[] = {
	{ .name = "a confidential client",
	  .text = BASE "&scope=openid%20email",
	  .scope = "openid email" },
	{ .name = "a public client with PKCE",
	  .text = BASE "&" PKCE,
	  .kind = PUBLIC,
	  .scope = "openid" },
	{ .name = "no scope gives the defaults", .text = BASE, .scope = "openid" },
	{ .name = "staying connected",
	  .text = BASE "&scope=openid%20offline_access",
	  .scope = "openid offline_access" },
	{ .name = "query by name", .text = BASE "&response_mode=query", .scope = "openid" },
	{ .name = "form_post", .text = BASE "&response_mode=form_post", .scope = "openid" },
	{ .name = "a new account",
	  .text = BASE "&prompt=create",
	  .sign_up = true,
	  .scope = "openid" },
	{ .name = "max_age", .text = BASE "&max_age=0", .scope = "openid" },
	{ .name = "two resources",
	  .text = BASE "&resource=https://api.example.com/&resource=https://files.example.com/",
	  .scope = "openid" },
	{ .name = "the key of the client", .text = BASE "&dpop_jkt=" JKT, .scope = "openid" },
	{ .name = "code and ID token",
	  .text = HYBRID "&nonce=n",
	  .kind = ANY_TYPE,
	  .scope = "openid" },
	{ .name = "code and ID token by form",
	  .text = HYBRID "&nonce=n&response_mode=form_post",
	  .kind = ANY_TYPE,
	  .scope = "openid" },
	/* OIDC#11 */
	{ .name = "staying connected without a code is nothing",
	  .text = "client_id=app&" CB
		  "&response_type=id_token&nonce=n&scope=openid%20offline_access",
	  .kind = ANY_TYPE,
	  .scope = "openid" },

	/* RFC6749#3.1 */
	{ .name = "a state twice",
	  .text = BASE "&state=a&state=b",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a scope twice",
	  .text = BASE "&scope=openid&scope=openid",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "something unknown twice",
	  .text = BASE "&x=1&x=1",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a state that is no text",
	  .text = BASE "&state=%ff",
	  .error = OAUTH_INVALID_REQUEST },
	/* OIDC#7.2.1 */
	{ .name = "a registration",
	  .text = BASE "&registration=%7B%7D",
	  .error = OAUTH_REGISTRATION_NOT_SUPPORTED },
	/* RFC6749#3.1.1, RFC6749#4.1.2.1 */
	{ .name = "no response type", .text = "client_id=app&" CB, .error = OAUTH_INVALID_REQUEST },
	{ .name = "an unknown response type",
	  .text = "client_id=app&" CB "&response_type=magic",
	  .error = OAUTH_UNSUPPORTED_RESPONSE_TYPE },
	/* RFC9700#2.1.2 */
	{ .name = "an access token",
	  .text = "client_id=app&" CB "&response_type=token",
	  .kind = ANY_TYPE,
	  .error = OAUTH_UNSUPPORTED_RESPONSE_TYPE },
	{ .name = "a code and an access token",
	  .text = "client_id=app&" CB "&response_type=code%20token&nonce=n",
	  .kind = ANY_TYPE,
	  .error = OAUTH_UNSUPPORTED_RESPONSE_TYPE },
	{ .name = "none",
	  .text = "client_id=app&" CB "&response_type=none",
	  .error = OAUTH_UNSUPPORTED_RESPONSE_TYPE },
	{ .name = "an ID token where none is offered",
	  .text = HYBRID "&nonce=n",
	  .kind = ANY_TYPE,
	  .plain = true,
	  .error = OAUTH_UNSUPPORTED_RESPONSE_TYPE },
	{ .name = "an ID token for a client that did not register it",
	  .text = HYBRID "&nonce=n",
	  .error = OAUTH_UNAUTHORIZED_CLIENT },
	{ .name = "a client with another grant",
	  .text = BASE,
	  .kind = DEVICE_ONLY,
	  .error = OAUTH_UNAUTHORIZED_CLIENT },
	/* ASVS#10.4.12 */
	{ .name = "an unknown response mode",
	  .text = BASE "&response_mode=web_message",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a fragment for a code",
	  .text = BASE "&response_mode=fragment",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a query for an ID token",
	  .text = HYBRID "&nonce=n&response_mode=query",
	  .kind = ANY_TYPE,
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a form for an app",
	  .text = "client_id=app&redirect_uri=com.example.app%3A%2Fcb&response_type=code&response_mode="
		  "form_post&" PKCE,
	  .kind = APP,
	  .error = OAUTH_INVALID_REQUEST },
	/* RFC7636#4.4.1, RFC9700#2.1.1 */
	{ .name = "a public client without PKCE",
	  .text = BASE,
	  .kind = PUBLIC,
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a client that does not authenticate, without PKCE",
	  .text = BASE,
	  .kind = WITHOUT_METHOD,
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "plain",
	  .text = BASE
	  "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method="
	  "plain",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "plain by not saying so",
	  .text = BASE "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
	  .error = OAUTH_INVALID_REQUEST },
	/* RFC6749#3.3, RFC6749#4.1.2.1 */
	{ .name = "a scope that does not exist",
	  .text = BASE "&scope=openid%20magic",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "a scope that the client may not have",
	  .text = BASE "&scope=files",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "a scope with a quote", .text = BASE "&scope=%22", .error = OAUTH_INVALID_SCOPE },
	{ .name = "an ID token without openid",
	  .text = "client_id=app&" CB "&response_type=id_token&nonce=n&scope=email",
	  .kind = ANY_TYPE,
	  .error = OAUTH_INVALID_SCOPE },
	/* OIDC#3.2.2.1 */
	{ .name = "an ID token without a nonce",
	  .text = HYBRID,
	  .kind = ANY_TYPE,
	  .error = OAUTH_INVALID_REQUEST },
	/* OIDC#3.1.2.1 */
	{ .name = "none and login",
	  .text = BASE "&prompt=none%20login",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "an unknown prompt",
	  .text = BASE "&prompt=dance",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a new account where there are none",
	  .text = BASE "&prompt=create",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a negative max_age",
	  .text = BASE "&max_age=-1",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a max_age that is no number",
	  .text = BASE "&max_age=soon",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a max_age without end",
	  .text = BASE "&max_age=99999999999999999999",
	  .error = OAUTH_INVALID_REQUEST },
	/* RFC8707#2 */
	{ .name = "a resource that is not known",
	  .text = BASE "&resource=https://x.example",
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "a resource that is no URI",
	  .text = BASE "&resource=api",
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "a resource with a fragment",
	  .text = BASE "&resource=https://api.example.com/%23x",
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "nine resources",
	  .text = BASE
	  "&resource=a:1&resource=a:2&resource=a:3&resource=a:4&resource=a:5&resource=a:6"
	  "&resource=a:7&resource=a:8&resource=a:9",
	  .error = OAUTH_INVALID_TARGET },
	/* RFC9449#10 */
	{ .name = "a thumbprint that is too short",
	  .text = BASE "&dpop_jkt=abcd",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a thumbprint in the other base64",
	  .text = BASE "&dpop_jkt=NzbLsXh8uDCcd%2B6MNwXF4W%2F7noWXFZAfHkxZsRGC9Xs",
	  .error = OAUTH_INVALID_REQUEST },
};

START_TEST(requests)
{
	const struct row *row = &rows[_i];
	const struct client client = client_of(row->kind);
	const struct authorization_parameters parameters = parse(row->text);
	const struct authorization_rules rules = {
		.client = &client,
		.hybrid = !row->plain,
		.sign_up = row->sign_up,
		.scopes = &scopes,
		.resources = &resources,
	};
	struct authorization_request request;
	struct authorization_refusal refusal;
	bool fine = authorization_request_check(&rules, &parameters, arena, &request, &refusal);
	ck_assert_msg(refusal.error == row->error, "%s: %s (%.*s)", row->name,
		      oauth_error_row(refusal.error)->name, SLICE_ARG(refusal.text));
	ck_assert_msg(fine == (row->error == OAUTH_OK), "%s", row->name);
	if (fine)
		ck_slice_row(row->name, request.scope, slice_str(row->scope));
	/* RFC6749#4.1.2.1: what an error_description may hold */
	for (size_t i = 0; i < refusal.text.len; i++)
		ck_assert(refusal.text.ptr[i] >= 0x20 && refusal.text.ptr[i] < 0x7f &&
			  refusal.text.ptr[i] != '"' && refusal.text.ptr[i] != '\\');
}
END_TEST

static struct authorization_request checked(const struct client *client, const char *text)
{
	const struct authorization_parameters parameters = parse(text);
	const struct authorization_rules rules = {
		.client = client,
		.hybrid = true,
		.scopes = &scopes,
		.resources = &resources,
	};
	struct authorization_request request;
	struct authorization_refusal refusal;
	ck_assert(authorization_request_check(&rules, &parameters, arena, &request, &refusal));
	return request;
}

START_TEST(what_was_asked_for_is_there)
{
	const struct client client = client_of(ANY_TYPE);
	struct authorization_request request = checked(
		&client, HYBRID "&nonce=n%20%C3%A4&prompt=login%20consent&max_age=60&dpop_jkt=" JKT
				"&resource=https://files.example.com/&" PKCE);
	ck_assert_int_eq(request.type, RESPONSE_TYPE_CODE_ID_TOKEN);
	ck_slice_str(request.nonce, "n \xc3\xa4");
	ck_assert_uint_eq(request.prompts, PROMPT_LOGIN | PROMPT_CONSENT);
	ck_assert_int_eq(request.max_age, 60);
	ck_slice_str(request.binding, "jkt:" JKT);
	ck_slice_str(request.resource, "https://files.example.com/");
	ck_slice_str(request.code_challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
END_TEST

START_TEST(a_client_may_have_an_age_of_its_own)
{
	struct client client = client_of(CONFIDENTIAL);
	ck_assert_int_eq(checked(&client, BASE).max_age, -1);
	set(&client, SETTING_DEFAULT_MAX_AGE, "300");
	ck_assert_int_eq(checked(&client, BASE).max_age, 300);
	ck_assert_int_eq(checked(&client, BASE "&max_age=900").max_age, 900);
}
END_TEST

START_TEST(a_client_may_be_kept_to_its_resources)
{
	struct client client = client_of(CONFIDENTIAL);
	set(&client, SETTING_RESOURCES, "https://api.example.com/");
	ck_slice_str(checked(&client, BASE "&resource=https://api.example.com/").resource,
		     "https://api.example.com/");
	const struct authorization_parameters parameters = parse(
		BASE "&resource=https://files.example.com/");
	const struct authorization_rules rules = { .client = &client,
						   .scopes = &scopes,
						   .resources = &resources };
	struct authorization_request request;
	struct authorization_refusal refusal;
	ck_assert(!authorization_request_check(&rules, &parameters, arena, &request, &refusal));
	ck_assert_int_eq(refusal.error, OAUTH_INVALID_TARGET);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, requests, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, what_was_asked_for_is_there);
	tcase_add_test(tc, a_client_may_have_an_age_of_its_own);
	tcase_add_test(tc, a_client_may_be_kept_to_its_resources);
}

TEST_MAIN("domain/authorization_request", add_tests)
