/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing, splitting and reading slices; UTF-8 by the limits of RFC 3629. */
#include "base/slice.h"

#include "check_main.h"
#include "check_slice.h"

#define BYTES(literal) SLICE(literal)

static const struct text_row {
	const char *name;
	struct slice text;
	bool lines;
	bool good;
} text_rows[] = {
	{ .name = "plain ASCII is text", .text = BYTES("hello ~"), .good = true },
	{ .name = "nothing is text", .text = BYTES(""), .good = true },
	{ .name = "the least two-byte character", .text = BYTES("\xc2\x80"), .good = true },
	{ .name = "the greatest two-byte character", .text = BYTES("\xdf\xbf"), .good = true },
	{ .name = "the least three-byte character", .text = BYTES("\xe0\xa0\x80"), .good = true },
	{ .name = "the character before the surrogates",
	  .text = BYTES("\xed\x9f\xbf"),
	  .good = true },
	{ .name = "the character behind the surrogates",
	  .text = BYTES("\xee\x80\x80"),
	  .good = true },
	{ .name = "the least four-byte character",
	  .text = BYTES("\xf0\x90\x80\x80"),
	  .good = true },
	{ .name = "U+10FFFF", .text = BYTES("\xf4\x8f\xbf\xbf"), .good = true },
	{ .name = "a line feed where lines are",
	  .text = BYTES("a\r\n\tb"),
	  .lines = true,
	  .good = true },
	{ .name = "no line feed in one line", .text = BYTES("a\nb") },
	{ .name = "no tab in one line", .text = BYTES("a\tb") },
	{ .name = "no NUL", .text = BYTES("a\0b") },
	{ .name = "no NUL in lines either", .text = BYTES("a\0b"), .lines = true },
	{ .name = "no escape in lines", .text = BYTES("\x1b[2J"), .lines = true },
	{ .name = "a lone continuation byte", .text = BYTES("\x80") },
	{ .name = "a slash in two bytes", .text = BYTES("\xc0\xaf") },
	{ .name = "a first byte of C1", .text = BYTES("\xc1\xbf") },
	{ .name = "an overlong form of three bytes", .text = BYTES("\xe0\x9f\xbf") },
	{ .name = "an overlong form of four bytes", .text = BYTES("\xf0\x8f\xbf\xbf") },
	{ .name = "the first surrogate", .text = BYTES("\xed\xa0\x80") },
	{ .name = "the last surrogate", .text = BYTES("\xed\xbf\xbf") },
	{ .name = "one above U+10FFFF", .text = BYTES("\xf4\x90\x80\x80") },
	{ .name = "a first byte of F5", .text = BYTES("\xf5\x80\x80\x80") },
	{ .name = "a first byte of FF", .text = BYTES("\xff") },
	{ .name = "cut after one of two", .text = BYTES("a\xc3") },
	{ .name = "cut after two of three", .text = BYTES("\xe2\x82") },
	{ .name = "cut after three of four", .text = BYTES("\xf0\x9f\x98") },
	{ .name = "a letter in the place of the third byte", .text = BYTES("\xe2\x82x") },
};

START_TEST(text)
{
	const struct text_row *row = &text_rows[_i];
	ck_assert_msg(slice_is_text(row->text, row->lines) == row->good, "%s", row->name);
}
END_TEST

static const struct number_row {
	const char *name;
	struct slice text;
	int64_t value;
	enum err err;
} number_rows[] = {
	{ .name = "zero", .text = BYTES("0"), .value = 0 },
	{ .name = "leading zeros", .text = BYTES("007"), .value = 7 },
	{ .name = "negative", .text = BYTES("-42"), .value = -42 },
	{ .name = "minus zero", .text = BYTES("-0"), .value = 0 },
	{ .name = "the greatest", .text = BYTES("9223372036854775807"), .value = INT64_MAX },
	{ .name = "the least", .text = BYTES("-9223372036854775808"), .value = INT64_MIN },
	{ .name = "nothing", .text = BYTES(""), .err = ERR_INVALID },
	{ .name = "a lone minus", .text = BYTES("-"), .err = ERR_INVALID },
	{ .name = "a plus", .text = BYTES("+1"), .err = ERR_INVALID },
	{ .name = "a blank before", .text = BYTES(" 1"), .err = ERR_INVALID },
	{ .name = "a blank behind", .text = BYTES("1 "), .err = ERR_INVALID },
	{ .name = "a fraction", .text = BYTES("1.0"), .err = ERR_INVALID },
	{ .name = "hexadecimal", .text = BYTES("0x10"), .err = ERR_INVALID },
	{ .name = "a NUL behind", .text = BYTES("1\0"), .err = ERR_INVALID },
	{ .name = "one too great", .text = BYTES("9223372036854775808"), .err = ERR_INVALID },
	{ .name = "one too small", .text = BYTES("-9223372036854775809"), .err = ERR_INVALID },
	{ .name = "far too great", .text = BYTES("99999999999999999999999"), .err = ERR_INVALID },
};

START_TEST(number)
{
	const struct number_row *row = &number_rows[_i];
	int64_t value = 99;
	ck_assert_msg(slice_parse_int64(row->text, &value) == row->err, "%s", row->name);
	ck_assert_msg(value == (row->err == ERR_OK ? row->value : 99), "%s", row->name);
}
END_TEST

START_TEST(equality)
{
	ck_assert(slice_equal(SLICE("a\0b"), SLICE("a\0b")));
	ck_assert(!slice_equal(SLICE("a\0b"), SLICE("a\0c")));
	ck_assert(!slice_equal(SLICE("a"), SLICE("ab")));
	ck_assert(slice_equal(slice_of(NULL, 0), SLICE_EMPTY));
	ck_assert(slice_equal_nocase(SLICE("Bearer"), SLICE("bEARER")));
	ck_assert(!slice_equal_nocase(SLICE("@"), SLICE("`")));
	ck_assert(!slice_equal_nocase(SLICE("\xc3\x84"), SLICE("\xc3\xa4")));
	ck_assert(slice_is_empty(slice_str(NULL)));
	ck_assert(slice_str(NULL).ptr != NULL);
}
END_TEST

START_TEST(parts)
{
	ck_assert(slice_has_prefix(SLICE("dca_x"), SLICE("dca_")));
	ck_assert(slice_has_prefix(SLICE("a"), SLICE("")));
	ck_assert(!slice_has_prefix(SLICE("dca"), SLICE("dca_")));
	ck_assert(slice_has_suffix(SLICE("a.css"), SLICE(".css")));
	ck_assert(slice_has_suffix(slice_of(NULL, 0), SLICE("")));
	ck_assert(!slice_has_suffix(SLICE("css"), SLICE(".css")));
	ck_assert(slice_has_byte(SLICE("a\0b"), '\0'));
	ck_assert(!slice_has_byte(SLICE("ab"), '\0'));
	ck_assert(!slice_has_byte(slice_of(NULL, 0), 'a'));
	ck_assert_uint_eq(slice_find_any(SLICE("host:80/x"), "/:"), 4);
	ck_assert_uint_eq(slice_find_any(SLICE("a\0b"), "/:"), 3);
	ck_assert_uint_eq(slice_find_any(SLICE("ab"), ""), 2);
	ck_assert_uint_eq(slice_find_any(slice_of(NULL, 0), "/"), 0);
	ck_slice_str(slice_sub(SLICE("abcdef"), 2, 3), "cde");
	ck_slice_str(slice_sub(SLICE("abc"), 2, SIZE_MAX), "c");
	ck_slice_str(slice_sub(SLICE("abc"), SIZE_MAX, SIZE_MAX), "");
	ck_slice_str(slice_trim(SLICE(" \t\r\n a b \n")), "a b");
	ck_slice_str(slice_trim(SLICE(" \t ")), "");
}
END_TEST

START_TEST(split)
{
	struct slice rest = SLICE("a,,b");
	struct slice part;
	ck_assert(slice_split(&rest, ',', &part));
	ck_slice_str(part, "a");
	ck_assert(slice_split(&rest, ',', &part));
	ck_slice_str(part, "");
	ck_assert(slice_split(&rest, ',', &part));
	ck_slice_str(part, "b");
	ck_assert(!slice_split(&rest, ',', &part));
	ck_assert(rest.ptr == NULL);
}
END_TEST

START_TEST(split_edges)
{
	struct slice rest = SLICE("");
	struct slice part;
	ck_assert(slice_split(&rest, ',', &part));
	ck_slice_str(part, "");
	ck_assert(!slice_split(&rest, ',', &part));
	rest = SLICE("a,");
	ck_assert(slice_split(&rest, ',', &part));
	ck_assert(slice_split(&rest, ',', &part));
	ck_slice_str(part, "");
	ck_assert(!slice_split(&rest, ',', &part));
}
END_TEST

START_TEST(words)
{
	struct slice rest = SLICE("  openid\tprofile\r\n ");
	struct slice word;
	ck_assert(slice_word(&rest, &word));
	ck_slice_str(word, "openid");
	ck_assert(slice_word(&rest, &word));
	ck_slice_str(word, "profile");
	ck_assert(!slice_word(&rest, &word));
	rest = slice_of(NULL, 0);
	ck_assert(!slice_word(&rest, &word));
}
END_TEST

static const struct has_row {
	const char *name;
	struct slice list;
	struct slice one;
	bool word; /* slice_has_word() finds it */
	bool part; /* slice_has_part() finds it among the lines */
} has_rows[] = {
	{ .name = "the first",
	  .list = BYTES("a\nb"),
	  .one = BYTES("a"),
	  .word = true,
	  .part = true },
	{ .name = "the last",
	  .list = BYTES("a\nb"),
	  .one = BYTES("b"),
	  .word = true,
	  .part = true },
	{ .name = "the only one",
	  .list = BYTES("ab"),
	  .one = BYTES("ab"),
	  .word = true,
	  .part = true },
	{ .name = "a blank parts words, not lines",
	  .list = BYTES("a b"),
	  .one = BYTES("b"),
	  .word = true },
	{ .name = "a line with a blank is one line",
	  .list = BYTES("a b\nc"),
	  .one = BYTES("a b"),
	  .part = true },
	{ .name = "an empty list has one empty line and no word",
	  .list = BYTES(""),
	  .one = BYTES(""),
	  .part = true },
	{ .name = "an empty line between two",
	  .list = BYTES("a\n\nb"),
	  .one = BYTES(""),
	  .part = true },
	{ .name = "a carriage return belongs to its line",
	  .list = BYTES("a\r\nb"),
	  .one = BYTES("a"),
	  .word = true },
	{ .name = "no part of one", .list = BYTES("ab\nbc"), .one = BYTES("b") },
	{ .name = "not what one begins with", .list = BYTES("ab\nc"), .one = BYTES("a") },
	{ .name = "not with something more", .list = BYTES("a\nb"), .one = BYTES("ab") },
	{ .name = "not two at once", .list = BYTES("a b c"), .one = BYTES("a b") },
	{ .name = "case counts", .list = BYTES("https://A/"), .one = BYTES("https://a/") },
	{ .name = "no empty line where there is none", .list = BYTES("a\nb"), .one = BYTES("") },
	{ .name = "nothing is in no list at all", .list = { NULL, 0 }, .one = BYTES("") },
};

START_TEST(has)
{
	const struct has_row *row = &has_rows[_i];
	ck_assert_msg(slice_has_word(row->list, row->one) == row->word, "%s", row->name);
	ck_assert_msg(slice_has_part(row->list, '\n', row->one) == row->part, "%s", row->name);
}
END_TEST

START_TEST(name_index)
{
	static const char *const names[] = { "", "one", "two" };
	ck_assert_uint_eq(slice_name_index(SLICE(""), names, 3), 0);
	ck_assert_uint_eq(slice_name_index(SLICE("two"), names, 3), 2);
	ck_assert_uint_eq(slice_name_index(SLICE("two"), names, 2), 2);
	ck_assert_uint_eq(slice_name_index(SLICE("Two"), names, 3), 3);
	ck_assert_uint_eq(slice_name_index(SLICE("tw"), names, 3), 3);
	ck_assert_uint_eq(slice_name_index(SLICE("two\0"), names, 3), 3);
	ck_assert_uint_eq(slice_name_index(SLICE("one"), NULL, 0), 0);
}
END_TEST

START_TEST(one_byte_that_is_no_text_is_seen_wherever_it_stands)
{
	for (size_t at = 0; at < 20; at++) {
		char bytes[20];
		memset(bytes, ' ', sizeof(bytes));
		bytes[at] = (char)_i;
		bool good = _i >= 0x20 && _i < 0x80;
		ck_assert(slice_is_text(slice_of(bytes, sizeof(bytes)), false) == good);
	}
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, one_byte_that_is_no_text_is_seen_wherever_it_stands, 0, 256);
	tcase_add_loop_test(tc, text, 0, ARRAY_LEN(text_rows));
	tcase_add_loop_test(tc, number, 0, ARRAY_LEN(number_rows));
	tcase_add_test(tc, equality);
	tcase_add_test(tc, parts);
	tcase_add_test(tc, split);
	tcase_add_test(tc, split_edges);
	tcase_add_test(tc, words);
	tcase_add_loop_test(tc, has, 0, ARRAY_LEN(has_rows));
	tcase_add_test(tc, name_index);
}

TEST_MAIN("base/slice", add_tests)
