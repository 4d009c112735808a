/* SPDX-License-Identifier: Apache-2.0
 *
 * Each question is a function in a list; the first that is open comes next. With prompt=none an
 * open question is an error. */
#include "domain/interaction.h"

#include "base/attr.h"
#include "domain/prompt.h"

struct question {
	enum interaction_step (*open)(const struct interaction *facts);
	enum oauth_error silent; /* what prompt=none gets for it: OIDC#3.1.2.6 */
};

static enum interaction_step new_account(const struct interaction *facts)
{
	bool asked = facts->prompts & PROMPT_CREATE;
	return asked && !facts->renewed ? STEP_SIGN_UP : STEP_ANSWER;
}

/* OIDC#3.1.2.1: max_age is counted from the last sign-in; 0 is as good as prompt=login */
static bool is_stale(const struct interaction *facts)
{
	if (facts->max_age < 0 || facts->renewed)
		return false;
	return facts->max_age == 0 || facts->now - facts->auth_time > facts->max_age;
}

/* OIDC#3.1.2.3 */
static enum interaction_step sign_in(const struct interaction *facts)
{
	bool asked = facts->prompts & PROMPT_LOGIN;
	if (!facts->is_signed_in || (asked && !facts->renewed) || is_stale(facts))
		return STEP_SIGN_IN;
	return STEP_ANSWER;
}

static enum interaction_step account(const struct interaction *facts)
{
	bool asked = facts->prompts & PROMPT_SELECT_ACCOUNT;
	return asked && !facts->chosen && !facts->renewed ? STEP_CHOOSE : STEP_ANSWER;
}

/* OIDC#3.1.2.1, OIDC#3.1.2.2: a good answer for somebody else would be a lie; who has signed in or
 * was chosen for this very request and is still another will not be asked for ever */
static enum interaction_step wanted_person(const struct interaction *facts)
{
	if (facts->is_wanted)
		return STEP_ANSWER;
	return facts->renewed || facts->chosen ? STEP_REFUSE : STEP_SIGN_IN;
}

/* OIDC#5.5.1.1: as a sign-in that failed. There is one way to sign in: asking again would not
 * change it. D51 */
static enum interaction_step wanted_way(const struct interaction *facts)
{
	return facts->acr_fits ? STEP_ANSWER : STEP_REFUSE;
}

/* OIDC#3.1.2.4, OIDC#11, RFC6749#10.2, RFC8252#8.6, ASVS#10.7.1 */
static enum interaction_step consent(const struct interaction *facts)
{
	if (facts->allowed)
		return STEP_ANSWER;
	if (facts->prompts & PROMPT_CONSENT)
		return STEP_CONSENT;
	if (facts->is_first_party || (facts->remembered && facts->counts))
		return STEP_ANSWER;
	return STEP_CONSENT;
}

static const struct question questions[] = {
	{ new_account, OAUTH_INTERACTION_REQUIRED },
	{ sign_in, OAUTH_LOGIN_REQUIRED },
	{ account, OAUTH_ACCOUNT_SELECTION_REQUIRED },
	{ wanted_person, OAUTH_LOGIN_REQUIRED },
	{ wanted_way, OAUTH_UNMET_AUTHENTICATION_REQUIREMENTS },
	{ consent, OAUTH_CONSENT_REQUIRED },
};

enum interaction_step interaction_next(const struct interaction *facts, enum oauth_error *error)
{
	bool is_silent = facts->prompts & PROMPT_NONE;
	*error = OAUTH_OK;
	for (size_t i = 0; i < ARRAY_LEN(questions); i++) {
		enum interaction_step step = questions[i].open(facts);
		if (step == STEP_ANSWER)
			continue;
		/* OIDC#3.1.2.1: nothing is shown */
		if (step != STEP_REFUSE && !is_silent)
			return step;
		*error = questions[i].silent;
		return STEP_REFUSE;
	}
	return STEP_ANSWER;
}
