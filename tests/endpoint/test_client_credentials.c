/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a client's credentials out of header and body: one method, one client_id. RFC6749#2.3 */
#include "endpoint/client_credentials.h"

#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "domain/names.h"
#include "support/browser.h"

#define JWT_BEARER NAME_ASSERTION_TYPE_JWT_BEARER

static struct browser browser;

static void setup(void)
{
	browser_init(&browser);
}

static void teardown(void)
{
	browser_fini(&browser);
}

static const struct row {
	const char *name;
	const char *scheme; /* NULL: no header */
	const char *pair;   /* in base64 behind the scheme; NULL: nothing */
	const char *behind; /* and behind that */
	const char *body_id;
	const char *body_secret;
	const char *assertion;
	const char *type;
	int status; /* 0: read */
	const char *error;
	const char *id;
	const char *secret;
} rows[] = {
	{ .name = "the body", .body_id = "tv", .body_secret = "s", .id = "tv", .secret = "s" },
	{ .name = "the body without a secret", .body_id = "tv", .id = "tv", .secret = "" },
	{ .name = "the header", .scheme = "Basic", .pair = "tv:s", .id = "tv", .secret = "s" },
	{ .name = "the scheme in small letters",
	  .scheme = "basic",
	  .pair = "tv:s",
	  .id = "tv",
	  .secret = "s" },
	/* oidc-agent: an empty password, and the id in the body as well */
	{ .name = "the header with an empty secret",
	  .scheme = "Basic",
	  .pair = "tv:",
	  .id = "tv",
	  .secret = "" },
	{ .name = "the id in both",
	  .scheme = "Basic",
	  .pair = "tv:s",
	  .body_id = "tv",
	  .id = "tv",
	  .secret = "s" },
	/* the step client */
	{ .name = "an empty secret in the body beside the header",
	  .scheme = "Basic",
	  .pair = "tv:s",
	  .body_secret = "",
	  .id = "tv",
	  .secret = "s" },
	{ .name = "what is form-encoded in the header",
	  .scheme = "Basic",
	  .pair = "a%2Db+c:%3A%25%2B+%C3%A4",
	  .id = "a-b c",
	  .secret = ":%+ \xc3\xa4" },
	{ .name = "a colon in the secret",
	  .scheme = "Basic",
	  .pair = "tv:a:b",
	  .id = "tv",
	  .secret = "a:b" },
	{ .name = "nothing", .status = 400, .error = "invalid_request" },
	{ .name = "an empty id",
	  .body_id = "",
	  .body_secret = "s",
	  .status = 400,
	  .error = "invalid_request" },
	{ .name = "two secrets",
	  .scheme = "Basic",
	  .pair = "tv:s",
	  .body_secret = "s",
	  .status = 400,
	  .error = "invalid_request" },
	{ .name = "two ids",
	  .scheme = "Basic",
	  .pair = "tv:s",
	  .body_id = "radio",
	  .status = 400,
	  .error = "invalid_request" },
	{ .name = "another scheme",
	  .scheme = "Bearer",
	  .pair = "tv:s",
	  .body_id = "tv",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "a scheme alone",
	  .scheme = "Basic",
	  .body_id = "tv",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "an empty header",
	  .scheme = "",
	  .body_id = "tv",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "no colon",
	  .scheme = "Basic",
	  .pair = "tv",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "no id before the colon",
	  .scheme = "Basic",
	  .pair = ":s",
	  .body_id = "tv",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "a bad escape",
	  .scheme = "Basic",
	  .pair = "tv:50%",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "a word behind the credentials",
	  .scheme = "Basic",
	  .pair = "tv:s",
	  .behind = "x",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "a second pair behind the first",
	  .scheme = "Basic",
	  .pair = "tv:s",
	  .behind = "cmFkaW86cw==",
	  .status = 401,
	  .error = "invalid_client" },
	/* RFC7521#4.2 */
	{ .name = "an assertion",
	  .assertion = "a.b.c",
	  .type = JWT_BEARER,
	  .id = "",
	  .secret = "" },
	{ .name = "an assertion and the id",
	  .body_id = "tv",
	  .assertion = "a.b.c",
	  .type = JWT_BEARER,
	  .id = "tv",
	  .secret = "" },
	{ .name = "an assertion and an empty secret",
	  .body_secret = "",
	  .assertion = "a.b.c",
	  .type = JWT_BEARER,
	  .id = "",
	  .secret = "" },
	{ .name = "an assertion and a secret",
	  .body_id = "tv",
	  .body_secret = "s",
	  .assertion = "a.b.c",
	  .type = JWT_BEARER,
	  .status = 400,
	  .error = "invalid_request" },
	{ .name = "an assertion and the header",
	  .scheme = "Basic",
	  .pair = "tv:s",
	  .assertion = "a.b.c",
	  .type = JWT_BEARER,
	  .status = 400,
	  .error = "invalid_request" },
	/* RFC7521#4.2.1 */
	{ .name = "an assertion without its type",
	  .body_id = "tv",
	  .assertion = "a.b.c",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "an assertion of another type",
	  .assertion = "a.b.c",
	  .type = "urn:ietf:params:oauth:client-assertion-type:saml2-bearer",
	  .status = 401,
	  .error = "invalid_client" },
	{ .name = "a type without its assertion",
	  .body_id = "tv",
	  .type = JWT_BEARER,
	  .status = 400,
	  .error = "invalid_request" },
	{ .name = "no base64",
	  .scheme = "Basic",
	  .behind = "tv:s",
	  .status = 401,
	  .error = "invalid_client" },
};

static void add_field(const char *name, const char *value)
{
	struct form *form = &browser.context.form;
	if (!form->fields)
		form->fields = arena_calloc(browser.arena, FORM_FIELDS_MAX, sizeof(*form->fields));
	if (value)
		form->fields[form->count++] = (struct form_field){ slice_str(name),
								   slice_str(value) };
}

static void send_row(const struct row *row)
{
	add_field("client_id", row->body_id);
	add_field("client_secret", row->body_secret);
	add_field("client_assertion", row->assertion);
	add_field("client_assertion_type", row->type);
	if (!row->scheme)
		return;
	struct slice coded = row->pair ? encode_base64(browser.arena, slice_str(row->pair))
				       : SLICE_EMPTY;
	browser_send(&browser, "Authorization",
		     slice_trim(arena_printf(browser.arena, "%s %.*s %s", row->scheme,
					     SLICE_ARG(coded), row->behind ? row->behind : "")));
}

START_TEST(credentials_are_read_one_way_or_not_at_all) /* RFC6749#2.3, #2.3.1 */
{
	const struct row *row = &rows[_i];
	struct client_credentials read;
	send_row(row);
	bool is_read = client_credentials_read(&browser.context, &read);
	ck_assert_msg(is_read == (row->status == 0), "%s", row->name);
	ck_assert_msg(browser.response.status == row->status, "%s: %d", row->name,
		      browser.response.status);
	if (is_read) {
		ck_slice_row(row->name, read.client_id, slice_str(row->id));
		ck_slice_row(row->name, read.secret, slice_str(row->secret));
		ck_assert_msg(read.by_header == (row->scheme != NULL), "%s", row->name);
		ck_slice_row(row->name, read.assertion, slice_str(row->assertion));
		return;
	}
	struct slice error = arena_printf(browser.arena, "{\"error\":\"%s\",", row->error);
	ck_assert_msg(slice_has_prefix(browser.response.body, error), "%s: %.*s", row->name,
		      SLICE_ARG(browser.response.body));
	ck_slice_str(browser_answer(&browser, "Cache-Control"), "no-store");
	/* RFC6749#5.2: the challenge comes with 401, and with nothing else */
	ck_assert_msg(slice_is_empty(browser_answer(&browser, "WWW-Authenticate")) ==
			      (row->status != 401),
		      "%s", row->name);
}
END_TEST

/* RFC7523#3, OIDC#9: the endpoint as we print it, whatever the Host header says */
START_TEST(the_endpoint_is_named)
{
	struct client_credentials read;
	browser.flow.settings.base_url = SLICE("https://login.example.org");
	browser.request.target = SLICE("/o/token/?x=y");
	browser_send(&browser, "Host", SLICE("evil.example"));
	add_field("client_id", "tv");
	ck_assert(client_credentials_read(&browser.context, &read));
	ck_slice_str(read.endpoint, "https://login.example.org/o/token/");
}
END_TEST

/* RFC8705#2: a certificate comes along, whatever else is sent */
START_TEST(a_certificate_comes_along)
{
	struct client_credentials read;
	add_field("client_id", "tv");
	browser.request.client_certificate = SLICE("DER");
	ck_assert(client_credentials_read(&browser.context, &read));
	ck_slice_str(read.certificate, "DER");
	ck_slice_str(read.certificate_text, "");
}
END_TEST

START_TEST(a_repeated_certificate_is_refused)
{
	struct network proxy;
	struct client_credentials read;
	ck_assert_int_eq(network_parse(SLICE("10.0.0.1"), &proxy), ERR_OK);
	browser.config.trusted_proxies.items = &proxy;
	browser.config.trusted_proxies.count = 1;
	browser.config.client_certificate_header = "X-Client-Cert";
	ck_assert_int_eq(address_parse(SLICE("10.0.0.1"), &browser.request.peer), ERR_OK);
	add_field("client_id", "tv");
	browser_send(&browser, "X-Client-Cert", SLICE("one"));
	browser_send(&browser, "x-client-cert", SLICE("two"));
	ck_assert(!client_credentials_read(&browser.context, &read));
	ck_assert_int_eq(browser.response.status, 400);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, credentials_are_read_one_way_or_not_at_all, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, the_endpoint_is_named);
	tcase_add_test(tc, a_certificate_comes_along);
	tcase_add_test(tc, a_repeated_certificate_is_refused);
}

TEST_MAIN("endpoint/client_credentials", add_tests)
