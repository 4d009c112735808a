/* SPDX-License-Identifier: Apache-2.0
 *
 * Each of the 256 bytes is of the kinds that it should be of, and of no other. */
#include "base/ascii.h"

#include <string.h>

#include "check_main.h"

START_TEST(kinds)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char hex[] = "0123456789abcdef0123456789ABCDEF";
	char c = (char)_i;
	bool letter = c != '\0' && strchr(letters, c) != NULL;
	bool digit = c != '\0' && strchr("0123456789", c) != NULL;
	const char *at = c != '\0' ? strchr(hex, c) : NULL;
	ck_assert(ascii_is_letter(c) == letter);
	ck_assert(ascii_is_digit(c) == digit);
	ck_assert(ascii_is_alnum(c) == (letter || digit));
	ck_assert_int_eq(ascii_hex_value(c), at != NULL ? (int)((at - hex) % 16) : -1);
	bool is_upper = letter && c <= 'Z';
	ck_assert_int_eq(ascii_lower(c), is_upper ? c + 32 : c);
	ck_assert_int_eq(ascii_upper(c), letter && !is_upper ? c - 32 : c);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, kinds, 0, 256);
}

TEST_MAIN("base/ascii", add_tests)
