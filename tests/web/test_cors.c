/* SPDX-License-Identifier: Apache-2.0
 *
 * Who may read an answer, by the kind of route, the Origin of the request and the client. */
#include "web/cors.h"

#include "check_main.h"
#include "check_slice.h"
#include "support/browser.h"

static struct browser browser;

static void setup(void)
{
	browser_init(&browser);
}

static void teardown(void)
{
	browser_fini(&browser);
}

static void handle(struct web_context *context)
{
	(void)context;
}

static const struct client client = {
	.allowed_origins = SLICE("https://app.example\nhttp://localhost:3000"),
};

static const struct route routes[CORS_COUNT] = {
	[CORS_NONE] = { .pattern = "/a", .get = handle, .cors = CORS_NONE },
	[CORS_PUBLIC] = { .pattern = "/b", .get = handle, .cors = CORS_PUBLIC },
	[CORS_CLIENT] = { .pattern = "/c", .post = handle, .cors = CORS_CLIENT },
};

static const char *header(const char *name)
{
	const struct http_response *response = browser.context.response;
	for (size_t i = 0; i < response->header_count; i++)
		if (strcmp(response->headers[i].name.ptr, name) == 0)
			return arena_cstr(browser.arena, response->headers[i].value);
	return NULL;
}

static void ck_header(const char *row, const char *name, const char *wanted)
{
	const char *value = header(name);
	if (!wanted)
		ck_assert_msg(!value, "%s: %s: %s", row, name, value ? value : "");
	else
		ck_assert_msg(value && strcmp(value, wanted) == 0, "%s: %s: %s", row, name,
			      value ? value : "none");
	/* nobody gets at cookies */
	ck_assert_ptr_null(header("Access-Control-Allow-Credentials"));
}

static const struct answer_row {
	const char *name;
	enum cors cors;
	const char *origin; /* NULL: none was sent */
	const struct client *client;
	const char *allowed;
	const char *vary;
} answers[] = {
	{ "a page is shared with nobody, whatever the client says", CORS_NONE,
	  "https://app.example", &client, NULL, NULL },
	{ "what is public is shared with all", CORS_PUBLIC, "https://evil.example", NULL, "*",
	  NULL },
	{ "what is public says so to those who do not ask", CORS_PUBLIC, NULL, NULL, "*", NULL },
	{ "an answer to a client is for its own origin", CORS_CLIENT, "https://app.example",
	  &client, "https://app.example", "Origin" },
	{ "each of its origins counts", CORS_CLIENT, "http://localhost:3000", &client,
	  "http://localhost:3000", "Origin" },
	{ "another origin is not let in", CORS_CLIENT, "https://evil.example", &client, NULL,
	  "Origin" },
	{ "nor one that begins like it", CORS_CLIENT, "https://app.example.evil.example", &client,
	  NULL, "Origin" },
	{ "nor the same host by http", CORS_CLIENT, "http://app.example", &client, NULL, "Origin" },
	{ "nor the same host at another port", CORS_CLIENT, "https://app.example:8443", &client,
	  NULL, "Origin" },
	{ "nor the origin of nowhere", CORS_CLIENT, "null", &client, NULL, "Origin" },
	{ "nor the whole list as one", CORS_CLIENT, "https://app.example http://localhost:3000",
	  &client, NULL, "Origin" },
	{ "no client, nothing is shared", CORS_CLIENT, "https://app.example", NULL, NULL,
	  "Origin" },
	{ "no Origin, no words about it", CORS_CLIENT, NULL, &client, NULL, NULL },
};

START_TEST(an_answer_is_for_whom_it_may_be)
{
	const struct answer_row *row = &answers[_i];
	browser.context.route = &routes[row->cors];
	if (row->origin)
		browser_send(&browser, "Origin", slice_str(row->origin));
	cors_share(&browser.context, row->client);
	cors_add(&browser.context);
	ck_header(row->name, "Access-Control-Allow-Origin", row->allowed);
	ck_header(row->name, "Vary", row->vary);
	ck_header(row->name, "Access-Control-Expose-Headers",
		  row->vary && row->allowed ? "WWW-Authenticate, DPoP-Nonce, Retry-After" : NULL);
}
END_TEST

static const struct preflight_row {
	const char *name;
	enum cors cors;
	const char *origin;
	const char *method;
	const char *allowed;
} preflights[] = {
	{ "a page takes no preflight", CORS_NONE, "https://app.example", "POST", NULL },
	{ "any origin may ask for what is public", CORS_PUBLIC, "https://any.example", "GET", "*" },
	{ "any origin may ask, since the client is not known yet", CORS_CLIENT,
	  "https://any.example", "POST", "https://any.example" },
	{ "without a method it is no preflight", CORS_CLIENT, "https://any.example", NULL, NULL },
	{ "without an origin neither", CORS_CLIENT, NULL, "POST", NULL },
	{ "nowhere is no origin", CORS_CLIENT, "null", "POST", NULL },
	{ "nor is what no browser sends", CORS_CLIENT, "https://any.example/path", "POST", NULL },
};

START_TEST(a_preflight_is_answered_for_every_client)
{
	const struct preflight_row *row = &preflights[_i];
	browser.context.route = &routes[row->cors];
	browser.request.method = HTTP_OPTIONS;
	if (row->origin)
		browser_send(&browser, "Origin", slice_str(row->origin));
	if (row->method)
		browser_send(&browser, "Access-Control-Request-Method", slice_str(row->method));
	cors_preflight(&browser.context);
	cors_add(&browser.context);
	ck_header(row->name, "Access-Control-Allow-Origin", row->allowed);
	ck_header(row->name, "Access-Control-Max-Age", row->allowed ? "600" : NULL);
	ck_header(row->name, "Vary", row->cors == CORS_CLIENT ? "Origin" : NULL);
	if (row->allowed && row->cors == CORS_CLIENT) {
		ck_header(row->name, "Access-Control-Allow-Methods", "POST, OPTIONS");
		ck_header(row->name, "Access-Control-Allow-Headers",
			  "Authorization, Content-Type, DPoP, Prefer");
	}
}
END_TEST

START_TEST(a_path_that_is_not_there_is_shared_with_nobody)
{
	browser.context.route = NULL;
	browser_send(&browser, "Origin", SLICE("https://app.example"));
	cors_share(&browser.context, &client);
	cors_add(&browser.context);
	ck_header("no route", "Access-Control-Allow-Origin", NULL);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, an_answer_is_for_whom_it_may_be, 0, ARRAY_LEN(answers));
	tcase_add_loop_test(tc, a_preflight_is_answered_for_every_client, 0, ARRAY_LEN(preflights));
	tcase_add_test(tc, a_path_that_is_not_there_is_shared_with_nobody);
}

TEST_MAIN("web/cors", add_tests)
