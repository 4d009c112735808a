/* SPDX-License-Identifier: Apache-2.0
 *
 * Which prompts there are, and which go together. */
#include "domain/prompt.h"

#include "base/attr.h"
#include "check_main.h"
#include "check_slice.h"

static const struct row {
	const char *name;
	struct slice text;
	bool sign_up;
	enum prompt_fault fault;
	unsigned prompts;
} rows[] = {
	{ .name = "nothing", .text = SLICE("") },
	{ .name = "none", .text = SLICE("none"), .prompts = PROMPT_NONE },
	{ .name = "login", .text = SLICE("login"), .prompts = PROMPT_LOGIN },
	{ .name = "two", .text = SLICE("login consent"), .prompts = PROMPT_LOGIN | PROMPT_CONSENT },
	{ .name = "the same twice", .text = SLICE("login login"), .prompts = PROMPT_LOGIN },
	{ .name = "all that go together",
	  .text = SLICE("select_account consent login create"),
	  .sign_up = true,
	  .prompts = PROMPT_LOGIN | PROMPT_CONSENT | PROMPT_SELECT_ACCOUNT | PROMPT_CREATE },
	{ .name = "create where it is offered",
	  .text = SLICE("create"),
	  .sign_up = true,
	  .prompts = PROMPT_CREATE },

	{ .name = "create where it is not", .text = SLICE("create"), .fault = PROMPT_UNKNOWN },
	{ .name = "none and login", .text = SLICE("none login"), .fault = PROMPT_NOT_ALONE },
	{ .name = "consent and none", .text = SLICE("consent none"), .fault = PROMPT_NOT_ALONE },
	{ .name = "none and create",
	  .text = SLICE("none create"),
	  .sign_up = true,
	  .fault = PROMPT_NOT_ALONE },
	{ .name = "a word that is not known", .text = SLICE("dance"), .fault = PROMPT_UNKNOWN },
	{ .name = "a known word and another",
	  .text = SLICE("login dance"),
	  .fault = PROMPT_UNKNOWN },
	{ .name = "capitals", .text = SLICE("Login"), .fault = PROMPT_UNKNOWN },
	{ .name = "a comma", .text = SLICE("login,consent"), .fault = PROMPT_UNKNOWN },
	{ .name = "a NUL", .text = SLICE("none\0"), .fault = PROMPT_UNKNOWN },
};

START_TEST(prompts) /* OIDC#3.1.2.1 */
{
	const struct row *row = &rows[_i];
	unsigned got;
	ck_assert_msg(prompt_parse(row->text, row->sign_up, &got) == row->fault, "%s", row->name);
	if (row->fault == PROMPT_FINE)
		ck_assert_msg(got == row->prompts, "%s", row->name);
}
END_TEST

START_TEST(every_fault_has_words)
{
	ck_assert(slice_is_empty(prompt_fault_text((enum prompt_fault)_i)) == (_i == PROMPT_FINE));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, prompts, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, every_fault_has_words, 0, PROMPT_FAULT_COUNT);
}

TEST_MAIN("domain/prompt", add_tests)
