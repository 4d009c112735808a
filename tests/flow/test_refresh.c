/* SPDX-License-Identifier: Apache-2.0
 *
 * The refresh grant: who may, for which scope, once; what a spent token costs; and what a lost
 * answer does not. */
#include "flow/refresh.h"
#include "flow/token_key.h"

#include <pthread.h>

#include "check_main.h"
#include "check_slice.h"
#include "flow/device_fixture.h"
#include "flow/lost_store.h"

static struct devices devices;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;

static void setup(void)
{
	devices_init(&devices);
}

static void teardown(void)
{
	devices_fini(&devices);
}

static struct refreshed refresh_as(struct client *client, struct slice token, const char *scope)
{
	const struct client_authenticated authenticated = devices_client(client);
	const struct refresh_request request = { .client = &authenticated,
						 .refresh_token = token,
						 .scope = slice_str(scope) };
	struct refreshed refreshed;
	refresh(flow, call, &request, &refreshed);
	return refreshed;
}

static struct refresh_token *stored(struct slice text)
{
	struct token token;
	struct refresh_token *found = NULL;
	ck_assert_int_eq(token_parse(flow->ring, TOKEN_REFRESH, text, &token), ERR_OK);
	const struct token_key key = token_key(&token);
	ck_assert_int_eq(store_refresh_token_find(flow->store, call->arena, &key, &found), FOUND);
	return found;
}

static bool is_revoked(struct slice refresh_token)
{
	return stored(refresh_token)->authorization.revoked != 0;
}

/* --- scope
 * -----------------------------------------------------------------------------------------------------------
 */

static const struct row {
	const char *name;
	const char *scope;
	enum oauth_error error;
	const char *granted;
} rows[] = {
	/* RFC6749#6 */
	{ .name = "nothing asked for gives what was granted",
	  .scope = "",
	  .granted = "openid email profile" },
	{ .name = "the same in another order",
	  .scope = "profile email openid",
	  .granted = "profile email openid" },
	{ .name = "less", .scope = "email", .granted = "email" },
	{ .name = "more", .scope = "openid phone", .error = OAUTH_INVALID_SCOPE },
	{ .name = "something that does not exist",
	  .scope = "everything",
	  .error = OAUTH_INVALID_SCOPE },
	{ .name = "another case", .scope = "EMAIL", .error = OAUTH_INVALID_SCOPE },
	{ .name = "a quote", .scope = "email\"", .error = OAUTH_INVALID_SCOPE },
};

START_TEST(a_refresh_gives_no_more_than_was_granted) /* RFC6749#6 */
{
	const struct row *row = &rows[_i];
	struct token_answer first = devices_tokens(&devices, devices.tv, "openid email profile");
	struct refreshed refreshed = refresh_as(devices.tv, first.refresh_token, row->scope);
	ck_assert_msg(refreshed.error == row->error, "%s: %s", row->name,
		      oauth_error_row(refreshed.error)->name);
	if (row->error != OAUTH_OK) {
		ck_assert_msg(refresh_as(devices.tv, first.refresh_token, "").error == OAUTH_OK,
			      "the token is not spent");
		return;
	}
	ck_slice_row(row->name, refreshed.answer.scope, slice_str(row->granted));
	ck_assert_int_eq(refreshed.answer.expires_in, 36000);
	/* RFC6749#6: the new refresh token has the scope of the old */
	refreshed = refresh_as(devices.tv, refreshed.answer.refresh_token, "");
	ck_slice_row(row->name, refreshed.answer.scope, SLICE("openid email profile"));
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_TOKEN_REFRESHED), 2);
}
END_TEST

/* --- who, and what
 * ---------------------------------------------------------------------------------------------------
 */

START_TEST(a_refresh_token_is_its_clients_alone) /* RFC6749#10.4 */
{
	struct token_answer tokens = devices_tokens(&devices, devices.tv, "");
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	struct refreshed mine = refresh_as(devices.tv, tokens.refresh_token, "");
	ck_assert_int_eq(mine.error, OAUTH_OK);
	/* a stranger who has found a spent one ends nothing with it */
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	ck_assert(!is_revoked(tokens.refresh_token));
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_TOKEN_REFUSED), 2);
}
END_TEST

START_TEST(what_is_no_refresh_token_is_refused)
{
	struct token_answer tokens = devices_tokens(&devices, devices.tv, "");
	struct device_started started = devices_start(&devices, devices.tv, "");
	struct slice cut = slice_sub(tokens.refresh_token, 0, tokens.refresh_token.len - 1);
	char *forged = arena_cstr(call->arena, tokens.refresh_token);
	forged[30] = forged[30] == '0' ? '1' : '0';
	const struct slice wrong[] = {
		SLICE(""), SLICE("dcr_"),    tokens.access_token, token_text(&started.code),
		cut,       slice_str(forged)
	};
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_msg(refresh_as(devices.tv, wrong[i], "").error == OAUTH_INVALID_GRANT,
			      "%zu", i);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_TOKEN_REFUSED), ARRAY_LEN(wrong));
	ck_slice_str(fixture_event(&devices.fixture, EVENT_TOKEN_REFUSED).detail, "invalid_grant");
	ck_assert_int_eq(refresh_as(devices.tv, tokens.refresh_token, "").error, OAUTH_OK);
}
END_TEST

START_TEST(a_refresh_token_ends_when_idle)
{
	struct token_answer tokens = devices_tokens(&devices, devices.tv, "");
	fixture_wait(&devices.fixture, 30 * 86400 - 1);
	struct refreshed late = refresh_as(devices.tv, tokens.refresh_token, "");
	ck_assert_int_eq(late.error, OAUTH_OK);
	fixture_wait(&devices.fixture, 30 * 86400);
	ck_assert_int_eq(refresh_as(devices.tv, late.answer.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	ck_assert(!is_revoked(late.answer.refresh_token));
}
END_TEST

START_TEST(a_refresh_token_ends_however_often_it_was_used) /* ASVS#10.4.8, RFC9700#4.14.2 */
{
	flow->settings.refresh_token_absolute = 50 * 86400;
	struct token_answer tokens = devices_tokens(&devices, devices.tv, "");
	const int64_t end = stored(tokens.refresh_token)->authorization.created + 50 * 86400;
	fixture_wait(&devices.fixture, 25 * 86400);
	struct refreshed used = refresh_as(devices.tv, tokens.refresh_token, "");
	ck_assert_int_eq(used.error, OAUTH_OK);
	ck_assert_int_eq(stored(used.answer.refresh_token)->expires, end);
	fixture_wait(&devices.fixture, 25 * 86400);
	ck_assert_int_eq(refresh_as(devices.tv, used.answer.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
}
END_TEST

START_TEST(a_refresh_token_ends_sooner_when_the_option_is_changed) /* ASVS#10.4.8 */
{
	struct token_answer tokens = devices_tokens(&devices, devices.tv, "");
	fixture_wait(&devices.fixture, 86400);
	flow->settings.refresh_token_absolute = 3600;
	ck_assert_int_eq(refresh_as(devices.tv, tokens.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	flow->settings.refresh_token_absolute = 0;
	ck_assert_int_eq(refresh_as(devices.tv, tokens.refresh_token, "").error, OAUTH_OK);
}
END_TEST

static struct id authorization_of(struct slice refresh_token)
{
	return stored(refresh_token)->authorization.id;
}

static void disable_person(struct slice refresh_token)
{
	(void)refresh_token;
	devices_set_user_enabled(&devices, devices.ada, false);
}

static void disable_client(struct slice refresh_token)
{
	(void)refresh_token;
	devices_set_client_enabled(&devices, devices.tv, false);
}

static void revoke(struct slice refresh_token)
{
	struct id id = authorization_of(refresh_token);
	ck_assert_int_eq(store_authorization_revoke(flow->store, &id, NULL, call->now, NULL),
			 ERR_OK);
}

static void remove_person(struct slice refresh_token)
{
	(void)refresh_token;
	ck_assert_int_eq(store_user_remove(flow->store, &devices.ada->id, NULL), ERR_OK);
}

static const struct gone {
	const char *name;
	void (*happens)(struct slice refresh_token);
} gone[] = {
	{ "the person was disabled", disable_person },
	{ "the person was removed", remove_person },
	{ "the client was disabled", disable_client },
	{ "the authorization was revoked", revoke },
};

START_TEST(what_was_granted_is_looked_at_again)
{
	struct token_answer tokens = devices_tokens(&devices, devices.tv, "");
	gone[_i].happens(tokens.refresh_token);
	ck_assert_msg(refresh_as(devices.tv, tokens.refresh_token, "").error == OAUTH_INVALID_GRANT,
		      "%s", gone[_i].name);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_TOKEN_REFRESHED), 0);
}
END_TEST

static const char *const needed_tables[] = { "refresh_token", "access_token" };

START_TEST(a_database_that_does_not_answer_is_no_refusal)
{
	struct token_answer tokens = devices_tokens(&devices, devices.tv, "");
	devices_break(&devices, needed_tables[_i]);
	ck_assert_int_eq(refresh_as(devices.tv, tokens.refresh_token, "").error,
			 OAUTH_TEMPORARILY_UNAVAILABLE);
}
END_TEST

/* --- once
 * ------------------------------------------------------------------------------------------------------------
 */

START_TEST(a_spent_token_ends_the_authorization) /* RFC9700#4.14.2, ASVS#10.4.5 */
{
	struct token_answer stolen = devices_tokens(&devices, devices.tv, "");
	struct refreshed next = refresh_as(devices.tv, stolen.refresh_token, "");
	ck_assert_int_eq(next.error, OAUTH_OK);
	ck_assert_int_eq(refresh_as(devices.tv, stolen.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	ck_assert(is_revoked(stolen.refresh_token));
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_REFRESH_REUSED), 1);
	ck_assert_msg(refresh_as(devices.tv, next.answer.refresh_token, "").error ==
			      OAUTH_INVALID_GRANT,
		      "the newer one too");
	ck_assert_int_eq(refresh_as(devices.tv, stolen.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	ck_assert_msg(fixture_events(&devices.fixture, EVENT_REFRESH_REUSED) == 1, "it ends once");
}
END_TEST

START_TEST(a_token_is_good_for_one_use_at_any_time_later)
{
	struct token_answer first = devices_tokens(&devices, devices.web, "");
	struct slice token = first.refresh_token;
	for (int i = 0; i < 4; i++) {
		struct refreshed next = refresh_as(devices.web, token, "");
		ck_assert_int_eq(next.error, OAUTH_OK);
		token = next.answer.refresh_token;
		fixture_wait(&devices.fixture, 86400);
	}
	ck_assert_int_eq(refresh_as(devices.web, first.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	ck_assert(is_revoked(token));
}
END_TEST

static const struct lost {
	const char *name;
	bool is_public;
	int64_t replay_public;
	int64_t passed;
	bool given;
} lost[] = {
	{ .name = "a client with a secret, at once", .given = true },
	{ .name = "a client with a secret, in the last second", .passed = 9, .given = true },
	{ .name = "a public client where that is allowed",
	  .is_public = true,
	  .replay_public = 5,
	  .passed = 4,
	  .given = true },
	{ .name = "a client with a secret, too late", .passed = 10 },
	{ .name = "a public client", .is_public = true },
	{ .name = "a public client where that is allowed, too late",
	  .is_public = true,
	  .replay_public = 5,
	  .passed = 5 },
};

START_TEST(a_lost_answer_is_given_again_to_who_proves_himself)
{
	const struct lost *row = &lost[_i];
	struct client *client = row->is_public ? devices.tv : devices.web;
	flow->settings.replay_public = row->replay_public;
	struct token_answer tokens = devices_tokens(&devices, client, "openid email");
	struct refreshed first = refresh_as(client, tokens.refresh_token, "email");
	fixture_wait(&devices.fixture, row->passed);
	struct refreshed again = refresh_as(client, tokens.refresh_token, "email");
	ck_assert_int_eq(first.error, OAUTH_OK);
	ck_assert_msg(again.error == (row->given ? OAUTH_OK : OAUTH_INVALID_GRANT), "%s",
		      row->name);
	ck_assert_msg(is_revoked(tokens.refresh_token) != row->given, "%s: revoked", row->name);
	if (!row->given)
		return;
	ck_slice_row(row->name, again.answer.access_token, first.answer.access_token);
	ck_slice_row(row->name, again.answer.refresh_token, first.answer.refresh_token);
	ck_slice_row(row->name, again.answer.scope, SLICE("email"));
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_ANSWER_REPLAYED), 1);
	ck_assert_msg(refresh_as(client, again.answer.refresh_token, "").error == OAUTH_OK,
		      "%s: goes on", row->name);
}
END_TEST

START_TEST(a_lost_answer_that_cannot_be_looked_up_now_is_for_later)
{
	struct lost_store lost_store;
	struct token_answer tokens = devices_tokens(&devices, devices.web, "");
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error, OAUTH_OK);
	lost_store_lose_people(&lost_store, flow->store);
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error,
			 OAUTH_TEMPORARILY_UNAVAILABLE);
	lost_store_fini(&lost_store);
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error, OAUTH_OK);
}
END_TEST

START_TEST(a_lost_answer_is_not_given_after_a_revocation)
{
	struct token_answer tokens = devices_tokens(&devices, devices.web, "");
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error, OAUTH_OK);
	revoke(tokens.refresh_token);
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_ANSWER_REPLAYED), 0);
}
END_TEST

START_TEST(a_lost_answer_is_not_given_to_a_person_who_was_disabled)
{
	struct token_answer tokens = devices_tokens(&devices, devices.web, "");
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error, OAUTH_OK);
	devices_set_user_enabled(&devices, devices.ada, false);
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error,
			 OAUTH_INVALID_GRANT);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_ANSWER_REPLAYED), 0);
	ck_assert_msg(!is_revoked(tokens.refresh_token), "nobody has stolen anything");
	devices_set_user_enabled(&devices, devices.ada, true);
	ck_assert_int_eq(refresh_as(devices.web, tokens.refresh_token, "").error, OAUTH_OK);
}
END_TEST

enum { RIVALS = 8 };

struct rival {
	pthread_t thread;
	pthread_barrier_t *start;
	struct client *client;
	struct slice token;
	enum oauth_error error;
	char access[TOKEN_TEXT_LEN + 1];
};

static void *refresh_once(void *arg)
{
	struct rival *rival = arg;
	struct call own = *call;
	const struct client_authenticated client = devices_client(rival->client);
	const struct refresh_request request = { .client = &client,
						 .refresh_token = rival->token,
						 .scope = SLICE("") };
	struct refreshed refreshed;
	own.arena = arena_new();
	pthread_barrier_wait(rival->start);
	refresh(flow, &own, &request, &refreshed);
	rival->error = refreshed.error;
	if (rival->error == OAUTH_OK)
		memcpy(rival->access, refreshed.answer.access_token.ptr, TOKEN_TEXT_LEN);
	arena_free(&own.arena);
	return NULL;
}

static size_t race(struct client *client, struct slice token, struct rival rivals[RIVALS])
{
	pthread_barrier_t start;
	size_t won = 0;
	pthread_barrier_init(&start, NULL, RIVALS);
	for (int i = 0; i < RIVALS; i++) {
		rivals[i] = (struct rival){ .start = &start, .client = client, .token = token };
		ck_assert_int_eq(pthread_create(&rivals[i].thread, NULL, refresh_once, &rivals[i]),
				 0);
	}
	for (int i = 0; i < RIVALS; i++) {
		pthread_join(rivals[i].thread, NULL);
		won += rivals[i].error == OAUTH_OK;
	}
	pthread_barrier_destroy(&start);
	return won;
}

START_TEST(of_many_refreshes_at_once_one_wins) /* RFC9700#4.14.2 */
{
	struct rival rivals[RIVALS];
	struct token_answer tokens = devices_tokens(&devices, devices.tv, "");
	ck_assert_uint_eq(race(devices.tv, tokens.refresh_token, rivals), 1);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_TOKEN_REFRESHED), 1);
	ck_assert(is_revoked(tokens.refresh_token));
}
END_TEST

START_TEST(of_many_refreshes_at_once_that_prove_themselves_all_get_the_same)
{
	struct rival rivals[RIVALS];
	struct token_answer tokens = devices_tokens(&devices, devices.web, "");
	ck_assert_uint_eq(race(devices.web, tokens.refresh_token, rivals), RIVALS);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_TOKEN_REFRESHED), 1);
	for (int i = 1; i < RIVALS; i++)
		ck_assert_str_eq(rivals[i].access, rivals[0].access);
	ck_assert(!is_revoked(tokens.refresh_token));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_refresh_gives_no_more_than_was_granted, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_refresh_token_is_its_clients_alone);
	tcase_add_test(tc, what_is_no_refresh_token_is_refused);
	tcase_add_test(tc, a_refresh_token_ends_when_idle);
	tcase_add_test(tc, a_refresh_token_ends_however_often_it_was_used);
	tcase_add_test(tc, a_refresh_token_ends_sooner_when_the_option_is_changed);
	tcase_add_loop_test(tc, what_was_granted_is_looked_at_again, 0, ARRAY_LEN(gone));
	tcase_add_loop_test(tc, a_database_that_does_not_answer_is_no_refusal, 0,
			    ARRAY_LEN(needed_tables));
	tcase_add_test(tc, a_spent_token_ends_the_authorization);
	tcase_add_test(tc, a_token_is_good_for_one_use_at_any_time_later);
	tcase_add_loop_test(tc, a_lost_answer_is_given_again_to_who_proves_himself, 0,
			    ARRAY_LEN(lost));
	tcase_add_test(tc, a_lost_answer_that_cannot_be_looked_up_now_is_for_later);
	tcase_add_test(tc, a_lost_answer_is_not_given_after_a_revocation);
	tcase_add_test(tc, a_lost_answer_is_not_given_to_a_person_who_was_disabled);
	tcase_add_test(tc, of_many_refreshes_at_once_one_wins);
	tcase_add_test(tc, of_many_refreshes_at_once_that_prove_themselves_all_get_the_same);
}

TEST_MAIN("flow/refresh", add_tests)
