/* SPDX-License-Identifier: Apache-2.0
 *
 * Names and passwords of people. */
#include "domain/user.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct name_row {
	const char *name;
	struct slice text;
	bool good;
} name_rows[] = {
	{ .name = "a word", .text = SLICE("ada"), .good = true },
	{ .name = "an address", .text = SLICE("ada.lovelace+test@example.com"), .good = true },
	{ .name = "letters beyond ASCII", .text = SLICE("zo\xc3\xab"), .good = true },
	{ .name = "one letter", .text = SLICE("a"), .good = true },
	{ .name = "nothing", .text = SLICE("") },
	{ .name = "a blank", .text = SLICE("ada lovelace") },
	{ .name = "a blank behind it", .text = SLICE("ada ") },
	{ .name = "a no-break space", .text = SLICE("ada\xc2\xa0") },
	{ .name = "a zero-width space", .text = SLICE("ada\xe2\x80\x8b") },
	{ .name = "a slash", .text = SLICE("ada/admin") },
	{ .name = "an angle bracket", .text = SLICE("<ada") },
	{ .name = "a closing angle bracket", .text = SLICE("ada>") },
	{ .name = "a quote", .text = SLICE("ada\"") },
	{ .name = "a line feed", .text = SLICE("ada\n") },
	{ .name = "a NUL", .text = SLICE("ada\0") },
	{ .name = "not UTF-8", .text = SLICE("ad\xe0") },
};

START_TEST(names)
{
	const struct name_row *row = &name_rows[_i];

	ck_assert_msg(user_name_is_valid(row->text) == row->good, "%s", row->name);
}
END_TEST

START_TEST(name_length)
{
	char text[USER_NAME_MAX + 1];

	memset(text, 'a', sizeof(text));
	ck_assert(user_name_is_valid(slice_of(text, USER_NAME_MAX)));
	ck_assert(!user_name_is_valid(slice_of(text, USER_NAME_MAX + 1)));
}
END_TEST

START_TEST(folds)
{
	AUTO(arena) struct arena *arena = arena_new();

	ck_slice_str(user_name_fold(arena, SLICE("Ada.LOVELACE@Example.com")),
		     "ada.lovelace@example.com");
	ck_slice_str(user_name_fold(arena, SLICE("ZO\xc3\x8b")), "zo\xc3\x8b");
	ck_slice_str(user_name_fold(arena, SLICE("[@`{")), "[@`{");
	ck_slice_str(user_name_fold(arena, SLICE("")), "");
}
END_TEST

static const struct password_row {
	const char *name;
	struct slice user;
	struct slice password;
	unsigned minimum;
	enum password_fault fault;
} password_rows[] = {
	/* ASVS 6.2.1 */
	{ .name = "eight characters",
	  .user = SLICE("ada"),
	  .password = SLICE("kfvqzjwt"),
	  .minimum = 8 },
	{ .name = "eight characters of two bytes each",
	  .user = SLICE("ada"),
	  .password = SLICE("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9\xc3\xa8\xc3\xa5\xc3\xb8"),
	  .minimum = 8 },
	/* ASVS 6.2.5: no rules of composition */
	{ .name = "small letters and blanks alone",
	  .user = SLICE("ada"),
	  .password = SLICE("gravel quilt harvest moss"),
	  .minimum = 15 },
	{ .name = "the name inside something longer",
	  .user = SLICE("ada"),
	  .password = SLICE("ada-kfvqzjwt"),
	  .minimum = 8 },
	{ .name = "nothing",
	  .user = SLICE("ada"),
	  .password = SLICE(""),
	  .minimum = 8,
	  .fault = PASSWORD_TOO_SHORT },
	{ .name = "seven characters",
	  .user = SLICE("ada"),
	  .password = SLICE("kfvqzjw"),
	  .minimum = 8,
	  .fault = PASSWORD_TOO_SHORT },
	{ .name = "eight bytes, but four characters",
	  .user = SLICE("ada"),
	  .password = SLICE("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f"),
	  .minimum = 8,
	  .fault = PASSWORD_TOO_SHORT },
	{ .name = "fewer than the operator asks for",
	  .user = SLICE("ada"),
	  .password = SLICE("kfvqzjwtplmrxn"),
	  .minimum = 15,
	  .fault = PASSWORD_TOO_SHORT },
	{ .name = "the name",
	  .user = SLICE("ada.lovelace"),
	  .password = SLICE("ada.lovelace"),
	  .minimum = 8,
	  .fault = PASSWORD_IS_NAME },
	{ .name = "the name in capitals",
	  .user = SLICE("ada.lovelace"),
	  .password = SLICE("Ada.LoveLace"),
	  .minimum = 8,
	  .fault = PASSWORD_IS_NAME },
	/* ASVS 6.2.4 */
	{ .name = "a common one",
	  .user = SLICE("ada"),
	  .password = SLICE("Password1"),
	  .minimum = 8,
	  .fault = PASSWORD_COMMON },
	{ .name = "a long common one",
	  .user = SLICE("ada"),
	  .password = SLICE("qwertyuiopasdfghjkl"),
	  .minimum = 15,
	  .fault = PASSWORD_COMMON },
};

START_TEST(passwords)
{
	const struct password_row *row = &password_rows[_i];
	enum password_fault fault = user_password_check(row->user, row->password, row->minimum);

	ck_assert_msg(fault == row->fault, "%s: %d", row->name, (int)fault);
}
END_TEST

START_TEST(password_length)
{
	char text[USER_PASSWORD_MAX + 1];

	/* ASVS 6.2.9: long passwords are fine */
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "kfvqzjwtplmrxnbdhgsc"[(i * 7 + i / 20) % 20];
	ck_assert_int_eq(user_password_check(SLICE("ada"), slice_of(text, USER_PASSWORD_MAX), 8),
			 PASSWORD_FINE);
	ck_assert_int_eq(
		user_password_check(SLICE("ada"), slice_of(text, USER_PASSWORD_MAX + 1), 8),
		PASSWORD_TOO_LONG);
}
END_TEST

START_TEST(every_fault_has_words)
{
	struct slice words = password_fault_text((enum password_fault)_i);

	ck_assert(slice_is_empty(words) == (_i == PASSWORD_FINE));
	ck_assert(_i == PASSWORD_FINE || slice_has_suffix(words, SLICE(".")));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, names, 0, ARRAY_LEN(name_rows));
	tcase_add_test(tc, name_length);
	tcase_add_test(tc, folds);
	tcase_add_loop_test(tc, passwords, 0, ARRAY_LEN(password_rows));
	tcase_add_test(tc, password_length);
	tcase_add_loop_test(tc, every_fault_has_words, 0, PASSWORD_FAULT_COUNT);
}

TEST_MAIN("domain/user", add_tests)
