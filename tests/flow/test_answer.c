/* SPDX-License-Identifier: Apache-2.0
 *
 * A token answer as it is made, kept and opened again: by the one value, within both windows,
 * unchanged. */
#include "flow/answer.h"

#include "check_main.h"
#include "check_slice.h"
#include "flow/flow_fixture.h"

static struct fixture fixture;
static struct token code;
static struct token other;

static struct token make(enum token_kind kind, uint8_t number)
{
	struct token token;
	uint8_t id[TOKEN_ID_BYTES] = { 1 };
	uint8_t random[TOKEN_RANDOM_BYTES] = { number };
	token_make(fixture.ring, kind, id, random, &token);
	return token;
}

static void setup(void)
{
	fixture_start(&fixture, "1");
	fixture.flow.settings.access_token_lifetime = 3600;
	fixture.flow.settings.refresh_token_idle = 86400;
	fixture.flow.settings.replay_window = 10;
	code = make(TOKEN_DEVICE_CODE, 1);
	other = make(TOKEN_DEVICE_CODE, 2);
}

static void teardown(void)
{
	fixture_stop(&fixture);
}

static void make_answer(bool proved, struct issue *issue, struct token_answer *answer)
{
	static const struct authorization authorization = { .id = { { 1 } } };
	static const struct client client = { .name = { "Television", 10 } };
	const struct answer_request request = {
		.authorization = &authorization,
		.client = &client,
		.presented = &code,
		.scope = SLICE("openid"),
		.refresh_scope = SLICE("openid email"),
		.proved = proved,
	};
	ck_assert_int_eq(answer_make(&fixture.flow, &fixture.call, &request, issue, answer),
			 ERR_OK);
}

static void check_row(const struct token_row *row, enum token_kind kind, struct slice text,
		      int64_t life)
{
	struct token token;
	ck_assert_int_eq(token_parse(fixture.ring, kind, text, &token), ERR_OK);
	ck_assert(hash_equal(&row->hash, &token.hash));
	ck_assert_uint_eq(token.authorization[0], 1);
	ck_assert_int_eq(row->created, FIXTURE_NOW);
	ck_assert_int_eq(row->expires, FIXTURE_NOW + life);
}

START_TEST(rows_and_answer_say_the_same) /* RFC6749#5.1 */
{
	struct issue issue;
	struct token_answer answer;
	make_answer(true, &issue, &answer);
	check_row(&issue.access, TOKEN_ACCESS, answer.access_token, 3600);
	check_row(&issue.refresh, TOKEN_REFRESH, answer.refresh_token, 86400);
	ck_slice_str(issue.access.scope, "openid");
	ck_slice_str(issue.refresh.scope, "openid email");
	ck_slice_str(answer.scope, "openid");
	ck_assert_int_eq(answer.expires_in, 3600);
	ck_assert_int_eq(issue.replay_until, FIXTURE_NOW + 10);
}
END_TEST

START_TEST(no_two_answers_are_the_same) /* RFC6749#10.10 */
{
	struct issue issue;
	struct token_answer one;
	struct token_answer two;
	make_answer(true, &issue, &one);
	make_answer(true, &issue, &two);
	ck_assert(!slice_equal(one.access_token, two.access_token));
	ck_assert(!slice_equal(one.refresh_token, two.refresh_token));
}
END_TEST

START_TEST(nothing_is_kept_that_may_not_be_given)
{
	struct issue issue;
	struct token_answer answer;
	make_answer(false, &issue, &answer);
	ck_assert_uint_eq(issue.sealed_answer.len, 0);
	ck_assert_int_eq(issue.replay_until, 0);
	fixture.flow.settings.replay_window = 0;
	make_answer(true, &issue, &answer);
	ck_assert_uint_eq(issue.sealed_answer.len, 0);
	fixture.flow.settings.replay_public = 3;
	make_answer(false, &issue, &answer);
	ck_assert_uint_gt(issue.sealed_answer.len, 0);
	ck_assert_int_eq(issue.replay_until, FIXTURE_NOW + 3);
}
END_TEST

START_TEST(what_is_kept_holds_no_token_in_clear)
{
	struct issue issue;
	struct token_answer answer;
	make_answer(true, &issue, &answer);
	struct slice kept = issue.sealed_answer;
	struct slice part = slice_sub(answer.access_token, 4, 20);
	ck_assert_ptr_null(memmem(kept.ptr, kept.len, part.ptr, part.len));
}
END_TEST

static const struct row {
	const char *name;
	bool made_by_secret;
	bool asked_by_secret;
	int64_t replay_public;
	int64_t passed;
	bool other_value;
	bool cut;
	const char *keys;
	bool opens;
} rows[] = {
	{ .name = "at once", .made_by_secret = true, .asked_by_secret = true, .opens = true },
	{ .name = "in the last second",
	  .made_by_secret = true,
	  .asked_by_secret = true,
	  .passed = 9,
	  .opens = true },
	{ .name = "after a new key came",
	  .made_by_secret = true,
	  .asked_by_secret = true,
	  .keys = "21",
	  .opens = true },
	{ .name = "without proof where that is allowed",
	  .replay_public = 5,
	  .passed = 4,
	  .opens = true },
	{ .name = "a window too late",
	  .made_by_secret = true,
	  .asked_by_secret = true,
	  .passed = 10 },
	{ .name = "proved then, not proved now", .made_by_secret = true },
	{ .name = "proved then, not proved now, past the shorter window",
	  .made_by_secret = true,
	  .replay_public = 5,
	  .passed = 5 },
	{ .name = "not proved then, proved now, past the shorter window",
	  .asked_by_secret = true,
	  .replay_public = 5,
	  .passed = 5 },
	{ .name = "by another value",
	  .made_by_secret = true,
	  .asked_by_secret = true,
	  .other_value = true },
	{ .name = "with a byte less",
	  .made_by_secret = true,
	  .asked_by_secret = true,
	  .cut = true },
	{ .name = "after its key went",
	  .made_by_secret = true,
	  .asked_by_secret = true,
	  .keys = "2" },
};

START_TEST(an_answer_opens_for_its_own_value_in_time)
{
	const struct row *row = &rows[_i];
	struct issue issue;
	struct token_answer answer;
	struct token_answer again;
	fixture.flow.settings.replay_public = row->replay_public;
	make_answer(row->made_by_secret, &issue, &answer);
	const struct answer_kept kept = {
		.presented = row->other_value ? &other : &code,
		.sealed = slice_sub(issue.sealed_answer, 0, issue.sealed_answer.len - row->cut),
		.spent = FIXTURE_NOW,
		.replay_until = issue.replay_until,
		.proved = row->asked_by_secret,
	};
	fixture_wait(&fixture, row->passed);
	if (row->keys)
		fixture_set_keys(&fixture, row->keys);
	enum err err = answer_reopen(&fixture.flow, &fixture.call, &kept, &again);
	ck_assert_msg(err == (row->opens ? ERR_OK : ERR_ABSENT), "%s: %s", row->name,
		      err_name(err));
	if (!row->opens)
		return;
	ck_slice_row(row->name, again.access_token, answer.access_token);
	ck_slice_row(row->name, again.refresh_token, answer.refresh_token);
	ck_slice_row(row->name, again.scope, answer.scope);
	ck_assert_int_eq(again.expires_in, answer.expires_in);
}
END_TEST

START_TEST(what_was_not_kept_does_not_open)
{
	struct token_answer again;
	const struct answer_kept kept = { .presented = &code,
					  .spent = FIXTURE_NOW,
					  .replay_until = FIXTURE_NOW + 10,
					  .proved = true };
	ck_assert_int_eq(answer_reopen(&fixture.flow, &fixture.call, &kept, &again), ERR_ABSENT);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, rows_and_answer_say_the_same);
	tcase_add_test(tc, no_two_answers_are_the_same);
	tcase_add_test(tc, nothing_is_kept_that_may_not_be_given);
	tcase_add_test(tc, what_is_kept_holds_no_token_in_clear);
	tcase_add_loop_test(tc, an_answer_opens_for_its_own_value_in_time, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, what_was_not_kept_does_not_open);
}

TEST_MAIN("flow/answer", add_tests)
