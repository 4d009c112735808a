/* SPDX-License-Identifier: Apache-2.0
 *
 * User codes: drawn, read back and shown. A code is short on purpose, so its letters must be drawn
 * without bias and grow in number with the codes that are alive. RFC8628#5.1, #6.1 */
#include "domain/user_code.h"

#include "base/ascii.h"
#include "base/ensure.h"
#include "base/secret.h"

enum {
	ALPHABET_MIN = 10,
	ALPHABET_MAX = 36,
	LETTERS_MIN = 4,
	LIVE_STEP = 10000,
	ATTACK_LETTERS = 2
};

static void form_check(const struct user_code_form *form)
{
	ensure(form->alphabet.len >= ALPHABET_MIN && form->alphabet.len <= ALPHABET_MAX);
}

unsigned user_code_length(const struct user_code_form *form, uint64_t live, bool under_attack)
{
	unsigned length = form->length;
	uint64_t bound = LIVE_STEP;

	form_check(form);
	/* RFC8628#5.1: a guess must not become likelier because many codes are alive */
	while (live >= bound && length < USER_CODE_MAX) {
		length++;
		if (__builtin_mul_overflow(bound, form->alphabet.len, &bound))
			break;
	}
	if (under_attack)
		length += ATTACK_LETTERS;
	return length < USER_CODE_MAX ? length : USER_CODE_MAX;
}

enum err user_code_make(const struct user_code_form *form, unsigned length,
			const uint8_t random[USER_CODE_RANDOM_BYTES], struct user_code *out)
{
	form_check(form);
	ensure(length > 0 && length <= USER_CODE_MAX);

	unsigned size = (unsigned)form->alphabet.len;
	/* Bytes from here on would make the first letters likelier than the last: they are passed
	 * over. */
	unsigned bound = 256 - 256 % size;

	*out = (struct user_code){ .len = 0 };
	for (size_t i = 0; i < USER_CODE_RANDOM_BYTES && out->len < length; i++) {
		if (random[i] < bound)
			out->letters[out->len++] = form->alphabet.ptr[random[i] % size];
	}
	if (out->len == length)
		return ERR_OK;
	user_code_fini(out);
	return ERR_FULL;
}

enum err user_code_parse(const struct user_code_form *form, struct slice typed,
			 struct user_code *out)
{
	*out = (struct user_code){ .len = 0 };
	for (size_t i = 0; i < typed.len; i++) {
		/* RFC8628#6.1: case does not matter, and whatever is not a letter of the alphabet
		 * was never meant. The bytes of other scripts' dashes and invisible characters are
		 * all above ASCII, so they fall out here too. */
		char c = ascii_upper(typed.ptr[i]);

		if (!slice_has_byte(form->alphabet, c))
			continue;
		if (out->len == USER_CODE_MAX) {
			user_code_fini(out);
			return ERR_INVALID;
		}
		out->letters[out->len++] = c;
	}
	if (out->len >= LETTERS_MIN)
		return ERR_OK;
	user_code_fini(out);
	return ERR_INVALID;
}

/* Whether a dash stands before the letter at `i`. A single letter left over joins the group before
 * it: nine letters are shown as XXXX-XXXXX, since a letter alone at the end is easily overlooked.
 */
static bool dash_before(const struct user_code_form *form, const struct user_code *code, size_t i)
{
	if (form->group == 0 || i == 0 || i % form->group != 0)
		return false;
	return form->group <= 2 || code->len - i > 1;
}

struct slice user_code_shown(const struct user_code_form *form, const struct user_code *code,
			     char out[USER_CODE_SHOWN_MAX])
{
	size_t len = 0;

	ensure(code->len <= USER_CODE_MAX);
	for (size_t i = 0; i < code->len; i++) {
		/* RFC8628#6.1: groups are easier to read and to type */
		if (dash_before(form, code, i))
			out[len++] = '-';
		out[len++] = code->letters[i];
	}
	out[len] = '\0';
	return slice_of(out, len);
}

struct slice user_code_slice(const struct user_code *code)
{
	return slice_of(code->letters, code->len);
}

void user_code_fini(struct user_code *code)
{
	secret_wipe(code, sizeof(*code));
}
