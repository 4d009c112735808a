/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules for the names and passwords of people. Passwords have no rules of composition and are never
 * cut or changed: they must be long enough, not the name, and not one that everybody tries first
 * (common_password.c). ASVS 6.2 */
#include "domain/user.h"

#include <assert.h>

#include "base/ensure.h"
#include "domain/common_password.h"
#include "domain/plain_text.h"

bool user_name_is_valid(struct slice name)
{
	static const char marks[] = { '/', '<', '>', '"' };

	if (name.len == 0 || name.len > USER_NAME_MAX)
		return false;
	for (size_t i = 0; i < sizeof(marks); i++) {
		if (slice_has_byte(name, marks[i]))
			return false;
	}
	return plain_text_is_word(name);
}

struct slice user_name_fold(struct arena *arena, struct slice name)
{
	return arena_lower(arena, name);
}

/* ASVS 6.2.1 counts characters, not bytes: every byte that does not continue a character begins
 * one. */
static size_t count_characters(struct slice text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (((uint8_t)text.ptr[i] & 0xc0u) != 0x80u)
			count++;
	}
	return count;
}

enum password_fault user_password_check(struct slice name, struct slice password, unsigned minimum)
{
	/* The length in bytes bounds the work of all that follows. */
	if (password.len > USER_PASSWORD_MAX)
		return PASSWORD_TOO_LONG;
	if (count_characters(password) < minimum)
		return PASSWORD_TOO_SHORT;
	if (slice_equal_nocase(name, password))
		return PASSWORD_IS_NAME;
	/* ASVS 6.2.4: not one of the passwords that are tried first */
	if (common_password_is(password))
		return PASSWORD_COMMON;
	return PASSWORD_FINE;
}

static const char common_sentence[] =
	"This password is one of those that are tried first. "
	"Choose another, for example a few words that do not belong together.";

static const char *const fault_texts[] = {
	[PASSWORD_FINE] = "",
	[PASSWORD_TOO_SHORT] = "This password is too short.",
	[PASSWORD_TOO_LONG] = "This password is too long: 1024 bytes are the most.",
	[PASSWORD_IS_NAME] = "The password must not be the user name.",
	[PASSWORD_COMMON] = common_sentence,
};

static_assert(ARRAY_LEN(fault_texts) == PASSWORD_FAULT_COUNT, "a sentence for each fault");

struct slice password_fault_text(enum password_fault fault)
{
	ensure((unsigned)fault < PASSWORD_FAULT_COUNT);
	return slice_str(fault_texts[fault]);
}
