/* SPDX-License-Identifier: Apache-2.0
 *
 * Revocation by a client and by a person: what ends, what is left alone, and that the answer does
 * not tell. */
#include "flow/revoke.h"
#include "flow/token_key.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/device_fixture.h"
#include "flow/refresh.h"

static struct devices devices;
static struct flow *flow = &devices.fixture.flow;
static struct call *call = &devices.fixture.call;
static struct token_answer tokens; /* of "tv" */

static void setup(void)
{
	devices_init(&devices);
	tokens = devices_tokens(&devices, devices.tv, "openid email");
}

static void teardown(void)
{
	devices_fini(&devices);
}

static struct authorization *authorization(void)
{
	struct token token;
	struct token_row row;
	struct authorization *found = NULL;
	ck_assert_int_eq(token_parse(flow->ring, TOKEN_ACCESS, tokens.access_token, &token),
			 ERR_OK);
	const struct token_key key = token_key(&token);
	ck_assert_int_eq(store_access_token_find(flow->store, call->arena, &key, &found, &row),
			 FOUND);
	return found;
}

static void refresh_now(struct slice token, struct refreshed *out)
{
	const struct client_authenticated client = devices_client(devices.tv);
	const struct refresh_request request = { .client = &client,
						 .refresh_token = token,
						 .scope = SLICE("") };
	refresh(flow, call, &request, out);
}

static struct slice access_token(void)
{
	return tokens.access_token;
}

static struct slice refresh_token(void)
{
	return tokens.refresh_token;
}

static struct slice spent_token(void)
{
	struct refreshed refreshed;
	struct slice spent = tokens.refresh_token;
	refresh_now(spent, &refreshed);
	return spent;
}

static struct slice expired_access_token(void)
{
	fixture_wait(&devices.fixture, 36000);
	return tokens.access_token;
}

static struct slice device_code(void)
{
	struct device_started started = devices_start(&devices, devices.tv, "");
	return arena_slice(call->arena, token_text(&started.code));
}

static struct slice forged_token(void)
{
	char *text = arena_cstr(call->arena, tokens.access_token);
	text[40] = text[40] == '0' ? '1' : '0';
	return slice_str(text);
}

static struct slice access_token_as_refresh_token(void)
{
	char *text = arena_cstr(call->arena, tokens.access_token);
	text[2] = 'r';
	return slice_str(text);
}

static struct slice nothing(void)
{
	return SLICE("");
}

static struct slice foreign_words(void)
{
	return SLICE("eyJhbGciOiJub25lIn0.e30.");
}

static const struct row {
	const char *name;
	struct slice (*token)(void);
	bool ends;
} rows[] = {
	{ "its access token", access_token, true },
	{ "its refresh token", refresh_token, true },
	{ "its access token when expired", expired_access_token, true },
	{ "its refresh token when spent", spent_token, true },
	/* RFC7009#2.2 */
	{ "a device code", device_code, false },
	{ "a forged token", forged_token, false },
	{ "an access token dressed as a refresh token", access_token_as_refresh_token, false },
	{ "nothing", nothing, false },
	{ "something else altogether", foreign_words, false },
};

START_TEST(a_client_ends_what_hangs_on_its_token) /* RFC7009#2.1, #2.2 */
{
	const struct row *row = &rows[_i];
	struct slice token = row->token();
	ck_assert_msg(revoke_token(flow, call, devices.tv, token) == ERR_OK, "%s", row->name);
	ck_assert_msg((authorization()->revoked != 0) == row->ends, "%s", row->name);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_AUTHORIZATION_REVOKED), row->ends);
	/* once more changes nothing, and is recorded no more */
	ck_assert_msg(revoke_token(flow, call, devices.tv, token) == ERR_OK, "%s: again",
		      row->name);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_AUTHORIZATION_REVOKED), row->ends);
}
END_TEST

START_TEST(a_client_ends_nothing_of_anothers) /* RFC7009#2.1 */
{
	struct slice token = rows[_i].token();
	ck_assert_msg(revoke_token(flow, call, devices.web, token) == ERR_OK,
		      "%s: the answer tells", rows[_i].name);
	ck_assert_msg(authorization()->revoked == 0, "%s", rows[_i].name);
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_AUTHORIZATION_REVOKED), 0);
}
END_TEST

START_TEST(a_revoked_authorization_gives_no_tokens)
{
	struct refreshed refreshed;
	ck_assert_int_eq(revoke_token(flow, call, devices.tv, tokens.access_token), ERR_OK);
	refresh_now(tokens.refresh_token, &refreshed);
	ck_assert_int_eq(refreshed.error, OAUTH_INVALID_GRANT);
}
END_TEST

START_TEST(another_authorization_of_the_same_client_stays)
{
	struct token_answer other = devices_tokens(&devices, devices.tv, "openid");
	struct refreshed refreshed;
	ck_assert_int_eq(revoke_token(flow, call, devices.tv, other.access_token), ERR_OK);
	refresh_now(tokens.refresh_token, &refreshed);
	ck_assert_int_eq(refreshed.error, OAUTH_OK);
}
END_TEST

START_TEST(a_database_that_does_not_answer_is_said_so) /* RFC7009#2.2.1 */
{
	devices_break(&devices, "authorization");
	ck_assert_int_eq(revoke_token(flow, call, devices.tv, tokens.access_token), ERR_DATABASE);
	ck_assert_int_eq(revoke_token(flow, call, devices.tv, tokens.refresh_token), ERR_DATABASE);
}
END_TEST

START_TEST(a_person_lists_and_ends_what_is_his_own)
{
	struct user *eve = fixture_person(&devices.fixture, "eve");
	struct authorization_list list;
	struct id id = authorization()->id;
	ck_assert_int_eq(revoke_list(flow, call, devices.ada, &list), ERR_OK);
	ck_assert_uint_eq(list.count, 1);
	ck_slice_str(list.items[0].client_name, "Television");
	ck_assert(id_equal(&list.items[0].id, &id));
	ck_assert_int_eq(revoke_list(flow, call, eve, &list), ERR_OK);
	ck_assert_uint_eq(list.count, 0);
	ck_assert_msg(revoke_authorization(flow, call, eve, &id) == ERR_ABSENT, "somebody else's");
	ck_assert_int_eq(authorization()->revoked, 0);
	ck_assert_int_eq(revoke_authorization(flow, call, devices.ada, &id), ERR_OK);
	ck_assert_int_eq(authorization()->revoked, FIXTURE_NOW);
	ck_assert_int_eq(revoke_list(flow, call, devices.ada, &list), ERR_OK);
	ck_assert_uint_eq(list.count, 0);
	ck_assert_msg(revoke_authorization(flow, call, devices.ada, &id) == ERR_OK, "twice");
	ck_assert_uint_eq(fixture_events(&devices.fixture, EVENT_AUTHORIZATION_REVOKED), 1);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_client_ends_what_hangs_on_its_token, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, a_client_ends_nothing_of_anothers, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, a_revoked_authorization_gives_no_tokens);
	tcase_add_test(tc, another_authorization_of_the_same_client_stays);
	tcase_add_test(tc, a_database_that_does_not_answer_is_said_so);
	tcase_add_test(tc, a_person_lists_and_ends_what_is_his_own);
}

TEST_MAIN("flow/revoke", add_tests)
