/* SPDX-License-Identifier: Apache-2.0
 *
 * What a client says of itself, and what becomes of it: defaults, what is left out, what does not
 * go together. How it is read from JSON is tested over HTTP. */
#include "domain/client_metadata.h"

#include "check_main.h"
#include "check_slice.h"
#include "domain/client_settings.h"
#include "domain/names.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(&arena);
}

static const struct scope scopes[] = { { .name = SLICE("openid") }, { .name = SLICE("email") } };
static const struct scope_list known = { scopes, ARRAY_LEN(scopes) };

#define LIST(number, ...) \
	{ \
		.items = { __VA_ARGS__ }, .count = (number), .is_said = true \
	}
#define CB LIST(1, SLICE("https://app.example/cb"))
#define METHOD(value) .settings = { { SETTING_AUTH_METHOD, SLICE(value) } }, .setting_count = 1
#define NONE OAUTH_INVALID_CLIENT_METADATA

static const struct row {
	const char *name;
	struct client_metadata metadata;
	bool document;
	bool hybrid;
	bool certificates;
	enum oauth_error error;
	enum client_type type;
	uint32_t grants;
	const char *told; /* of them, with the response types; NULL: not asked */
	const char *response_types;
	const char *origins;
} rows[] = {
	{ .name = "the defaults: a confidential client with the code grant",
	  .metadata = { .redirect_uris = CB },
	  .type = CLIENT_CONFIDENTIAL,
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .response_types = "code",
	  .origins = "https://app.example" },
	{ .name = "the default of a document is a public client",
	  .metadata = { .redirect_uris = CB },
	  .document = true,
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .response_types = "code",
	  .origins = "https://app.example" },
	{ .name = "none makes it public",
	  .metadata = { .redirect_uris = CB, METHOD("none") },
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .response_types = "code",
	  .origins = "https://app.example" },
	{ .name = "a device has no redirect URIs",
	  .metadata = { .grant_types = LIST(1, SLICE(NAME_GRANT_DEVICE_CODE)), METHOD("none") },
	  .grants = GRANT_BIT(GRANT_DEVICE_CODE),
	  .told = NAME_GRANT_DEVICE_CODE " refresh_token",
	  .response_types = "code",
	  .origins = "" },
	{ .name = "what is not offered is left out",
	  .metadata = { .redirect_uris = CB,
			.grant_types = LIST(4, SLICE("implicit"), SLICE("authorization_code"),
					    SLICE("refresh_token"), SLICE("token-exchange")),
			.response_types = LIST(4, SLICE("id_token token"), SLICE("code"),
					       SLICE("code"), SLICE("code id_token")) },
	  .type = CLIENT_CONFIDENTIAL,
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .told = "authorization_code refresh_token",
	  .response_types = "code",
	  .origins = "https://app.example" },
	{ .name = "hybrid types where they are offered, in any order of words",
	  .metadata = { .redirect_uris = CB,
			.response_types = LIST(2, SLICE("id_token code"), SLICE("code")) },
	  .hybrid = true,
	  .type = CLIENT_CONFIDENTIAL,
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .told = "authorization_code refresh_token implicit",
	  .response_types = "code id_token,code",
	  .origins = "https://app.example" },
	{ .name = "the grant type of ID tokens that come with the browser is that of the code", /* RFC7591#2.1
												 */
	  .metadata = { .redirect_uris = CB,
			.grant_types = LIST(1, SLICE("implicit")),
			.response_types = LIST(1, SLICE("id_token")) },
	  .hybrid = true,
	  .type = CLIENT_CONFIDENTIAL,
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .told = "implicit",
	  .response_types = "id_token",
	  .origins = "https://app.example" },
	{ .name = "with nothing but ID tokens there is no use for a code", /* RFC7591#2.1 */
	  .metadata = { .redirect_uris = CB,
			.grant_types = LIST(2, SLICE("authorization_code"),
					    SLICE(NAME_GRANT_DEVICE_CODE)),
			.response_types = LIST(1, SLICE("id_token")) },
	  .hybrid = true,
	  .type = CLIENT_CONFIDENTIAL,
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE) | GRANT_BIT(GRANT_DEVICE_CODE),
	  .told = NAME_GRANT_DEVICE_CODE " refresh_token implicit",
	  .response_types = "id_token",
	  .origins = "https://app.example" },
	{ .name = "it stands for nothing without such a response type",
	  .metadata = { .redirect_uris = CB, .grant_types = LIST(1, SLICE("implicit")) },
	  .hybrid = true,
	  .error = NONE },
	{ .name = "nor with one that gives access tokens",
	  .metadata = { .redirect_uris = CB,
			.grant_types = LIST(1, SLICE("implicit")),
			.response_types = LIST(1, SLICE("id_token token")) },
	  .hybrid = true,
	  .error = NONE },
	{ .name = "nor where they are not offered",
	  .metadata = { .redirect_uris = CB,
			.grant_types = LIST(1, SLICE("implicit")),
			.response_types = LIST(1, SLICE("id_token")) },
	  .error = NONE },
	{ .name = "a method of client authentication that is a word of ours",
	  .metadata = { .redirect_uris = CB, METHOD("client_secret") },
	  .error = NONE },
	{ .name = "tokens that are bound to a certificate", /* RFC8705#3.4 */
	  .metadata = { .redirect_uris = CB,
			.settings = { { SETTING_CERTIFICATE_BOUND, SLICE("true") } },
			.setting_count = 1 },
	  .certificates = true,
	  .type = CLIENT_CONFIDENTIAL,
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .response_types = "code",
	  .origins = "https://app.example" },
	{ .name = "they are not offered where no certificate is seen",
	  .metadata = { .redirect_uris = CB,
			.settings = { { SETTING_CERTIFICATE_BOUND, SLICE("true") } },
			.setting_count = 1 },
	  .error = NONE },
	{ .name = "nor is a certificate as a proof",
	  .metadata = { .redirect_uris = CB,
			.settings = { { SETTING_AUTH_METHOD, SLICE("tls_client_auth") },
				      { SETTING_TLS_SAN_DNS, SLICE("app.example") } },
			.setting_count = 2 },
	  .error = NONE },
	{ .name = "origins as browsers send them, each once",
	  .metadata = { .redirect_uris = LIST(
				5, SLICE("https://App.Example:443/a?b"),
				SLICE("https://app.example/c"), SLICE("http://localhost:4242"),
				SLICE("com.example.app:/cb"), SLICE("http://127.0.0.1:80/")),
			METHOD("none") },
	  .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE),
	  .response_types = "code",
	  .origins = "https://app.example\nhttp://localhost:4242\nhttp://127.0.0.1" },
	{ .name = "no grant is left",
	  .metadata = { .grant_types = LIST(1, SLICE("password")) },
	  .error = NONE },
	{ .name = "no grant is asked for",
	  .metadata = { .grant_types = { .is_said = true } },
	  .error = NONE },
	{ .name = "the grant of a client for itself, of a public one",
	  .metadata = { .grant_types = LIST(1, SLICE("client_credentials")), METHOD("none") },
	  .error = NONE },
	{ .name = "a code without its response type",
	  .metadata = { .redirect_uris = CB, .response_types = LIST(1, SLICE("token")) },
	  .error = NONE },
	{ .name = "a secret in a document",
	  .metadata = { .redirect_uris = CB, METHOD("client_secret_basic") },
	  .document = true,
	  .error = NONE },
	{ .name = "a code without a redirect URI", .error = OAUTH_INVALID_REDIRECT_URI },
	{ .name = "two URIs in one",
	  .metadata = { .redirect_uris = LIST(
				1, SLICE("https://app.example/ https://evil.example/")) },
	  .error = OAUTH_INVALID_REDIRECT_URI },
	{ .name = "plain http",
	  .metadata = { .redirect_uris = LIST(1, SLICE("http://app.example/")) },
	  .error = OAUTH_INVALID_REDIRECT_URI },
	{ .name = "scopes of which none is known",
	  .metadata = { .redirect_uris = CB, .scope = SLICE("gold silver") },
	  .error = NONE },
	{ .name = "a scope that is none",
	  .metadata = { .redirect_uris = CB, .scope = SLICE("open\"id") },
	  .error = NONE },
	{ .name = "an algorithm that signs nothing",
	  .metadata = { .redirect_uris = CB, .algorithm = SLICE("none") },
	  .error = NONE },
	{ .name = "a sector of its own choice",
	  .metadata = { .redirect_uris = CB,
			.settings = { { SETTING_SECTOR_IDENTIFIER_URI,
					SLICE("https://other.example/") } },
			.setting_count = 1 },
	  .error = NONE },
};

START_TEST(a_client_is_what_it_says_as_far_as_it_may) /* RFC7591#2, RFC7591#2.1 */
{
	const struct row *row = &rows[_i];
	struct client client = { .settings = SLICE_EMPTY };
	struct slice why;
	const struct client_metadata_rules rules = {
		.known = &known,
		.grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE) | GRANT_BIT(GRANT_DEVICE_CODE) |
			  GRANT_BIT(GRANT_CLIENT_CREDENTIALS),
		.hybrid = row->hybrid,
		.certificates = row->certificates,
		.without_secret = row->document,
	};
	enum oauth_error error = client_metadata_check(&row->metadata, &rules, arena, &client,
						       &why);
	ck_assert_msg(error == row->error, "%s: %d %.*s", row->name, error, SLICE_ARG(why));
	ck_assert_msg(slice_is_empty(why) == (error == OAUTH_OK), "%s", row->name);
	if (error != OAUTH_OK)
		return;
	ck_assert_msg(client.type == row->type, "%s: type", row->name);
	ck_assert_msg(client.grants == row->grants, "%s: grants %x", row->name, client.grants);
	ck_slice_row(row->name, client_setting_get(client.settings, SETTING_RESPONSE_TYPES),
		     slice_str(row->response_types));
	ck_slice_row(row->name, client.allowed_origins, slice_str(row->origins));
	if (row->told)
		ck_slice_row(row->name, client_metadata_grants(&client, arena),
			     slice_str(row->told));
}
END_TEST

START_TEST(known_scopes_are_what_it_may_ask_for)
{
	struct client client = { .settings = SLICE_EMPTY };
	struct slice why;
	const struct client_metadata metadata = { .redirect_uris = CB,
						  .scope = SLICE("email gold openid") };
	const struct client_metadata_rules rules = {
		.known = &known, .grants = GRANT_BIT(GRANT_AUTHORIZATION_CODE)
	};
	ck_assert_int_eq(client_metadata_check(&metadata, &rules, arena, &client, &why), OAUTH_OK);
	ck_slice_str(client.allowed_scopes, "email openid");
}
END_TEST

/* What would harm others, or the server. */
static const enum client_setting not_for_clients[] = {
	SETTING_SKIP_AUTHORIZATION,    SETTING_SOURCE,    SETTING_SOURCE_EXPIRES,
	SETTING_REGISTRATION_HASH,     SETTING_RESOURCES, SETTING_ASSERTION_AUDIENCE,
	SETTING_REQUEST_OBJECT_EXPIRY,
};

START_TEST(a_client_may_not_say_everything)
{
	ck_assert(!client_metadata_may_say(not_for_clients[_i]));
	ck_assert(client_metadata_may_say(SETTING_CLIENT_URI));
	ck_assert(!client_metadata_may_say(SETTING_COUNT));
}
END_TEST

#define AS_SAID \
	"request_object_expiry=any\nskip_authorization=true\naccess_token_format=jwt\n" \
	"resources=https://api.example.com/"

START_TEST(what_an_administrator_said_of_it_stays) /* RFC7591#5 */
{
	struct client client = { .settings = SLICE("client_uri=https://app.example.com/") };
	client_metadata_keep(arena, SLICE(AS_SAID "\nlogo_uri=https://old.example.com/"), &client);
	ck_slice_str(client.settings, AS_SAID "\nclient_uri=https://app.example.com/");
}
END_TEST

START_TEST(what_is_another_client_now_is_not_trusted_as_the_old_one) /* RFC7591#5 */
{
	struct client client = { .settings = SLICE(AS_SAID) };
	client_metadata_distrust(arena, &client);
	ck_slice_str(client.settings,
		     "access_token_format=jwt\nresources=https://api.example.com/");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_client_is_what_it_says_as_far_as_it_may, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, known_scopes_are_what_it_may_ask_for);
	tcase_add_loop_test(tc, a_client_may_not_say_everything, 0, ARRAY_LEN(not_for_clients));
	tcase_add_test(tc, what_an_administrator_said_of_it_stays);
	tcase_add_test(tc, what_is_another_client_now_is_not_trusted_as_the_old_one);
}

TEST_MAIN("domain/client_metadata", add_tests)
