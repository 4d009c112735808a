/* SPDX-License-Identifier: Apache-2.0
 *
 * The check against common passwords. The two lists stand sorted in common_passwords.inc; a test
 * holds them to it. The shapes are cheap generalisations of what the lists of leaked passwords are
 * full of: qwerty123, 12345678, Summer2024!. */
#include "domain/common_password.h"

#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "base/attr.h"
#include "base/secret.h"
#include "domain/common_passwords.inc"

enum {
	WORD_MAX = 32,  /* longer than all that is listed */
	STEM_MIN = 4,   /* letters of a word that is varied */
	SUFFIX_MAX = 8, /* digits and marks behind it */
	RUN_MIN = 3,    /* characters of a walk */
	STRAY_MAX = 2,  /* characters before or behind a walk */
	WALKED_MIN = 6, /* characters walked, where there are strays */
	PERIOD_MAX = 4, /* characters of a piece that is repeated */
};

/* Lines along which fingers walk, both ways. */
static const char *const walks[] = {
	"abcdefghijklmnopqrstuvwxyz",
	"01234567890",
	"qwertyuiop",
	"asdfghjkl",
	"zxcvbnm",
	"qwertzuiop",
	"yxcvbnm",
	"azertyuiop",
	"qsdfghjklm",
	"wxcvbn",
	"!@#$%^&*()",
	"1q2w3e4r5t6y7u8i9o0p",
	"q1w2e3r4t5y6u7i8o9p0",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm",
	"qazwsxedcrfvtgbyhnujmikolp",
	"1472583690",
	"7894561230",
	"123698745",
	"147896325",
	"zaq1xsw2cde3vfr4bgt5nhy6",
};

static int compare_word(const void *key, const void *item)
{
	const struct slice *word = key;
	const char *listed = *(const char *const *)item;
	size_t i = 0;

	/* A typed word may hold NUL: the end of the listed one is looked for first. */
	while (i < word->len && listed[i] != '\0' && word->ptr[i] == listed[i])
		i++;
	if (i == word->len)
		return listed[i] == '\0' ? 0 : -1;
	if (listed[i] == '\0')
		return 1;
	return (unsigned char)word->ptr[i] < (unsigned char)listed[i] ? -1 : 1;
}

static bool is_listed(struct slice word, const char *const *list, size_t count)
{
	return bsearch(&word, list, count, sizeof(*list), compare_word) != NULL;
}

static bool is_letter(char c)
{
	return c >= 'a' && c <= 'z';
}

/* The letter that a digit or mark is often written for. */
static char plain_letter(char c)
{
	static const char substitutes[] = "0o1i3e4a5s7t@a$s!i";

	for (size_t i = 0; i + 1 < sizeof(substitutes); i += 2) {
		if (substitutes[i] == c)
			return substitutes[i + 1];
	}
	return c;
}

/* One piece of up to PERIOD_MAX characters, again and again: aaaaaaaa, 12121212, testtest. */
static bool is_repetition(struct slice text)
{
	for (size_t period = 1; period <= PERIOD_MAX && period * 2 <= text.len; period++) {
		size_t i = period;

		while (i < text.len && text.ptr[i] == text.ptr[i - period])
			i++;
		if (i == text.len)
			return true;
	}
	return false;
}

/* How far `text` follows `line` from its character at `at` in steps of `step`. */
static size_t follow(struct slice text, const char *line, size_t len, size_t at, bool back)
{
	size_t run = 0;

	while (run < text.len && at < len && ascii_lower(text.ptr[run]) == line[at]) {
		run++;
		at = back ? at - 1 : at + 1; /* past either end `at` is no longer below len */
	}
	return run;
}

static size_t longest_run(struct slice text, const char *line)
{
	size_t len = strlen(line);
	size_t best = 0;

	for (size_t at = 0; at < len; at++) {
		size_t ahead = follow(text, line, len, at, false);
		size_t back = follow(text, line, len, at, true);

		best = ahead > best ? ahead : best;
		best = back > best ? back : best;
	}
	return best;
}

static size_t same_run(struct slice text)
{
	size_t run = 1;

	while (run < text.len && text.ptr[run] == text.ptr[0])
		run++;
	return run;
}

/* Nothing but walks and repeated characters: qwertyuiop, asdf1234, 111222333. */
static bool is_walk(struct slice text)
{
	while (text.len > 0) {
		size_t best = same_run(text);

		for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
			size_t run = longest_run(text, walks[i]);

			best = run > best ? run : best;
		}
		if (best < RUN_MIN)
			return false;
		text = slice_sub(text, best, text.len);
	}
	return true;
}

/* A walk with a character or two before or behind it: 123456789m, as123456. */
static bool is_walk_with_strays(struct slice text)
{
	for (size_t strays = 0; strays <= STRAY_MAX && strays + WALKED_MIN <= text.len; strays++) {
		size_t walked = text.len - strays;

		if (is_walk(slice_sub(text, 0, walked)) || is_walk(slice_sub(text, strays, walked)))
			return true;
	}
	return false;
}

/* Without the digits and marks at its end, SUFFIX_MAX of them at most. */
static struct slice without_suffix(struct slice word)
{
	size_t len = word.len;

	while (len > 0 && word.len - len < SUFFIX_MAX && !is_letter(word.ptr[len - 1]))
		len--;
	return slice_sub(word, 0, len);
}

/* The same at its start: 123password. */
static struct slice without_prefix(struct slice word)
{
	size_t from = 0;

	while (from < word.len && from < SUFFIX_MAX && !is_letter(word.ptr[from]))
		from++;
	return slice_sub(word, from, word.len);
}

static bool is_common_word(struct slice word)
{
	if (is_listed(word, common_passwords, ARRAY_LEN(common_passwords)))
		return true;
	return word.len >= STEM_MIN && is_listed(word, common_stems, ARRAY_LEN(common_stems));
}

/* The word as it stands, and what is left of it without what people put around a word. */
static bool is_variation(struct slice word)
{
	if (is_common_word(word) || is_common_word(without_suffix(word)))
		return true;
	return is_common_word(without_prefix(word)) ||
	       is_common_word(without_prefix(without_suffix(word)));
}

/* `word` is ours and lower case. */
static bool is_disguised(char *word, struct slice text)
{
	size_t end = without_suffix(text).len;

	if (is_variation(text))
		return true;
	/* The suffix stays as it is: the 1 of p@ssw0rd1 stands for nothing. */
	for (size_t i = 0; i < end; i++)
		word[i] = plain_letter(word[i]);
	if (is_variation(text))
		return true;
	for (size_t i = end; i < text.len; i++)
		word[i] = plain_letter(word[i]);
	return is_variation(text);
}

bool common_password_is(struct slice password)
{
	char word[WORD_MAX] = { 0 };

	if (is_repetition(password) || is_walk_with_strays(password))
		return true;
	if (password.len > WORD_MAX)
		return false;
	for (size_t i = 0; i < password.len; i++)
		word[i] = ascii_lower(password.ptr[i]);

	bool common = is_disguised(word, slice_of(word, password.len));

	secret_wipe(word, sizeof(word));
	return common;
}
