/* SPDX-License-Identifier: Apache-2.0
 *
 * What a person is asked, and what is asked of nobody. */
#include "domain/interaction.h"

#include "base/attr.h"
#include "check_main.h"
#include "domain/prompt.h"

enum { NOW = 1000600, SIGNED_IN = 1000000 /* ten minutes before */ };

/* How a row differs from somebody who is signed in and has allowed everything before. */
enum {
	NOBODY = 1,
	FORGOTTEN = 2, /* nothing was allowed before */
	UNASSURED = 4, /* what is remembered does not count */
	ALLOWED = 8,
	FIRST_PARTY = 16,
	RENEWED = 32,
	CHOSEN = 64,
	ANOTHER = 128,   /* somebody else is wanted */
	OTHER_WAY = 256, /* another way to sign in is wanted */
	YOUNG = 512      /* signed in within this second */
};

static const struct row {
	const char *name;
	unsigned but;
	unsigned prompts;
	bool has_max_age;
	int64_t max_age;
	enum interaction_step step;
	enum oauth_error error;
} rows[] = {
	/* OIDC#3.1.2.3, OIDC#3.1.2.4 */
	{ .name = "all is well" },
	{ .name = "nobody is signed in", .but = NOBODY, .step = STEP_SIGN_IN },
	{ .name = "nothing was allowed before", .but = FORGOTTEN, .step = STEP_CONSENT },
	{ .name = "allowed just now", .but = FORGOTTEN | ALLOWED },
	{ .name = "the operator's own application", .but = FORGOTTEN | FIRST_PARTY },
	/* RFC8252#8.6, ASVS#10.7.1 */
	{ .name = "allowed before, but anybody could be asking now",
	  .but = UNASSURED,
	  .step = STEP_CONSENT },

	/* OIDC#3.1.2.1 prompt */
	{ .name = "consent though it is remembered",
	  .prompts = PROMPT_CONSENT,
	  .step = STEP_CONSENT },
	{ .name = "consent for the operator's own",
	  .but = FIRST_PARTY,
	  .prompts = PROMPT_CONSENT,
	  .step = STEP_CONSENT },
	{ .name = "consent given just now", .but = ALLOWED, .prompts = PROMPT_CONSENT },
	{ .name = "login though signed in", .prompts = PROMPT_LOGIN, .step = STEP_SIGN_IN },
	{ .name = "login, and choosing is not signing in",
	  .but = CHOSEN,
	  .prompts = PROMPT_LOGIN,
	  .step = STEP_SIGN_IN },
	{ .name = "login, done", .but = RENEWED, .prompts = PROMPT_LOGIN },
	{ .name = "login, and allowing is not signing in",
	  .but = ALLOWED,
	  .prompts = PROMPT_LOGIN,
	  .step = STEP_SIGN_IN },
	{ .name = "login comes before consent",
	  .prompts = PROMPT_LOGIN | PROMPT_CONSENT,
	  .step = STEP_SIGN_IN },
	{ .name = "and consent after it",
	  .but = RENEWED,
	  .prompts = PROMPT_LOGIN | PROMPT_CONSENT,
	  .step = STEP_CONSENT },
	{ .name = "an account is to be chosen",
	  .prompts = PROMPT_SELECT_ACCOUNT,
	  .step = STEP_CHOOSE },
	{ .name = "an account was chosen", .but = CHOSEN, .prompts = PROMPT_SELECT_ACCOUNT },
	{ .name = "who signs in has chosen", .but = RENEWED, .prompts = PROMPT_SELECT_ACCOUNT },
	{ .name = "there is nobody to choose",
	  .but = NOBODY,
	  .prompts = PROMPT_SELECT_ACCOUNT,
	  .step = STEP_SIGN_IN },
	{ .name = "a new account", .but = NOBODY, .prompts = PROMPT_CREATE, .step = STEP_SIGN_UP },
	{ .name = "a new account though signed in",
	  .prompts = PROMPT_CREATE,
	  .step = STEP_SIGN_UP },
	{ .name = "a new account, made", .but = RENEWED, .prompts = PROMPT_CREATE },

	/* OIDC#3.1.2.1 max_age */
	{ .name = "young enough", .has_max_age = true, .max_age = 600 },
	{ .name = "a second too old", .has_max_age = true, .max_age = 599, .step = STEP_SIGN_IN },
	{ .name = "no age at all", .has_max_age = true, .max_age = 0, .step = STEP_SIGN_IN },
	{ .name = "no age at all, in the same second",
	  .but = YOUNG,
	  .has_max_age = true,
	  .max_age = 0,
	  .step = STEP_SIGN_IN },
	{ .name = "no age at all, signed in since",
	  .but = YOUNG | RENEWED,
	  .has_max_age = true,
	  .max_age = 0 },
	{ .name = "signed in since, and then slow to allow",
	  .but = RENEWED,
	  .has_max_age = true,
	  .max_age = 60 },
	{ .name = "any age", .has_max_age = true, .max_age = INT64_MAX },

	/* OIDC#3.1.2.1 id_token_hint, #5.5.1 sub */
	{ .name = "somebody else is wanted", .but = ANOTHER, .step = STEP_SIGN_IN },
	{ .name = "somebody else is wanted, and this one signed in all the same",
	  .but = ANOTHER | RENEWED,
	  .step = STEP_REFUSE,
	  .error = OAUTH_LOGIN_REQUIRED },
	{ .name = "somebody else is wanted, and this one was chosen all the same",
	  .but = ANOTHER | CHOSEN,
	  .step = STEP_REFUSE,
	  .error = OAUTH_LOGIN_REQUIRED },
	/* OIDC#5.5.1.1 */
	{ .name = "a way to sign in that there is not",
	  .but = OTHER_WAY,
	  .step = STEP_REFUSE,
	  .error = OAUTH_UNMET_AUTHENTICATION_REQUIREMENTS },
	{ .name = "who is not signed in is not told of it",
	  .but = NOBODY | OTHER_WAY,
	  .step = STEP_SIGN_IN },

	/* OIDC#3.1.2.6: nothing is shown */
	{ .name = "silently, all is well", .prompts = PROMPT_NONE },
	{ .name = "silently, nobody is signed in",
	  .but = NOBODY,
	  .prompts = PROMPT_NONE,
	  .step = STEP_REFUSE,
	  .error = OAUTH_LOGIN_REQUIRED },
	{ .name = "silently, signed in too long ago",
	  .prompts = PROMPT_NONE,
	  .has_max_age = true,
	  .max_age = 10,
	  .step = STEP_REFUSE,
	  .error = OAUTH_LOGIN_REQUIRED },
	{ .name = "silently, somebody else is wanted",
	  .but = ANOTHER,
	  .prompts = PROMPT_NONE,
	  .step = STEP_REFUSE,
	  .error = OAUTH_LOGIN_REQUIRED },
	{ .name = "silently, nothing was allowed before",
	  .but = FORGOTTEN,
	  .prompts = PROMPT_NONE,
	  .step = STEP_REFUSE,
	  .error = OAUTH_CONSENT_REQUIRED },
	{ .name = "silently, and what is remembered does not count",
	  .but = UNASSURED,
	  .prompts = PROMPT_NONE,
	  .step = STEP_REFUSE,
	  .error = OAUTH_CONSENT_REQUIRED },
	{ .name = "silently, a way to sign in that there is not",
	  .but = OTHER_WAY,
	  .prompts = PROMPT_NONE,
	  .step = STEP_REFUSE,
	  .error = OAUTH_UNMET_AUTHENTICATION_REQUIREMENTS }
};

static struct interaction facts_of(const struct row *row)
{
	unsigned but = row->but;
	return (struct interaction){
		.prompts = row->prompts,
		.max_age = row->has_max_age ? row->max_age : -1,
		.now = NOW,
		.is_signed_in = !(but & NOBODY),
		.auth_time = but & YOUNG ? NOW : SIGNED_IN,
		.renewed = but & RENEWED,
		.chosen = but & CHOSEN,
		.is_wanted = !(but & ANOTHER),
		.acr_fits = !(but & OTHER_WAY),
		.allowed = but & ALLOWED,
		.remembered = !(but & (NOBODY | FORGOTTEN)),
		.counts = !(but & UNASSURED),
		.is_first_party = but & FIRST_PARTY,
	};
}

START_TEST(steps)
{
	const struct row *row = &rows[_i];
	const struct interaction facts = facts_of(row);
	enum oauth_error error;
	enum interaction_step step = interaction_next(&facts, &error);
	ck_assert_msg(step == row->step, "%s: step %d", row->name, (int)step);
	ck_assert_msg(error == row->error, "%s: %s", row->name, oauth_error_row(error)->name);
}
END_TEST

/* Whatever else is true, prompt=none shows nothing, and an answer has somebody behind it. */
START_TEST(all_that_can_be)
{
	enum oauth_error error;
	for (unsigned bits = 0; bits < 1u << 14; bits++) {
		const struct interaction facts = {
			.prompts = bits & 31 & PROMPT_NONE ? PROMPT_NONE : bits & 30,
			.max_age = bits & 1u << 5 ? 10 : -1,
			.now = 100,
			.is_signed_in = bits & 1u << 6,
			.auth_time = 50,
			.renewed = (bits & 1u << 6) && (bits & 1u << 7),
			.chosen = (bits & 1u << 6) && (bits & 1u << 8),
			.is_wanted = bits & 1u << 9,
			.acr_fits = bits & 1u << 10,
			.allowed = bits & 1u << 11,
			.remembered = bits & 1u << 12,
			.counts = bits & 1u << 12,
			.is_first_party = bits & 1u << 13,
		};
		enum interaction_step step = interaction_next(&facts, &error);
		ck_assert((step == STEP_REFUSE) == (error != OAUTH_OK));
		if (facts.prompts & PROMPT_NONE)
			ck_assert(step == STEP_ANSWER || step == STEP_REFUSE);
		if (step != STEP_ANSWER)
			continue;
		ck_assert(facts.is_signed_in && facts.is_wanted && facts.acr_fits);
		ck_assert(facts.allowed || facts.remembered || facts.is_first_party);
		ck_assert(!(facts.prompts & PROMPT_LOGIN) || facts.renewed);
		ck_assert(facts.max_age < 0 || facts.renewed);
		ck_assert(!(facts.prompts & PROMPT_CONSENT) || facts.allowed);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, steps, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, all_that_can_be);
}

TEST_MAIN("domain/interaction", add_tests)
