/* SPDX-License-Identifier: Apache-2.0
 *
 * What becomes of an application's wish to have somebody signed out: done, asked, refused; and
 * where it may lead. */
#include "flow/end_session.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"
#include "flow/id_token.h"
#include "flow/kept_meter.h"
#include "flow/logout_fixture.h"
#include "flow/sign_in.h"
#include "flow/signing_fixture.h"

static struct fixture fixture;
static struct session *session; /* ada's */
static struct client *shop;
static struct client *news;
static struct id given; /* to the shop, in this session */

static const char *const no_settings[] = { NULL };

static struct client *client_with(const char *client_id, struct slice uris)
{
	struct client *client = logout_client(&fixture, client_id, no_settings);
	client = fixture_read_client(&fixture, client_id).client;
	client->post_logout_redirect_uris = uris;
	ck_assert_int_eq(store_client_update(fixture.store, client, fixture.call.now, NULL),
			 ERR_OK);
	return client;
}

static struct id give(const struct client *client, enum grant grant)
{
	const struct given to = { session, client, grant, "openid" };
	return logout_give(&fixture, &to);
}

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture.flow.settings.issuer = SLICE("https://op.example/o");
	fixture.flow.settings.id_token_lifetime = 3600;
	fixture_sign(&fixture);
	fixture_person(&fixture, "ada");
	fixture_person(&fixture, "bob");
	session = logout_sign_in(&fixture, "ada", NULL);
	shop = client_with("shop", SLICE("https://shop.example/bye\nhttps://shop.example/bye?x=1"));
	news = client_with("news", SLICE("https://news.example/bye"));
	given = give(shop, GRANT_AUTHORIZATION_CODE);
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

/* An ID token that this client got in this session. */
static struct slice hint_of(const struct client *client, const struct session *of)
{
	struct slice token;
	const struct authorization authorization = {
		.user = of->user.id,
		.client = client->id,
		.grant = GRANT_AUTHORIZATION_CODE,
		.scope = SLICE("openid"),
		.sid = of->sid,
		.auth_time = of->auth_time,
		.created = fixture.call.now,
	};
	const struct id_token_request request = {
		.authorization = &authorization,
		.client = client,
		.scope = SLICE("openid"),
	};
	ck_assert_int_eq(id_token_make(&fixture.flow, &fixture.call, &request, &token), ERR_OK);
	return token;
}

enum hint {
	NO_HINT = 0,
	OURS,
	OF_ANOTHER_SESSION,
	OF_BOB,
	OF_NO_SESSION,
	BENT,
	UNSIGNED,
	NONSENSE
};

static struct slice no_session_hint(void)
{
	struct session bare = *session;
	bare.sid = (struct id){ { 0 } };
	return hint_of(shop, &bare);
}

static struct slice bent(struct slice token)
{
	char *text = arena_alloc(fixture.call.arena, token.len);
	memcpy(text, token.ptr, token.len);
	size_t at = token.len - 10;
	text[at] = text[at] == 'A' ? 'B' : 'A';
	return slice_of(text, token.len);
}

/* The header says "none", and there is no signature. */
static struct slice without_signature(struct slice token)
{
	struct slice header;
	struct slice payload;
	ck_assert(slice_split(&token, '.', &header) && slice_split(&token, '.', &payload));
	return arena_printf(fixture.call.arena, "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.%.*s.",
			    SLICE_ARG(payload));
}

static struct slice make_hint(enum hint hint)
{
	switch (hint) {
	case OURS:
		return hint_of(shop, session);
	case OF_ANOTHER_SESSION:
		return hint_of(shop, logout_sign_in(&fixture, "ada", NULL));
	case OF_BOB:
		return hint_of(shop, logout_sign_in(&fixture, "bob", NULL));
	case OF_NO_SESSION:
		return no_session_hint();
	case BENT:
		return bent(hint_of(shop, session));
	case UNSIGNED:
		return without_signature(hint_of(shop, session));
	case NONSENSE:
		return SLICE("nonsense");
	case NO_HINT:
	default:
		return SLICE_EMPTY;
	}
}

static const struct row {
	const char *name;
	enum hint hint;
	struct slice client_id;
	struct slice uri;
	struct slice state;
	bool nobody; /* is signed in */
	enum end_session_outcome outcome;
	const char *leads; /* NULL: nowhere */
} rows[] = {
#define BYE "https://shop.example/bye"
	/* RPLOGOUT#2 */
	{ .name = "a hint of this session", .hint = OURS, .outcome = END_SESSION_NOW },
	{ .name = "with its client",
	  .hint = OURS,
	  .client_id = SLICE("shop"),
	  .outcome = END_SESSION_NOW },
	{ .name = "and a way on",
	  .hint = OURS,
	  .uri = SLICE(BYE),
	  .outcome = END_SESSION_NOW,
	  .leads = BYE },
	{ .name = "without a hint",
	  .client_id = SLICE("shop"),
	  .uri = SLICE(BYE),
	  .outcome = END_SESSION_ASK,
	  .leads = BYE },
	{ .name = "with nothing at all", .outcome = END_SESSION_ASK },
	{ .name = "a hint of another session",
	  .hint = OF_ANOTHER_SESSION,
	  .uri = SLICE(BYE),
	  .outcome = END_SESSION_ASK,
	  .leads = BYE },
	{ .name = "a hint of somebody else", .hint = OF_BOB, .outcome = END_SESSION_ASK },
	{ .name = "a hint of no session", .hint = OF_NO_SESSION, .outcome = END_SESSION_ASK },
	{ .name = "nobody signed in",
	  .nobody = true,
	  .hint = OURS,
	  .uri = SLICE(BYE),
	  .outcome = END_SESSION_NOBODY,
	  .leads = BYE },
	{ .name = "nobody signed in, and no hint",
	  .nobody = true,
	  .client_id = SLICE("shop"),
	  .uri = SLICE(BYE),
	  .outcome = END_SESSION_NOBODY,
	  .leads = BYE },
	{ .name = "a bent hint", .hint = BENT, .outcome = END_SESSION_REFUSED },
	{ .name = "a hint without a signature", .hint = UNSIGNED, .outcome = END_SESSION_REFUSED },
	{ .name = "a hint that is none", .hint = NONSENSE, .outcome = END_SESSION_REFUSED },
	{ .name = "a bent hint when nobody is signed in",
	  .nobody = true,
	  .hint = BENT,
	  .uri = SLICE(BYE),
	  .outcome = END_SESSION_REFUSED },
	{ .name = "a client that is not its audience",
	  .hint = OURS,
	  .client_id = SLICE("news"),
	  .outcome = END_SESSION_REFUSED },
	{ .name = "an unknown client",
	  .client_id = SLICE("nobody"),
	  .outcome = END_SESSION_REFUSED },
	/* RPLOGOUT#3 */
	{ .name = "the state comes back, escaped",
	  .hint = OURS,
	  .uri = SLICE(BYE),
	  .state = SLICE("a&b=c#d e"),
	  .outcome = END_SESSION_NOW,
	  .leads = BYE "?state=a%26b%3Dc%23d%20e" },
	{ .name = "behind a query that is there",
	  .hint = OURS,
	  .uri = SLICE(BYE "?x=1"),
	  .state = SLICE("s"),
	  .outcome = END_SESSION_NOW,
	  .leads = BYE "?x=1&state=s" },
	{ .name = "a state that begins a header",
	  .hint = OURS,
	  .uri = SLICE(BYE),
	  .state = SLICE("a\r\nX: y"),
	  .outcome = END_SESSION_NOW,
	  .leads = BYE "?state=a%0D%0AX%3A%20y" },
	{ .name = "a state without a way on is dropped",
	  .hint = OURS,
	  .state = SLICE("s"),
	  .outcome = END_SESSION_NOW },
	{ .name = "a way on for nobody that is known is passed over",
	  .uri = SLICE("https://evil.example/"),
	  .outcome = END_SESSION_ASK },
	{ .name = "a way on that is another client's",
	  .hint = OURS,
	  .uri = SLICE("https://news.example/bye"),
	  .outcome = END_SESSION_REFUSED },
	{ .name = "one that only begins so",
	  .hint = OURS,
	  .uri = SLICE(BYE "/more"),
	  .outcome = END_SESSION_REFUSED },
	{ .name = "one that is only the beginning",
	  .hint = OURS,
	  .uri = SLICE("https://shop.example/"),
	  .outcome = END_SESSION_REFUSED },
	{ .name = "both of them at once",
	  .hint = OURS,
	  .uri = SLICE(BYE "\n" BYE "?x=1"),
	  .outcome = END_SESSION_REFUSED },
	{ .name = "a line feed alone",
	  .hint = OURS,
	  .uri = SLICE("\n"),
	  .outcome = END_SESSION_REFUSED },
};

START_TEST(a_wish)
{
	const struct row *row = &rows[_i];
	struct end_session_result result;
	const struct end_session_request request = {
		.id_token_hint = make_hint(row->hint),
		.client_id = row->client_id,
		.post_logout_redirect_uri = row->uri,
		.state = row->state,
		.session = row->nobody ? NULL : session,
	};
	end_session(&fixture.flow, &fixture.call, &request, &result);
	ck_assert_msg(result.outcome == row->outcome, "%s: %d", row->name, (int)result.outcome);
	ck_slice_row(row->name, result.uri, row->leads ? slice_str(row->leads) : SLICE_EMPTY);
	ck_assert_msg(slice_is_empty(result.text) == (row->outcome != END_SESSION_REFUSED), "%s",
		      row->name);
}
END_TEST

static enum end_session_outcome judge(struct slice hint)
{
	struct end_session_result result;
	const struct end_session_request request = { .id_token_hint = hint, .session = session };
	end_session(&fixture.flow, &fixture.call, &request, &result);
	return result.outcome;
}

/* RPLOGOUT#2 */
START_TEST(an_old_hint_is_as_good)
{
	struct slice hint = hint_of(shop, session);
	fixture_wait(&fixture, 86400);
	ck_assert_int_eq(judge(hint), END_SESSION_NOW);
}
END_TEST

START_TEST(one_whose_access_was_taken_back_is_as_good)
{
	ck_assert_int_eq(
		store_authorization_revoke(fixture.store, &given, NULL, fixture.call.now, NULL),
		ERR_OK);
	ck_assert_int_eq(judge(hint_of(shop, session)), END_SESSION_NOW);
}
END_TEST

/* RPLOGOUT#2, D52, D56: a device's ID token names the session in which it was approved; its owner
 * may be whoever sent the person a code. */
START_TEST(where_nobody_signed_in_it_is_asked)
{
	ck_assert_int_eq(judge(hint_of(news, session)), END_SESSION_ASK);
	give(news, GRANT_DEVICE_CODE);
	ck_assert_int_eq(judge(hint_of(news, session)), END_SESSION_ASK);
	give(news, GRANT_AUTHORIZATION_CODE);
	ck_assert_int_eq(judge(hint_of(news, session)), END_SESSION_NOW);
}
END_TEST

START_TEST(with_others_in_the_browser_it_is_asked)
{
	session = logout_sign_in(&fixture, "bob", &session->hash);
	ck_assert_uint_eq(session->others, 1);
	ck_assert_int_eq(judge(hint_of(shop, session)), END_SESSION_ASK);
}
END_TEST

START_TEST(a_client_that_is_switched_off_is_refused)
{
	struct slice hint = hint_of(shop, session);
	shop = fixture_read_client(&fixture, "shop").client;
	shop->enabled = false;
	ck_assert_int_eq(store_client_update(fixture.store, shop, fixture.call.now, NULL), ERR_OK);
	ck_assert_int_eq(judge(hint), END_SESSION_REFUSED);
}
END_TEST

START_TEST(a_state_has_an_end)
{
	char state[END_SESSION_STATE_MAX + 1];
	struct end_session_result result;
	memset(state, '%', sizeof(state));
	struct end_session_request request = {
		.id_token_hint = hint_of(shop, session),
		.post_logout_redirect_uri = SLICE(BYE),
		.state = slice_of(state, END_SESSION_STATE_MAX),
		.session = session,
	};
	end_session(&fixture.flow, &fixture.call, &request, &result);
	ck_assert_int_eq(result.outcome, END_SESSION_NOW);
	request.state = slice_of(state, sizeof(state));
	end_session(&fixture.flow, &fixture.call, &request, &result);
	ck_assert_int_eq(result.outcome, END_SESSION_REFUSED);
}
END_TEST

/* --- kept requests ------------------------------------------------------------------------------
 */

static struct slice keep(void)
{
	struct slice handle;
	int64_t retry_after;
	ck_assert_int_eq(end_session_keep(&fixture.flow, &fixture.call, SLICE("state=s"), &handle,
					  &retry_after),
			 ERR_OK);
	return handle;
}

static enum find look(struct slice handle)
{
	struct slice parameters;
	return end_session_kept(&fixture.flow, &fixture.call, handle, &parameters);
}

START_TEST(what_was_posted_is_kept_as_it_came_for_one_logout)
{
	struct slice parameters;
	struct slice handle = keep();
	ck_assert_int_eq(end_session_kept(&fixture.flow, &fixture.call, handle, &parameters),
			 FOUND);
	ck_slice_str(parameters, "state=s");
	ck_assert_int_eq(look(handle), FOUND); /* reloading costs nothing */
	ck_assert_int_eq(end_session_use(&fixture.flow, &fixture.call, handle), ERR_OK);
	ck_assert_int_eq(look(handle), ABSENT);
	ck_assert_int_eq(end_session_use(&fixture.flow, &fixture.call, handle), ERR_UNCHANGED);
}
END_TEST

START_TEST(what_is_kept_grows_old)
{
	struct slice handle = keep();
	fixture_wait(&fixture, END_SESSION_KEPT_S - 1);
	ck_assert_int_eq(look(handle), FOUND);
	fixture_wait(&fixture, 1);
	ck_assert_int_eq(look(handle), ABSENT);
	ck_assert_int_eq(end_session_use(&fixture.flow, &fixture.call, handle), ERR_UNCHANGED);
}
END_TEST

static const char *const no_handles[] = { "", "0000000000000000000000", "x",
					  "0123456789abcdefghijklm" };

START_TEST(a_handle_that_was_made_up_finds_nothing)
{
	keep();
	ck_assert_int_eq(look(slice_str(no_handles[_i])), ABSENT);
}
END_TEST

/* What was kept for the authorization endpoint is no logout. */
START_TEST(a_handle_of_another_kind_finds_nothing)
{
	struct slice handle = SLICE("4tGh2LmN8pQrS0vWxYzA1b");
	struct kept_request kept = { .kind = KEPT_AUTHORIZE,
				     .parameters = SLICE("x=y"),
				     .created = fixture.call.now,
				     .expires = fixture.call.now + 60 };
	hash_sha256(handle, &kept.hash);
	ck_assert_int_eq(store_kept_insert(fixture.store, &kept, NULL), ERR_OK);
	ck_assert_int_eq(look(handle), ABSENT);
}
END_TEST

START_TEST(not_everything_is_kept)
{
	char body[END_SESSION_BODY_MAX + 1];
	struct slice handle;
	int64_t retry_after = 0;
	memset(body, 'x', sizeof(body));
	ck_assert_int_eq(end_session_keep(&fixture.flow, &fixture.call,
					  slice_of(body, sizeof(body)), &handle, &retry_after),
			 ERR_INVALID);
	struct kept_meter *meter = kept_meter_new(NULL, 0);
	fixture.flow.kept = meter;
	enum err err = ERR_OK;
	int kept = 0;
	for (; kept < 100 && err == ERR_OK; kept++)
		err = end_session_keep(&fixture.flow, &fixture.call, SLICE("x=y"), &handle,
				       &retry_after);
	fixture.flow.kept = NULL;
	kept_meter_free(&meter);
	ck_assert_int_eq(err, ERR_FULL);
	ck_assert_int_eq(kept, KEPT_METER_POSTED + 1);
	ck_assert_int_gt(retry_after, 0);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_wish, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, an_old_hint_is_as_good);
	tcase_add_test(tc, one_whose_access_was_taken_back_is_as_good);
	tcase_add_test(tc, where_nobody_signed_in_it_is_asked);
	tcase_add_test(tc, with_others_in_the_browser_it_is_asked);
	tcase_add_test(tc, a_client_that_is_switched_off_is_refused);
	tcase_add_test(tc, a_state_has_an_end);
	tcase_add_test(tc, what_was_posted_is_kept_as_it_came_for_one_logout);
	tcase_add_test(tc, what_is_kept_grows_old);
	tcase_add_loop_test(tc, a_handle_that_was_made_up_finds_nothing, 0, ARRAY_LEN(no_handles));
	tcase_add_test(tc, a_handle_of_another_kind_finds_nothing);
	tcase_add_test(tc, not_everything_is_kept);
}

TEST_MAIN("flow/end_session", add_tests)
