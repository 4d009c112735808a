/* SPDX-License-Identifier: Apache-2.0
 *
 * Pushed authorization requests: what is taken, who may use it, how often and for how long. */
#include "flow/pushed_request.h"

#include "base/buf.h"
#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "domain/names.h"
#include "flow/authorize_fixture.h"
#include "flow/code_redeem.h"
#include "flow/kept_meter.h"

#define WEB AUTHORIZING_WEB
#define SPA \
	"client_id=photos-spa&redirect_uri=https%3A%2F%2Fspa.example%2Fcb&response_type=code" AUTHORIZING_PKCE
#define JKT "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"

static struct authorizing authorizing;
static struct fixture *fixture = &authorizing.devices.fixture;
static struct flow *flow = &authorizing.devices.fixture.flow;
static struct call *call = &authorizing.devices.fixture.call;
static struct session *ada;
static const struct binding no_binding = { .kind = BINDING_NONE };

static void setup(void)
{
	authorizing_init(&authorizing);
	ada = authorizing.devices.session;
	flow->kept = kept_meter_new(NULL, 0);
}

static void teardown(void)
{
	kept_meter_free(&flow->kept);
	authorizing_fini(&authorizing);
}

static struct pushed push_with(struct client *client, const char *body,
			       const struct binding *binding)
{
	struct asked asked;
	struct pushed pushed;
	const struct client_authenticated authenticated = devices_client(client);
	const struct pushed_request request = { &authenticated, slice_str(body), &asked };
	pushed_request_judge(flow, call, &request, &pushed);
	if (pushed.refusal.error == OAUTH_OK)
		pushed_request_keep(flow, call, &request, binding, &pushed);
	return pushed;
}

static struct slice pushed_uri(struct client *client, const char *body)
{
	struct pushed pushed = push_with(client, body, &no_binding);
	ck_assert_msg(pushed.refusal.error == OAUTH_OK, "%.*s", SLICE_ARG(pushed.refusal.text));
	/* RFC9126#2.2 */
	ck_assert(slice_has_prefix(pushed.request_uri, SLICE(NAME_REQUEST_URI_PREFIX)));
	ck_assert_uint_eq(pushed.request_uri.len, sizeof(NAME_REQUEST_URI_PREFIX) - 1 + 43);
	ck_assert_int_eq(pushed.expires_in, 90);
	return pushed.request_uri;
}

static struct authorize_result use(const struct session *session, const char *client_id,
				   struct slice uri)
{
	return authorizing_get(&authorizing, session,
			       arena_printf(call->arena, "client_id=%s&request_uri=%.*s", client_id,
					    SLICE_ARG(uri)));
}

START_TEST(a_pushed_request_is_answered_once) /* RFC9126#4, RFC9126#7.3 */
{
	struct slice uri = pushed_uri(authorizing.web, WEB);
	struct authorize_result page = use(NULL, "photos-web", uri);
	authorizing_expect("nobody", &page, AUTHORIZE_SIGN_IN);
	page = use(NULL, "photos-web", uri);
	authorizing_expect("reloaded", &page, AUTHORIZE_SIGN_IN);
	page = authorizing_next(&authorizing, ada, &page);
	authorizing_expect("signed in", &page, AUTHORIZE_CONSENT);
	ck_slice_str(page.redirect_uri, "https://web.example/cb");
	struct authorize_result result = authorizing_decide(&authorizing, ada, &page, true);
	authorizing_expect("allowed", &result, AUTHORIZE_RESPOND);
	ck_slice_str(authorizing_field(&result, "state"), "s& \xc3\xa4");
	result = use(ada, "photos-web", uri);
	authorizing_expect("again", &result, AUTHORIZE_REFUSED);
	ck_assert_int_eq(result.error, OAUTH_INVALID_REQUEST_URI);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_PUSHED), 1);
}
END_TEST

START_TEST(it_must_be_used_soon_and_may_be_answered_later) /* RFC9126#2.2, RFC9126#4 */
{
	struct slice late = pushed_uri(authorizing.web, WEB);
	struct slice slow = pushed_uri(authorizing.web, WEB);
	fixture_wait(fixture, 89);
	struct authorize_result page = use(NULL, "photos-web", slow);
	authorizing_expect("in time", &page, AUTHORIZE_SIGN_IN);
	fixture_wait(fixture, 1);
	struct authorize_result result = use(ada, "photos-web", late);
	authorizing_expect("too late", &result, AUTHORIZE_REFUSED);
	fixture_wait(fixture, 1200);
	result = authorizing_next(&authorizing, ada, &page);
	authorizing_expect("she took her time to sign in", &result, AUTHORIZE_CONSENT);
	fixture_wait(fixture, 600);
	result = authorizing_next(&authorizing, ada, &page);
	authorizing_expect("and then too much of it", &result, AUTHORIZE_REFUSED);
}
END_TEST

START_TEST(it_is_its_clients_alone) /* RFC9126#2.2, RFC9126#7.2 */
{
	struct slice uri = pushed_uri(authorizing.web, WEB);
	struct authorize_result result = use(ada, "photos-spa", uri);
	authorizing_expect("another client", &result, AUTHORIZE_REFUSED);
	result = authorizing_get(&authorizing, ada,
				 arena_printf(call->arena, "request_uri=%.*s", SLICE_ARG(uri)));
	authorizing_expect("no client", &result, AUTHORIZE_REFUSED);
	result = use(ada, "photos-web", uri);
	authorizing_expect("its own", &result, AUTHORIZE_CONSENT);
	result = authorizing_get(&authorizing, ada,
				 arena_printf(call->arena,
					      "client_id=photos-web&prompt=none&scope=magic&state=x"
					      "&request_uri=%.*s",
					      SLICE_ARG(uri)));
	authorizing_expect("what stands beside it is nothing", &result, AUTHORIZE_CONSENT);
}
END_TEST

static const struct row {
	const char *name;
	const char *body;
	bool is_public;
	enum oauth_error error;
} rows[] = {
	/* RFC9126#2.1, RFC9126#2.3 */
	{ .name = "a request_uri",
	  .body = WEB "&request_uri=urn:ietf:params:oauth:request_uri:x",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "a malformed form", .body = WEB "&nonce=%zz", .error = OAUTH_INVALID_REQUEST },
	{ .name = "another client", .body = SPA, .error = OAUTH_INVALID_REQUEST },
	{ .name = "a redirect URI that is not registered",
	  .body = "client_id=photos-web&response_type=code&redirect_uri=https%3A%2F%2Fevil.example",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "no redirect URI with openid",
	  .body = "client_id=photos-web&response_type=code&scope=openid",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "an unknown response type",
	  .body = "client_id=photos-web&response_type=magic",
	  .error = OAUTH_UNSUPPORTED_RESPONSE_TYPE },
	{ .name = "an unknown scope",
	  .body = "client_id=photos-web&response_type=code&scope=magic",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "no PKCE",
	  .body = "client_id=photos-spa&response_type=code",
	  .is_public = true,
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "an unknown resource",
	  .body = WEB "&resource=https://x.example",
	  .error = OAUTH_INVALID_TARGET },
	{ .name = "a parameter twice", .body = WEB "&state=x", .error = OAUTH_INVALID_REQUEST },
	{ .name = "a signed request of no form",
	  .body = WEB "&request=x",
	  .error = OAUTH_INVALID_REQUEST_OBJECT },
	{ .name = "a dpop_jkt of no form",
	  .body = WEB "&dpop_jkt=x",
	  .error = OAUTH_INVALID_REQUEST },
	{ .name = "claims of no form", .body = WEB "&claims=x", .error = OAUTH_INVALID_REQUEST },
};

START_TEST(refusals)
{
	const struct row *row = &rows[_i];
	struct client *client = row->is_public ? authorizing.spa : authorizing.web;
	struct pushed pushed = push_with(client, row->body, &no_binding);
	ck_assert_msg(pushed.refusal.error == row->error, "%s: %s", row->name,
		      oauth_error_row(pushed.refusal.error)->name);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_REFUSED), 1);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_PUSHED), 0);
}
END_TEST

START_TEST(the_client_may_be_named_by_its_proof_alone)
{
	static const char body[] =
		"redirect_uri=https%3A%2F%2Fweb.example%2Fcb&response_type=code&client_secret=dcs_x";
	struct slice uri = pushed_uri(authorizing.web, body);
	struct authorize_result result = use(ada, "photos-web", uri);
	authorizing_expect("used", &result, AUTHORIZE_CONSENT);
}
END_TEST

START_TEST(demands_are_kept) /* RFC9126#5, RFC9126#6, RFC9101#10.5 */
{
	flow->settings.require_pushed = true;
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUIRE_PAR, "true");
	struct authorize_result result = authorizing_get(&authorizing, ada, SLICE(WEB));
	authorizing_expect_error("not pushed", &result, "invalid_request");
	struct slice uri = pushed_uri(authorizing.web, WEB);
	result = use(ada, "photos-web", uri);
	authorizing_expect("pushed", &result, AUTHORIZE_CONSENT);
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUIRE_SIGNED_REQUEST, "true");
	struct pushed pushed = push_with(authorizing.web, WEB, &no_binding);
	ck_assert_int_eq(pushed.refusal.error, OAUTH_INVALID_REQUEST);
}
END_TEST

START_TEST(a_change_of_the_client_counts)
{
	struct slice uri = pushed_uri(authorizing.web, WEB);
	devices_set_client_enabled(&authorizing.devices, authorizing.web, false);
	client_cache_drop(flow->clients, authorizing.web->client_id);
	struct authorize_result result = use(ada, "photos-web", uri);
	authorizing_expect("disabled since", &result, AUTHORIZE_REFUSED);
}
END_TEST

static struct binding key_of(const char *jkt)
{
	struct slice bytes;
	struct binding binding = { .kind = BINDING_DPOP };
	ck_assert_int_eq(decode_base64url(call->arena, slice_str(jkt), &bytes), ERR_OK);
	for (size_t i = 0; i < HASH_BYTES; i++)
		binding.thumbprint.bytes[i] = (uint8_t)bytes.ptr[i];
	return binding;
}

static struct token code_for(struct slice uri)
{
	struct token token;
	authorizing_set(&authorizing, &authorizing.web, SETTING_SKIP_AUTHORIZATION, "true");
	struct authorize_result result = use(ada, "photos-web", uri);
	authorizing_expect("answered", &result, AUTHORIZE_RESPOND);
	ck_assert_int_eq(
		token_parse(flow->ring, TOKEN_CODE, authorizing_field(&result, "code"), &token),
		ERR_OK);
	return token;
}

START_TEST(a_proof_binds_the_code) /* RFC9449#10.1 */
{
	const struct binding key = key_of(JKT);
	struct pushed pushed = push_with(authorizing.web, WEB, &key);
	ck_assert_int_eq(pushed.refusal.error, OAUTH_OK);
	struct token code = code_for(pushed.request_uri);
	const struct client_authenticated client = devices_client(authorizing.web);
	struct code_request request = { .client = &client,
					.code = &code,
					.redirect_uri = SLICE("https://web.example/cb"),
					.verifier = SLICE_EMPTY };
	struct code_redeemed redeemed;
	code_redeem(flow, call, &request, &redeemed);
	ck_assert_int_eq(redeemed.error, OAUTH_INVALID_DPOP_PROOF);
	request.binding = key;
	code_redeem(flow, call, &request, &redeemed);
	ck_assert_int_eq(redeemed.error, OAUTH_OK);
	ck_slice_str(redeemed.answer.token_type, "DPoP");

	pushed = push_with(authorizing.web, WEB "&dpop_jkt=" JKT, &key);
	ck_assert_int_eq(pushed.refusal.error, OAUTH_OK);
	pushed = push_with(authorizing.web,
			   WEB "&dpop_jkt=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &key);
	ck_assert_int_eq(pushed.refusal.error, OAUTH_INVALID_REQUEST);
}
END_TEST

START_TEST(public_clients_are_bounded) /* RFC9126#2.3 */
{
	for (int i = 0; i < KEPT_METER_PUSHED; i++)
		pushed_uri(authorizing.spa, SPA);
	struct pushed pushed = push_with(authorizing.spa, SPA, &no_binding);
	ck_assert_int_eq(pushed.refusal.error, OAUTH_TEMPORARILY_UNAVAILABLE);
	ck_assert(pushed.over_budget);
	ck_assert_int_gt(pushed.retry_after, 0);
	pushed_uri(authorizing.web, WEB); /* it has proved itself */
	fixture_wait(fixture, 60);
	pushed_uri(authorizing.spa, SPA);
}
END_TEST

START_TEST(a_database_that_does_not_answer_is_told_as_that)
{
	devices_break(&authorizing.devices, "kept_request");
	struct pushed pushed = push_with(authorizing.web, WEB, &no_binding);
	ck_assert_int_eq(pushed.refusal.error, OAUTH_TEMPORARILY_UNAVAILABLE);
	ck_assert(!pushed.over_budget);
	struct authorize_result result = use(ada, "photos-web",
					     SLICE("urn:ietf:params:oauth:request_uri:x"));
	authorizing_expect("used", &result, AUTHORIZE_UNAVAILABLE);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_pushed_request_is_answered_once);
	tcase_add_test(tc, it_must_be_used_soon_and_may_be_answered_later);
	tcase_add_test(tc, it_is_its_clients_alone);
	tcase_add_loop_test(tc, refusals, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, the_client_may_be_named_by_its_proof_alone);
	tcase_add_test(tc, demands_are_kept);
	tcase_add_test(tc, a_change_of_the_client_counts);
	tcase_add_test(tc, a_proof_binds_the_code);
	tcase_add_test(tc, public_clients_are_bounded);
	tcase_add_test(tc, a_database_that_does_not_answer_is_told_as_that);
}

TEST_MAIN("flow/pushed_request", add_tests)
