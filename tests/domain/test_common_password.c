/* SPDX-License-Identifier: Apache-2.0
 *
 * Common passwords: the lists themselves, and the shapes. */
#include "domain/common_password.h"

#include <string.h>

#include "base/attr.h"
#include "check_main.h"
#include "domain/common_passwords.inc"

enum { LISTED_MAX = 32 };

static void check_list(const char *const *list, size_t count, size_t shortest)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(list[i]);

		ck_assert_msg(len >= shortest && len <= LISTED_MAX, "%s: length", list[i]);
		ck_assert_msg(i == 0 || strcmp(list[i - 1], list[i]) < 0, "%s: order", list[i]);
		for (size_t k = 0; k < len; k++)
			ck_assert_msg(list[i][k] > 0x20 && list[i][k] < 0x7f &&
					      (list[i][k] < 'A' || list[i][k] > 'Z'),
				      "%s: characters", list[i]);
	}
}

START_TEST(lists_are_sorted)
{
	ck_assert_uint_gt(ARRAY_LEN(common_passwords), 2000);
	ck_assert_uint_gt(ARRAY_LEN(common_stems), 1000);
	check_list(common_passwords, ARRAY_LEN(common_passwords), 8);
	check_list(common_stems, ARRAY_LEN(common_stems), 4);
}
END_TEST

START_TEST(all_listed_are_found)
{
	for (size_t i = 0; i < ARRAY_LEN(common_passwords); i++)
		ck_assert_msg(common_password_is(slice_str(common_passwords[i])), "%s",
			      common_passwords[i]);
}
END_TEST

static const struct row {
	const char *name;
	struct slice password;
	bool common;
} rows[] = {
	/* ASVS 6.2.4 */
	{ .name = "the word itself", .password = SLICE("password"), .common = true },
	{ .name = "in capitals", .password = SLICE("PassWord"), .common = true },
	{ .name = "with a digit", .password = SLICE("password1"), .common = true },
	{ .name = "with a year and a mark", .password = SLICE("Password2024!"), .common = true },
	{ .name = "with digits in front", .password = SLICE("123password"), .common = true },
	{ .name = "with substitutes", .password = SLICE("P@ssw0rd"), .common = true },
	{ .name = "with substitutes and a digit", .password = SLICE("P4$$w0rd1"), .common = true },
	{ .name = "a season and a year", .password = SLICE("Summer2023!"), .common = true },
	{ .name = "an administrator's", .password = SLICE("adm1n123"), .common = true },
	{ .name = "a name and a year", .password = SLICE("michael1985"), .common = true },
	{ .name = "a phrase everybody knows", .password = SLICE("iloveyou"), .common = true },
	{ .name = "ascending digits", .password = SLICE("12345678"), .common = true },
	{ .name = "descending digits", .password = SLICE("9876543210"), .common = true },
	{ .name = "the alphabet", .password = SLICE("abcdefghij"), .common = true },
	{ .name = "one character again and again",
	  .password = SLICE("zzzzzzzzzzzzzzzz"),
	  .common = true },
	{ .name = "a piece again and again", .password = SLICE("4b2x4b2x4b2x"), .common = true },
	{ .name = "a row of the keyboard", .password = SLICE("qwertyuiop"), .common = true },
	{ .name = "a row of another keyboard", .password = SLICE("qwertzuiop"), .common = true },
	{ .name = "a row backwards", .password = SLICE("poiuytrewq"), .common = true },
	{ .name = "columns of the keyboard", .password = SLICE("1qaz2wsx"), .common = true },
	{ .name = "two walks", .password = SLICE("asdf1234"), .common = true },
	{ .name = "a long walk",
	  .password = SLICE("qwertyuiopasdfghjklzxcvbnm1234567890"),
	  .common = true },
	{ .name = "repeated digits in groups", .password = SLICE("111222333"), .common = true },
	{ .name = "a walk and a letter", .password = SLICE("123456789m"), .common = true },
	{ .name = "letters before a walk", .password = SLICE("as123456"), .common = true },

	{ .name = "four words", .password = SLICE("correct horse battery staple") },
	{ .name = "two listed words", .password = SLICE("summermonkey") },
	{ .name = "a listed word inside", .password = SLICE("mynewpasswordbook") },
	{ .name = "random letters", .password = SLICE("kfvqzjwt") },
	{ .name = "random characters", .password = SLICE("r8#Lq0!v") },
	{ .name = "random digits", .password = SLICE("83016274") },
	{ .name = "a walk in the middle", .password = SLICE("xk7-qwerty-9fp") },
	{ .name = "more strays than walk", .password = SLICE("kfvq1234") },
	{ .name = "a longer piece twice", .password = SLICE("wqzrfwqzrf") },
	{ .name = "a word in another alphabet",
	  .password = SLICE("\xd0\xb2\xd0\xb5\xd1\x81\xd0\xbd\xd0\xb0") },
	{ .name = "a word and more digits than people add", .password = SLICE("summer839201746") },
	{ .name = "with a NUL behind a listed word", .password = SLICE("password\0z") },
	{ .name = "long, and nothing of the kind",
	  .password = SLICE("tr0mbone-gravel-Quilt-49-harvest-moss-lantern-fjord-wax-27") },
};

START_TEST(shapes)
{
	const struct row *row = &rows[_i];

	ck_assert_msg(common_password_is(row->password) == row->common, "%s", row->name);
}
END_TEST

START_TEST(longest_is_quick)
{
	char text[1024];

	/* The worst case: walks of three without end, then something else. Hundreds of times, well
	 * within a second. */
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "qweasdzxc"[i % 9];
	text[sizeof(text) - 4] = '?';
	for (int i = 0; i < 100; i++)
		ck_assert(!common_password_is(slice_of(text, sizeof(text))));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, lists_are_sorted);
	tcase_add_test(tc, all_listed_are_found);
	tcase_add_loop_test(tc, shapes, 0, ARRAY_LEN(rows));
	tcase_add_test(tc, longest_is_quick);
}

TEST_MAIN("domain/common_password", add_tests)
