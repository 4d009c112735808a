/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests that are refused, and who is told of it; requests that another site posted. */
#include "base/buf.h"
#include "base/encode.h"
#include "check_main.h"
#include "check_slice.h"
#include "flow/authorize_fixture.h"
#include "flow/kept_meter.h"

#define WEB AUTHORIZING_WEB
#define TARGET "&redirect_uri=https%3A%2F%2Fweb.example%2Fcb"

static struct authorizing authorizing;
static struct fixture *fixture = &authorizing.devices.fixture;
static struct flow *flow = &authorizing.devices.fixture.flow;
static struct call *call = &authorizing.devices.fixture.call;
static struct session *ada;

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

static struct authorize_result get(const struct session *session, struct slice query)
{
	return authorizing_get(&authorizing, session, query);
}

/* --- whom to tell */

static const struct row {
	const char *name;
	const char *query;
	const char *error; /* for the client; NULL: for the person alone */
} rows[] = {
	/* RFC6749#3.1.2.4, RFC6749#4.1.2.1: nothing leaves this site */
	{ .name = "nothing at all", .query = "" },
	{ .name = "no client", .query = "response_type=code" TARGET },
	{ .name = "an unknown client", .query = "client_id=nobody&response_type=code" TARGET },
	{ .name = "a client in capitals",
	  .query = "client_id=Photos-Web&response_type=code" TARGET },
	{ .name = "two clients",
	  .query = "client_id=photos-web&client_id=photos-spa&response_type=code" TARGET },
	{ .name = "no redirect URI with openid",
	  .query = "client_id=photos-web&response_type=code&scope=openid" },
	{ .name = "an unregistered redirect URI",
	  .query =
		  "client_id=photos-web&response_type=code&redirect_uri=https%3A%2F%2Fevil.example%2Fcb" },
	{ .name = "another client's redirect URI",
	  .query =
		  "client_id=photos-web&response_type=code&redirect_uri=https%3A%2F%2Fspa.example%2Fcb" },
	{ .name = "two redirect URIs", .query = WEB TARGET },
	{ .name = "a script for a redirect URI",
	  .query = "client_id=photos-web&response_type=code&redirect_uri=javascript%3Aalert(1)" },
	{ .name = "a malformed address", .query = "client_id=photos-web&state=%zz" },
	{ .name = "a NUL", .query = WEB "&nonce=%00" },
	{ .name = "a handle that is not known", .query = "doorcode_kept=ABCDEFGHIJKLMNOPQRSTUV" },
	{ .name = "a pushed request that is not known",
	  .query = "client_id=photos-web&request_uri=urn:ietf:params:oauth:request_uri:abc" },
	{ .name = "a pushed request that is not known, beside a good one",
	  .query = WEB "&request_uri=urn:ietf:params:oauth:request_uri:abc" },
	{ .name = "a signed request of no form, and nowhere to go",
	  .query = "client_id=photos-web&request=x&scope=openid" },

	{ .name = "no response type",
	  .query = "client_id=photos-web" TARGET "&scope=openid",
	  .error = "invalid_request" },
	{ .name = "an unknown response type",
	  .query = "client_id=photos-web" TARGET "&response_type=magic",
	  .error = "unsupported_response_type" },
	{ .name = "the implicit grant",
	  .query = "client_id=photos-web" TARGET "&response_type=token",
	  .error = "unsupported_response_type" },
	{ .name = "an unknown scope",
	  .query = "client_id=photos-web" TARGET "&response_type=code&scope=magic",
	  .error = "invalid_scope" },
	{ .name = "an unknown resource",
	  .query = WEB "&resource=https://x.example",
	  .error = "invalid_target" },
	{ .name = "a state twice", .query = WEB "&state=x", .error = "invalid_request" },
	{ .name = "a registration",
	  .query = WEB "&registration=%7B%7D",
	  .error = "registration_not_supported" },
	/* OIDC#6.2, OIDC#3.1.2.6 */
	{ .name = "a request somewhere else",
	  .query = WEB "&request_uri=https://web.example/request",
	  .error = "request_uri_not_supported" },
	{ .name = "a file for a request",
	  .query = WEB "&request_uri=file:///etc/passwd",
	  .error = "request_uri_not_supported" },
	/* RFC9101#5 */
	{ .name = "both ways to name a request",
	  .query = WEB "&request=x&request_uri=https://web.example/request",
	  .error = "invalid_request" },
	{ .name = "a signed request of no form",
	  .query = WEB "&request=x",
	  .error = "invalid_request_object" },
	{ .name = "a signed request that is not signed",
	  .query = WEB "&request=eyJhbGciOiJub25lIn0.eyJjbGllbnRfaWQiOiJwaG90b3Mtd2ViIn0.",
	  .error = "invalid_request_object" },
};

START_TEST(refusals)
{
	const struct row *row = &rows[_i];
	struct authorize_result result = get(ada, slice_str(row->query));
	if (row->error) {
		authorizing_expect_error(row->name, &result, row->error);
		ck_slice_row(row->name, result.response.uri, SLICE("https://web.example/cb"));
		ck_assert(!slice_is_empty(authorizing_field(&result, "error_description")));
	} else {
		authorizing_expect(row->name, &result, AUTHORIZE_REFUSED);
		ck_slice_row(row->name, result.redirect_uri, SLICE(""));
		ck_assert(!slice_is_empty(result.text));
	}
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_REFUSED), 1);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_GRANTED), 0);
}
END_TEST

START_TEST(who_is_not_known_here_is_sent_nowhere_at_once) /* RFC9700#4.11.2 */
{
	const struct row *row = &rows[_i];
	struct authorize_result result = get(NULL, slice_str(row->query));
	if (!row->error) {
		authorizing_expect(row->name, &result, AUTHORIZE_REFUSED);
		return;
	}
	authorizing_expect(row->name, &result, AUTHORIZE_SIGN_IN);
	result = authorizing_next(&authorizing, ada, &result);
	authorizing_expect_error(row->name, &result, row->error);
}
END_TEST

START_TEST(a_disabled_client_is_none)
{
	devices_set_client_enabled(&authorizing.devices, authorizing.web, false);
	client_cache_drop(flow->clients, authorizing.web->client_id);
	struct authorize_result result = get(ada, SLICE(WEB));
	authorizing_expect("disabled", &result, AUTHORIZE_REFUSED);
}
END_TEST

START_TEST(a_client_of_another_grant_is_told_so)
{
	struct authorize_result result = get(
		ada,
		SLICE("client_id=tv&response_type=code&redirect_uri=https%3A%2F%2Ftv.example"));
	authorizing_expect("it has no redirect URI", &result, AUTHORIZE_REFUSED);
}
END_TEST

START_TEST(an_error_goes_the_way_of_the_answer)
{
	flow->settings.hybrid = true;
	struct authorize_result result = get(
		ada, SLICE("client_id=photos-web" TARGET
			   "&response_type=code%20id_token&scope=openid&nonce=n&state=x"));
	authorizing_expect_error("not for this client", &result, "unauthorized_client");
	ck_assert_int_eq(result.response.mode, RESPONSE_MODE_FRAGMENT);
	result = get(ada, SLICE(WEB "&response_mode=form_post&max_age=x"));
	authorizing_expect_error("by form", &result, "invalid_request");
	ck_assert_int_eq(result.response.mode, RESPONSE_MODE_FORM_POST);
}
END_TEST

START_TEST(demands_are_kept) /* RFC9126#5, RFC9126#6, RFC9101#10.5, ASVS#10.4.13 */
{
	flow->settings.require_pushed = true;
	struct authorize_result result = get(ada, SLICE(WEB));
	authorizing_expect_error("everybody must push", &result, "invalid_request");
	flow->settings.require_pushed = false;
	flow->settings.require_pkce = true; /* RFC9700#2.1.1, ASVS#10.4.6 */
	result = get(ada, SLICE("client_id=photos-web" TARGET "&response_type=code"));
	authorizing_expect_error("everybody must have a challenge", &result, "invalid_request");
	result = get(ada, SLICE(WEB AUTHORIZING_PKCE));
	ck_assert_int_eq(result.outcome, AUTHORIZE_CONSENT);
	flow->settings.require_pkce = false;
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUIRE_PAR, "true");
	result = get(ada, SLICE(WEB));
	authorizing_expect_error("this one must push", &result, "invalid_request");
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUIRE_PAR, "false");
	authorizing_set(&authorizing, &authorizing.web, SETTING_REQUIRE_SIGNED_REQUEST, "true");
	result = get(ada, SLICE(WEB));
	authorizing_expect_error("this one must sign", &result, "invalid_request");
}
END_TEST

START_TEST(an_id_token_by_way_of_the_browser) /* OIDC#3.2.2.5, OIDC#3.3.2.5 */
{
	flow->settings.hybrid = true;
	authorizing_set(&authorizing, &authorizing.web, SETTING_RESPONSE_TYPES,
			"code,id_token,code id_token");
	authorizing_set(&authorizing, &authorizing.web, SETTING_SKIP_AUTHORIZATION, "true");
	struct authorize_result result = get(
		ada, SLICE("client_id=photos-web" TARGET
			   "&response_type=id_token%20code&scope=openid&nonce=n%22"));
	authorizing_expect("both", &result, AUTHORIZE_RESPOND);
	ck_assert_int_eq(result.response.mode, RESPONSE_MODE_FRAGMENT);
	struct slice code = authorizing_field(&result, "code");
	struct hash hash;
	hash_sha256(code, &hash);
	AUTO(json)
	struct json *claims = fixture_claims(fixture, authorizing_field(&result, "id_token"), "JWT",
					     ALG_RS256);
	ck_slice_str(claims_text(claims, "nonce"), "n\"");
	ck_slice_str(claims_text(claims, "aud"), "photos-web");
	/* OIDC#3.3.2.11 */
	ck_slice_eq(claims_text(claims, "c_hash"),
		    encode_base64url(call->arena, slice_of(hash.bytes, 16)));
	ck_assert(!json_has(claims, "at_hash"));
	ck_assert_int_eq(claims_number(claims, "auth_time"), ada->auth_time);

	result = get(ada, SLICE("client_id=photos-web" TARGET
				"&response_type=id_token&scope=openid%20profile&nonce=n"));
	authorizing_expect("an ID token alone", &result, AUTHORIZE_RESPOND);
	ck_slice_str(authorizing_field(&result, "code"), "");
	ck_assert(!slice_is_empty(authorizing_field(&result, "id_token")));
}
END_TEST

/* --- posted by another site: OIDC#3.1.2.1 */

static struct slice keep(const char *body)
{
	struct slice location;
	int64_t retry_after;
	ck_assert_int_eq(authorize_keep(flow, call, slice_str(body), &location, &retry_after),
			 ERR_OK);
	ck_assert(slice_has_prefix(location, SLICE("/o/authorize/?doorcode_kept=")));
	ck_assert_uint_eq(location.len, 28 + 22);
	return slice_sub(location, 14, location.len);
}

START_TEST(a_posted_request_is_answered_once)
{
	struct slice query = keep(WEB);
	struct authorize_result page = get(NULL, query);
	authorizing_expect("nobody", &page, AUTHORIZE_SIGN_IN);
	ck_slice_str(page.client->client_id, "photos-web");
	page = authorizing_next(&authorizing, ada, &page);
	authorizing_expect("signed in", &page, AUTHORIZE_CONSENT);
	struct authorize_result result = authorizing_next(&authorizing, ada, &page);
	authorizing_expect("reloaded", &result, AUTHORIZE_CONSENT);
	result = authorizing_decide(&authorizing, ada, &page, true);
	authorizing_expect("allowed", &result, AUTHORIZE_RESPOND);
	ck_slice_str(authorizing_field(&result, "state"), "s& \xc3\xa4");
	result = get(ada, query);
	authorizing_expect("again", &result, AUTHORIZE_REFUSED);
}
END_TEST

START_TEST(an_error_spends_it_too)
{
	struct slice query = keep(WEB "&max_age=x");
	struct authorize_result result = get(ada, query);
	authorizing_expect_error("told", &result, "invalid_request");
	result = get(ada, query);
	authorizing_expect("again", &result, AUTHORIZE_REFUSED);
}
END_TEST

START_TEST(of_two_answers_to_one_request_one_is_given)
{
	struct slice query = keep(WEB);
	struct authorize_result page = get(ada, query);
	const struct authorize_decision decision = { page.handle, true, ada };
	struct authorize_result result;
	struct hash hash;
	/* a rival has spent it between our reading and our writing */
	authorizing_set(&authorizing, &authorizing.web, SETTING_SKIP_AUTHORIZATION, "true");
	hash_sha256(slice_sub(query, 14, query.len), &hash);
	ck_assert_int_eq(store_kept_use(flow->store, &hash, call->now, NULL), ERR_OK);
	authorize_decide(flow, call, &decision, &result);
	authorizing_expect("the second", &result, AUTHORIZE_REFUSED);
	ck_assert_uint_eq(fixture_events(fixture, EVENT_AUTHORIZE_GRANTED), 0);
}
END_TEST

START_TEST(a_posted_request_waits_ten_minutes)
{
	struct slice query = keep(WEB);
	fixture_wait(fixture, AUTHORIZE_KEPT_S - 1);
	struct authorize_result result = get(ada, query);
	authorizing_expect("in time", &result, AUTHORIZE_CONSENT);
	fixture_wait(fixture, 1);
	result = get(ada, query);
	authorizing_expect("too late", &result, AUTHORIZE_REFUSED);
}
END_TEST

START_TEST(a_posted_request_means_what_it_says_alone)
{
	struct slice query = keep(WEB
				  "&doorcode_kept=x&doorcode_mark=1700000000..1.x&prompt=login");
	struct slice more = arena_printf(call->arena, "%.*s&prompt=none&client_id=photos-spa",
					 SLICE_ARG(query));
	struct authorize_result result = get(ada, more);
	authorizing_expect("what stands beside the handle is nothing", &result, AUTHORIZE_SIGN_IN);
	ck_slice_str(result.client->client_id, "photos-web");
}
END_TEST

START_TEST(what_is_too_much_is_not_kept)
{
	struct slice location;
	int64_t retry_after;
	struct buf buf;
	buf_init_arena(&buf, call->arena, AUTHORIZE_BODY_MAX + 16);
	buf_add_str(&buf, "state=");
	while (buf.len <= AUTHORIZE_BODY_MAX)
		buf_add_byte(&buf, 'x');
	ck_assert_int_eq(authorize_keep(flow, call, buf_slice(&buf), &location, &retry_after),
			 ERR_INVALID);
	ck_assert_int_eq(authorize_keep(flow, call, SLICE("state=%zz"), &location, &retry_after),
			 ERR_INVALID);
	for (int i = 0; i < KEPT_METER_POSTED; i++)
		keep(WEB);
	ck_assert_int_eq(authorize_keep(flow, call, SLICE(WEB), &location, &retry_after), ERR_FULL);
	ck_assert_int_gt(retry_after, 0);
	fixture_set_address(fixture, "198.51.100.9");
	keep(WEB);
	fixture_set_address(fixture, "192.0.2.7");
	fixture_wait(fixture, 60);
	keep(WEB);
}
END_TEST

/* --- for the pages of others */

START_TEST(what_waits_behind_a_next)
{
	struct authorize_waiting waiting;
	struct authorize_result page = get(NULL, SLICE(WEB "&login_hint=ada"));
	ck_assert_int_eq(authorize_waiting(flow, call, page.next, &waiting), FOUND);
	ck_slice_str(waiting.client->client_id, "photos-web");
	ck_slice_str(waiting.redirect_uri, "https://web.example/cb");
	ck_slice_str(waiting.login_hint, "ada");
	const struct slice nothing[] = {
		SLICE(""),
		SLICE("/"),
		SLICE("/o/authorize/"),
		SLICE("/o/authorize/decide/?client_id=photos-web" TARGET),
		SLICE("https://login.example/o/authorize/?client_id=photos-web" TARGET),
		SLICE("/o/authorize/?client_id=photos-web&scope=openid"),
		SLICE("/o/authorize/?client_id=nobody" TARGET),
		SLICE("/o/authorize/?client_id=photos-web&redirect_uri=https%3A%2F%2Fevil.example"),
	};
	for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
		ck_assert_msg(authorize_waiting(flow, call, nothing[i], &waiting) == ABSENT, "%zu",
			      i);
}
END_TEST

START_TEST(a_request_that_fits_into_no_address_must_be_pushed)
{
	struct buf buf;
	buf_init_arena(&buf, call->arena, 20000);
	buf_add_str(&buf, WEB "&nonce=n");
	buf_add_str(&buf, "&id_token_hint=");
	for (int i = 0; i < 13000; i++)
		buf_add_byte(&buf, 'x');
	struct authorize_result result = get(NULL, buf_slice(&buf));
	authorizing_expect("too long", &result, AUTHORIZE_REFUSED);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, refusals, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, who_is_not_known_here_is_sent_nowhere_at_once, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_disabled_client_is_none);
	tcase_add_test(tc, a_client_of_another_grant_is_told_so);
	tcase_add_test(tc, an_error_goes_the_way_of_the_answer);
	tcase_add_test(tc, demands_are_kept);
	tcase_add_test(tc, an_id_token_by_way_of_the_browser);
	tcase_add_test(tc, a_posted_request_is_answered_once);
	tcase_add_test(tc, an_error_spends_it_too);
	tcase_add_test(tc, of_two_answers_to_one_request_one_is_given);
	tcase_add_test(tc, a_posted_request_waits_ten_minutes);
	tcase_add_test(tc, a_posted_request_means_what_it_says_alone);
	tcase_add_test(tc, what_is_too_much_is_not_kept);
	tcase_add_test(tc, what_waits_behind_a_next);
	tcase_add_test(tc, a_request_that_fits_into_no_address_must_be_pushed);
}

TEST_MAIN("flow/authorize_refusals", add_tests)
