/* SPDX-License-Identifier: Apache-2.0
 *
 * One logout token on its way: what is in it, what counts as taken, and what is written down. */
#include <stdio.h>
#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "fetch/fetch.h"
#include "flow/logout.h"
#include "flow/logout_delivery.h"
#include "flow/logout_fixture.h"
#include "flow/logout_token.h"
#include "flow/signing_fixture.h"
#include "flow/subject.h"
#include "support/origin.h"

static char status[128];
static struct origin_answer answers[] = {
	{ ORIGIN_AT_ONCE, "/out", status },
	{ ORIGIN_HOLD, "/hold", "" },
};

static struct fixture fixture;
static struct origin *origin;
static struct network loopback;
static struct session *session;

static struct fetch *make_fetch(void)
{
	ck_assert_int_eq(network_parse(SLICE("127.0.0.1"), &loopback), ERR_OK);
	const struct fetch_options options = {
		.allowed = &loopback,
		.allowed_count = 1,
		.allow_http = true,
		.timeout_ms = 300,
		.most_bytes = 4096,
	};
	return fetch_new(&options);
}

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture.flow.settings.issuer = SLICE("https://op.example/o");
	fixture_sign(&fixture);
	origin = origin_start(answers, ARRAY_LEN(answers), false);
	fixture.flow.fetch = make_fetch();
	fixture_person(&fixture, "ada");
	session = logout_sign_in(&fixture, "ada", NULL);
}

static void teardown(void)
{
	origin_stop(&origin);
	fetch_free(&fixture.flow.fetch);
	fixture_stop(&fixture);
}

static struct client *client_at(const char *path)
{
	struct slice uri = arena_printf(fixture.call.arena,
					"backchannel_logout_uri=http://127.0.0.1:%u%s",
					(unsigned)origin_port(origin), path);
	const char *const settings[] = { arena_cstr(fixture.call.arena, uri), NULL };
	return logout_client(&fixture, "shop", settings);
}

/* The job of a sign-out from this client, `age` seconds ago. */
static struct job_row job_for(const struct client *client, int64_t age)
{
	struct logout_frames frames;
	const struct given given = { session, client, GRANT_AUTHORIZATION_CODE, "openid" };
	logout_give(&fixture, &given);
	ck_assert_int_eq(logout_session(&fixture.flow, &fixture.call, session, &frames), ERR_OK);
	fixture_wait(&fixture, age);
	struct job_list jobs = logout_jobs(&fixture);
	ck_assert_uint_eq(jobs.count, 1);
	return jobs.items[0];
}

static size_t jobs_after(int64_t seconds)
{
	fixture_wait(&fixture, seconds);
	return logout_jobs(&fixture).count;
}

static const struct row {
	const char *name;
	const char *path;
	const char *status;
	const char *reason; /* "": it was taken */
} rows[] = {
	{ "200 is taken [BCLOGOUT#2.8]", "/out", "200 OK", "" },
	{ "204 is taken [BCLOGOUT#2.8]", "/out", "204 No Content", "" },
	{ "400 is not", "/out", "400 Bad Request", "status 400" },
	{ "202 is not", "/out", "202 Accepted", "status 202" },
	{ "a redirect is not followed", "/out", "307 Over There\r\nLocation: /hold", "status 307" },
	{ "500 is not", "/out", "500 Oh", "status 500" },
	{ "a page that is not there", "/none", "", "status 404" },
	{ "no answer at all", "/hold", "", "timeout" },
};

static void set_status(const char *text)
{
	snprintf(status, sizeof(status), "HTTP/1.1 %s\r\nConnection: close\r\n\r\n", text);
}

START_TEST(what_is_not_taken_is_tried_again)
{
	const struct row *row = &rows[_i];
	set_status(row->status);
	const struct job_row job = job_for(client_at(row->path), 0);
	bool is_taken = *row->reason == '\0';
	logout_deliver(&fixture.flow, &fixture.call, &job);
	ck_assert_msg(fixture_events(&fixture, EVENT_LOGOUT_DELIVERED) == is_taken, "%s",
		      row->name);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_LOGOUT_UNDELIVERED), 0);
	ck_assert_msg(jobs_after(9) == 0, "%s: not before its time", row->name);
	ck_assert_msg(jobs_after(1) == !is_taken, "%s", row->name);
}
END_TEST

START_TEST(what_is_never_taken_is_given_up_and_written_down)
{
	const struct row *row = &rows[_i];
	if (*row->reason == '\0')
		return;
	set_status(row->status);
	const struct job_row job = job_for(client_at(row->path), JOB_GIVEN_UP_S);
	logout_deliver(&fixture.flow, &fixture.call, &job);
	struct event event = fixture_event(&fixture, EVENT_LOGOUT_UNDELIVERED);
	ck_slice_row(row->name, event.detail, slice_str(row->reason));
	ck_assert(id_equal(&event.user, &session->user.id));
	ck_assert(id_equal(&event.client, &job.client));
	ck_assert_uint_eq(jobs_after(86400), 0);
}
END_TEST

START_TEST(an_address_that_is_not_allowed_is_not_asked)
{
	set_status("200 OK");
	struct client *client = client_at("/out");
	fetch_free(&fixture.flow.fetch);
	const struct fetch_options strict = { .allow_http = true,
					      .timeout_ms = 300,
					      .most_bytes = 4096 };
	fixture.flow.fetch = fetch_new(&strict);
	const struct job_row job = job_for(client, 0);
	logout_deliver(&fixture.flow, &fixture.call, &job);
	ck_assert_uint_eq(origin_requests(origin), 0);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_LOGOUT_DELIVERED), 0);
}
END_TEST

static const char *const changes[] = { "enabled", "backchannel_logout_uri" };

START_TEST(a_client_that_wants_it_no_more_is_told_nothing)
{
	set_status("200 OK");
	struct client *client = client_at("/out");
	const struct job_row job = job_for(client, 0);
	client = fixture_read_client(&fixture, "shop").client;
	if (_i == 0)
		client->enabled = false;
	else
		client->settings = SLICE_EMPTY;
	ck_assert_int_eq(store_client_update(fixture.store, client, fixture.call.now, NULL),
			 ERR_OK);
	logout_deliver(&fixture.flow, &fixture.call, &job);
	ck_assert_msg(origin_requests(origin) == 0, "%s", changes[_i]);
	ck_assert_uint_eq(jobs_after(100), 0);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_LOGOUT_DELIVERED), 0);
	ck_assert_uint_eq(fixture_events(&fixture, EVENT_LOGOUT_UNDELIVERED), 0);
}
END_TEST

/* BCLOGOUT#2.5: a form with the token in it, posted */
START_TEST(it_is_a_form)
{
	set_status("200 OK");
	const struct job_row job = job_for(client_at("/out"), 0);
	logout_deliver(&fixture.flow, &fixture.call, &job);
	const char *request = origin_last(origin);
	ck_assert(strncmp(request, "POST /out HTTP/1.1\r\n", 20) == 0);
	ck_assert(strcasestr(request, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
	ck_assert(strstr(request, "\r\n\r\nlogout_token=eyJ"));
}
END_TEST

/* BCLOGOUT#2.4: iss, aud, iat, exp, jti, events, sub and sid, a type of its own, and no nonce */
START_TEST(the_token_says_all_that_is_asked_for)
{
	struct slice token;
	struct slice other;
	struct client *client = client_at("/out");
	const struct logout_token_request request = { client, &session->user.id, SLICE("a sid") };
	ck_assert_int_eq(logout_token_make(&fixture.flow, &fixture.call, &request, &token), ERR_OK);
	ck_assert_int_eq(logout_token_make(&fixture.flow, &fixture.call, &request, &other), ERR_OK);
	struct json *claims = fixture_claims(&fixture, token, "logout+jwt", ALG_RS256);
	struct json *others = fixture_claims(&fixture, other, "logout+jwt", ALG_RS256);
	ck_slice_str(claims_text(claims, "iss"), "https://op.example/o");
	ck_slice_str(claims_text(claims, "aud"), "shop");
	ck_slice_str(claims_text(claims, "sid"), "a sid");
	ck_slice_eq(claims_text(claims, "sub"),
		    subject_of(&fixture.flow, fixture.call.arena, client, &session->user.id));
	ck_assert_int_eq(claims_number(claims, "iat"), FIXTURE_NOW);
	ck_assert_int_eq(claims_number(claims, "exp"), FIXTURE_NOW + 120);
	ck_assert(!slice_equal(claims_text(claims, "jti"), claims_text(others, "jti")));
	ck_assert(!json_has(claims, "nonce"));
	struct json *events = json_get(claims, "events");
	struct json *event = json_get(events, "http://schemas.openid.net/event/backchannel-logout");
	ck_assert_ptr_nonnull(event);
	ck_assert_uint_eq(json_count(event), 0);
	ck_assert_uint_eq(json_count(events), 1);
	json_free(&event);
	json_free(&events);
	json_free(&claims);
	json_free(&others);
}
END_TEST

/* BCLOGOUT#2.6 */
START_TEST(the_token_is_signed_as_the_client_wants)
{
	struct slice token;
	struct client *client = client_at("/out");
	client->algorithm = CLIENT_ALG_ES256;
	const struct logout_token_request request = { client, &session->user.id, SLICE("s") };
	ck_assert_int_eq(logout_token_make(&fixture.flow, &fixture.call, &request, &token), ERR_OK);
	struct json *claims = fixture_claims(&fixture, token, "logout+jwt", ALG_ES256);
	json_free(&claims);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, what_is_not_taken_is_tried_again, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, what_is_never_taken_is_given_up_and_written_down, 0,
			    ARRAY_LEN(rows));
	tcase_add_test(tc, an_address_that_is_not_allowed_is_not_asked);
	tcase_add_loop_test(tc, a_client_that_wants_it_no_more_is_told_nothing, 0,
			    ARRAY_LEN(changes));
	tcase_add_test(tc, it_is_a_form);
	tcase_add_test(tc, the_token_says_all_that_is_asked_for);
	tcase_add_test(tc, the_token_is_signed_as_the_client_wants);
}

TEST_MAIN("flow/logout_deliver", add_tests)
