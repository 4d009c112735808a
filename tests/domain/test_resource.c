/* SPDX-License-Identifier: Apache-2.0
 *
 * Which URIs name a resource, what a request that names some gets, and what a token for them is
 * like. */
#include "domain/resource.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct uri_row {
	const char *name;
	struct slice uri;
	bool good;
} uri_rows[] = {
	/* RFC8707#2 */
	{ .name = "an API", .uri = SLICE("https://api.example.com/"), .good = true },
	{ .name = "with a path and a query",
	  .uri = SLICE("https://api.example.com/app?tenant=a%20b"),
	  .good = true },
	{ .name = "a name", .uri = SLICE("urn:example:cooperation-context"), .good = true },
	{ .name = "an address in brackets", .uri = SLICE("http://[::1]:8080/mcp"), .good = true },
	{ .name = "a fragment", .uri = SLICE("https://api.example.com/#x") },
	{ .name = "an empty fragment", .uri = SLICE("https://api.example.com/#") },
	{ .name = "a path alone", .uri = SLICE("/api") },
	{ .name = "without a scheme", .uri = SLICE("//api.example.com/") },
	{ .name = "a word", .uri = SLICE("api") },
	{ .name = "a scheme alone", .uri = SLICE("https:") },
	{ .name = "a scheme and slashes", .uri = SLICE("https://") },
	{ .name = "no host", .uri = SLICE("https:///api") },
	{ .name = "a scheme that begins with a digit", .uri = SLICE("1https://a/") },
	{ .name = "nothing", .uri = SLICE("") },
	{ .name = "a blank", .uri = SLICE("https://a b/") },
	{ .name = "a line feed", .uri = SLICE("https://a/\n") },
	{ .name = "a NUL", .uri = SLICE("https://a/\0") },
	{ .name = "a quote", .uri = SLICE("https://a/\"") },
	{ .name = "a backslash", .uri = SLICE("https://a\\b/") },
	{ .name = "letters that are not ASCII", .uri = SLICE("https://caf\xc3\xa9.example/") },
	{ .name = "an escape that is cut", .uri = SLICE("https://a/%2") },
	{ .name = "an escape that is none", .uri = SLICE("https://a/%zz") },
};

START_TEST(uris)
{
	const struct uri_row *row = &uri_rows[_i];
	ck_assert_msg(resource_uri_is_valid(row->uri) == row->good, "%s", row->name);
}
END_TEST

START_TEST(uri_length)
{
	char text[RESOURCE_URI_MAX + 1];
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://", 8);
	ck_assert(resource_uri_is_valid(slice_of(text, RESOURCE_URI_MAX)));
	ck_assert(!resource_uri_is_valid(slice_of(text, RESOURCE_URI_MAX + 1)));
}
END_TEST

START_TEST(sets)
{
	ck_assert(resource_set_covers(SLICE("a:1 b:2 c:3"), SLICE("c:3 a:1")));
	ck_assert(resource_set_covers(SLICE("a:1"), SLICE("")));
	ck_assert(!resource_set_covers(SLICE("a:1"), SLICE("a:1 b:2")));
	ck_assert(!resource_set_covers(SLICE(""), SLICE("a:1")));
}
END_TEST

static struct resource items[] = {
	{ .uri = SLICE("https://files.example/"),
	  .scopes = SLICE("read write"),
	  .format = TOKEN_FORMAT_JWT,
	  .lifetime = 600 },
	{ .uri = SLICE("https://mail.example/"),
	  .scopes = SLICE("send"),
	  .format = TOKEN_FORMAT_OPAQUE,
	  .lifetime = 300 },
	{ .uri = SLICE("https://all.example/") },
};
static const struct resource_list known = { items, ARRAY_LEN(items) };

#define FILES SLICE("https://files.example/")
#define MAIL SLICE("https://mail.example/")

static const struct grant_row {
	const char *name;
	struct slice named[RESOURCES_MAX + 1];
	size_t count;
	struct slice allowed;
	enum oauth_error error;
	const char *granted;
} grant_rows[] = {
	{ .name = "none", .granted = "" },
	{ .name = "one", .named = { FILES }, .count = 1, .granted = "https://files.example/" },
	{ .name = "two, in the order named", /* RFC8707#2 */
	  .named = { MAIL, FILES },
	  .count = 2,
	  .granted = "https://mail.example/ https://files.example/" },
	{ .name = "one twice",
	  .named = { FILES, FILES },
	  .count = 2,
	  .granted = "https://files.example/" },
	{ .name = "one that the client may name",
	  .named = { MAIL },
	  .count = 1,
	  .allowed = SLICE("https://all.example/ https://mail.example/"),
	  .granted = "https://mail.example/" },
	{ .name = "one that the client may not name",
	  .named = { FILES },
	  .count = 1,
	  .allowed = SLICE("https://mail.example/"),
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "an unknown one",
	  .named = { SLICE("https://other.example/") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "an unknown one beside a known",
	  .named = { FILES, SLICE("https://other.example/") },
	  .count = 2,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "a malformed one",
	  .named = { SLICE("files") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "without its slash",
	  .named = { SLICE("https://files.example") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "with a fragment",
	  .named = { SLICE("https://files.example/#a") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "two in one parameter",
	  .named = { SLICE("https://files.example/ https://mail.example/") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "an empty one",
	  .named = { SLICE("") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "too many",
	  .named = { FILES, FILES, FILES, FILES, FILES, FILES, FILES, FILES, FILES },
	  .count = RESOURCES_MAX + 1,
	  .error = OAUTH_INVALID_TARGET },
};

START_TEST(grants) /* RFC8707#2 */
{
	const struct grant_row *row = &grant_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice granted;
	const struct resource_request request = { row->named, row->count, row->allowed, &known };
	enum oauth_error error = resource_grant(&request, arena, &granted);
	ck_assert_msg(error == row->error, "%s: %s", row->name, oauth_error_row(error)->name);
	ck_slice_row(row->name, granted, slice_str(row->granted));
}
END_TEST

static const struct narrow_row {
	const char *name;
	struct slice granted;
	struct slice named[RESOURCES_MAX + 1];
	size_t count;
	enum oauth_error error;
	const char *given;
} narrow_rows[] = {
	{ .name = "nothing named gives what was granted",
	  .granted = SLICE("a:1 b:2"),
	  .given = "a:1 b:2" },
	{ .name = "nothing named where nothing was granted", .granted = SLICE(""), .given = "" },
	{ .name = "a part",
	  .granted = SLICE("a:1 b:2"),
	  .named = { SLICE("b:2") },
	  .count = 1,
	  .given = "b:2" },
	{ .name = "all of it, in another order",
	  .granted = SLICE("a:1 b:2"),
	  .named = { SLICE("b:2"), SLICE("a:1") },
	  .count = 2,
	  .given = "b:2 a:1" },
	{ .name = "more than was granted",
	  .granted = SLICE("a:1"),
	  .named = { SLICE("a:1"), SLICE("b:2") },
	  .count = 2,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "one where none was granted",
	  .granted = SLICE(""),
	  .named = { SLICE("a:1") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "a part of a name",
	  .granted = SLICE("a:12"),
	  .named = { SLICE("a:1") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "two in one parameter",
	  .granted = SLICE("a:1 b:2"),
	  .named = { SLICE("a:1 b:2") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "what is none",
	  .granted = SLICE("a"),
	  .named = { SLICE("a") },
	  .count = 1,
	  .error = OAUTH_INVALID_TARGET },
};

START_TEST(narrowing) /* RFC8707#2.2 */
{
	const struct narrow_row *row = &narrow_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct slice given;
	enum oauth_error error = resource_narrow(row->granted, row->named, row->count, arena,
						 &given);
	ck_assert_msg(error == row->error, "%s: %s", row->name, oauth_error_row(error)->name);
	ck_slice_row(row->name, given, slice_str(row->given));
}
END_TEST

static const struct terms_row {
	const char *name;
	const char *resources;
	const char *scope;
	int64_t lifetime;
	enum token_format format;
} terms_rows[] = {
	{ .name = "none named", .resources = "", .scope = "openid read send" },
	{ .name = "one that knows its scopes", /* RFC9068#3 */
	  .resources = "https://files.example/",
	  .scope = "read",
	  .lifetime = 600,
	  .format = TOKEN_FORMAT_JWT },
	{ .name = "one that takes all",
	  .resources = "https://all.example/",
	  .scope = "openid read send" },
	{ .name = "two",
	  .resources = "https://files.example/ https://mail.example/",
	  .scope = "read send",
	  .lifetime = 300,
	  .format = TOKEN_FORMAT_JWT },
	{ .name = "one that was removed",
	  .resources = "https://gone.example/",
	  .scope = "openid read send" },
};

START_TEST(terms)
{
	const struct terms_row *row = &terms_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct resource_terms out;
	resource_terms(&known, slice_str(row->resources), SLICE("openid read send"), arena, &out);
	ck_slice_row(row->name, out.scope, slice_str(row->scope));
	ck_assert_msg(out.lifetime == row->lifetime, "%s", row->name);
	ck_assert_msg(out.format == row->format, "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, uris, 0, ARRAY_LEN(uri_rows));
	tcase_add_test(tc, uri_length);
	tcase_add_test(tc, sets);
	tcase_add_loop_test(tc, grants, 0, ARRAY_LEN(grant_rows));
	tcase_add_loop_test(tc, narrowing, 0, ARRAY_LEN(narrow_rows));
	tcase_add_loop_test(tc, terms, 0, ARRAY_LEN(terms_rows));
}

TEST_MAIN("domain/resource", add_tests)
