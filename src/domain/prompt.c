/* SPDX-License-Identifier: Apache-2.0
 *
 * Words that are not known are an error, not ignored: who asks for a prompt relies on it. D45 */
#include "domain/prompt.h"

#include <assert.h>

#include "base/attr.h"
#include "base/ensure.h"

static const struct {
	const char *word;
	unsigned bit;
} words[] = {
	{ "none", PROMPT_NONE },       { "login", PROMPT_LOGIN },
	{ "consent", PROMPT_CONSENT }, { "select_account", PROMPT_SELECT_ACCOUNT },
	{ "create", PROMPT_CREATE },
};

static unsigned bit_of(struct slice word)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (slice_equal(word, slice_str(words[i].word)))
			return words[i].bit;
	return 0;
}

enum prompt_fault prompt_parse(struct slice text, bool sign_up, unsigned *out)
{
	struct slice word;
	*out = 0;
	while (slice_word(&text, &word)) {
		unsigned bit = bit_of(word);
		if (bit == 0 || (bit == PROMPT_CREATE && !sign_up))
			return PROMPT_UNKNOWN;
		*out |= bit;
	}
	/* OIDC#3.1.2.1: none goes with nothing else */
	if ((*out & PROMPT_NONE) && *out != PROMPT_NONE)
		return PROMPT_NOT_ALONE;
	return PROMPT_FINE;
}

static const char *const fault_texts[] = {
	[PROMPT_FINE] = "",
	[PROMPT_UNKNOWN] = "The prompt parameter has a value that is not supported.",
	[PROMPT_NOT_ALONE] = "prompt=none goes with no other value.",
};
static_assert(ARRAY_LEN(fault_texts) == PROMPT_FAULT_COUNT, "words for each fault");

struct slice prompt_fault_text(enum prompt_fault fault)
{
	ensure((unsigned)fault < PROMPT_FAULT_COUNT);
	return slice_str(fault_texts[fault]);
}
