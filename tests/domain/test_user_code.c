/* SPDX-License-Identifier: Apache-2.0
 *
 * User codes: how long, how drawn, how read back, how shown. */
#include "domain/user_code.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

static const struct user_code_form form = { .alphabet = SLICE("BCDFGHJKLMNPQRSTVWXZ"),
					    .length = 8,
					    .group = 4 };
static const struct user_code_form digits = { .alphabet = SLICE("0123456789"),
					      .length = 9,
					      .group = 3 };

static const struct length_row {
	const char *name;
	uint64_t live;
	bool attack;
	unsigned length;
} length_rows[] = {
	/* RFC8628#5.1 */
	{ .name = "none live", .live = 0, .length = 8 },
	{ .name = "just below ten thousand", .live = 9999, .length = 8 },
	{ .name = "ten thousand", .live = 10000, .length = 9 },
	{ .name = "just below the next factor of twenty", .live = 199999, .length = 9 },
	{ .name = "two hundred thousand", .live = 200000, .length = 10 },
	{ .name = "four million", .live = 4000000, .length = 11 },
	{ .name = "as many as can be counted", .live = UINT64_MAX, .length = 20 },
	{ .name = "under attack", .live = 0, .attack = true, .length = 10 },
	{ .name = "many and under attack", .live = 200000, .attack = true, .length = 12 },
};

START_TEST(lengths)
{
	const struct length_row *row = &length_rows[_i];
	unsigned got = user_code_length(&form, row->live, row->attack);

	ck_assert_msg(got == row->length, "%s: %u", row->name, got);
}
END_TEST

START_TEST(length_is_capped)
{
	struct user_code_form longest = form;

	longest.length = USER_CODE_MAX - 1;
	ck_assert_uint_eq(user_code_length(&longest, 0, false), USER_CODE_MAX - 1);
	ck_assert_uint_eq(user_code_length(&longest, 1000000, false), USER_CODE_MAX);
	ck_assert_uint_eq(user_code_length(&longest, UINT64_MAX, true), USER_CODE_MAX);
}
END_TEST

START_TEST(made_of_known_bytes)
{
	uint8_t random[USER_CODE_RANDOM_BYTES] = { 0, 255, 1, 240, 19, 20, 239, 254, 40, 2, 3, 4 };
	struct user_code code;

	/* 240 to 255 are passed over: 256 is no multiple of twenty. */
	ck_assert_int_eq(user_code_make(&form, 8, random, &code), ERR_OK);
	ck_slice_str(user_code_slice(&code), "BCZBZBDF");
	ck_assert_int_eq(code.letters[8], '\0');
}
END_TEST

START_TEST(bytes_do_not_suffice)
{
	uint8_t random[USER_CODE_RANDOM_BYTES];
	struct user_code code;

	memset(random, 0xff, sizeof(random));
	ck_assert_int_eq(user_code_make(&form, 8, random, &code), ERR_FULL);
	ck_assert_uint_eq(code.len, 0);
	memset(random, 7, 7);
	ck_assert_int_eq(user_code_make(&form, 8, random, &code), ERR_FULL);
	random[255] = 7;
	ck_assert_int_eq(user_code_make(&form, 8, random, &code), ERR_OK);
}
END_TEST

/* RFC8628#6.1: every letter is as likely as every other, whatever the size of the alphabet */
START_TEST(unbiased)
{
	struct slice letters = slice_sub(SLICE("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), 0,
					 (size_t)_i);
	struct user_code_form any = { .alphabet = letters, .length = 1, .group = 0 };
	unsigned counts[256] = { 0 };
	unsigned made = 0;

	for (unsigned byte = 0; byte < 256; byte++) {
		uint8_t random[USER_CODE_RANDOM_BYTES];
		struct user_code code;

		memset(random, (int)byte, sizeof(random));
		if (user_code_make(&any, 1, random, &code) != ERR_OK)
			continue;
		counts[(uint8_t)code.letters[0]]++;
		made++;
	}
	ck_assert_uint_eq(made, 256 - 256 % (unsigned)_i);
	for (size_t i = 0; i < letters.len; i++)
		ck_assert_uint_eq(counts[(uint8_t)letters.ptr[i]], 256 / (unsigned)_i);
}
END_TEST

/* RFC8628#6.1: ten thousand codes hold letters of the alphabet alone, all about as often
 * (chi-square, 19 degrees) */
START_TEST(sample_is_flat)
{
	double counts[256] = { 0 };
	double chi = 0;
	const double expected = 10000.0 * 8 / 20;

	for (int i = 0; i < 10000; i++) {
		uint8_t random[USER_CODE_RANDOM_BYTES];
		struct user_code code;

		rng_bytes(random, sizeof(random));
		ck_assert_int_eq(user_code_make(&form, 8, random, &code), ERR_OK);
		for (size_t k = 0; k < code.len; k++) {
			ck_assert(slice_has_byte(form.alphabet, code.letters[k]));
			counts[(uint8_t)code.letters[k]]++;
		}
	}
	for (size_t i = 0; i < form.alphabet.len; i++) {
		double off = counts[(uint8_t)form.alphabet.ptr[i]] - expected;

		chi += off * off / expected;
	}
	/* Above 75 once in some 10^8 runs of a flat source; a modulo bias of 13 against 12 gives
	 * more than 100. */
	ck_assert_double_lt(chi, 75.0);
}
END_TEST

static const struct parse_row {
	const char *name;
	struct slice typed;
	const char *letters; /* NULL: refused */
} parse_rows[] = {
	/* RFC8628#6.1 */
	{ .name = "as shown", .typed = SLICE("WDJB-MJHT"), .letters = "WDJBMJHT" },
	{ .name = "in small letters", .typed = SLICE("wdjb-mjht"), .letters = "WDJBMJHT" },
	{ .name = "without dash", .typed = SLICE("WDJBMJHT"), .letters = "WDJBMJHT" },
	{ .name = "with blanks before, between and behind",
	  .typed = SLICE(" wdjb mjht "),
	  .letters = "WDJBMJHT" },
	{ .name = "with an underscore", .typed = SLICE("WDJB_MJHT"), .letters = "WDJBMJHT" },
	{ .name = "with a zero-width space",
	  .typed = SLICE("WDJB\xe2\x80\x8bMJHT"),
	  .letters = "WDJBMJHT" },
	{ .name = "with a line feed behind it",
	  .typed = SLICE("WDJB-MJHT\r\n"),
	  .letters = "WDJBMJHT" },
	{ .name = "with an en dash",
	  .typed = SLICE("WDJB\xe2\x80\x93MJHT"),
	  .letters = "WDJBMJHT" },
	{ .name = "with dots and a no-break space",
	  .typed = SLICE("W.D.J.B\xc2\xa0MJHT."),
	  .letters = "WDJBMJHT" },
	{ .name = "letters outside the alphabet were never meant",
	  .typed = SLICE("AWDJB-MJHT1"),
	  .letters = "WDJBMJHT" },
	{ .name = "a letter too few simply does not match",
	  .typed = SLICE("WDJB-MJH"),
	  .letters = "WDJBMJH" },
	{ .name = "twenty-four letters",
	  .typed = SLICE("BBBBBBBBBBBBBBBBBBBBBBBB"),
	  .letters = "BBBBBBBBBBBBBBBBBBBBBBBB" },
	{ .name = "nothing", .typed = SLICE("") },
	{ .name = "blanks alone", .typed = SLICE("    ") },
	{ .name = "three letters", .typed = SLICE("WDJ") },
	{ .name = "vowels alone", .typed = SLICE("AEIOUAEIOU") },
	{ .name = "digits, where the alphabet has none", .typed = SLICE("12345678") },
	{ .name = "twenty-five letters", .typed = SLICE("BBBBBBBBBBBBBBBBBBBBBBBBB") },
	{ .name = "full-width letters are other letters",
	  .typed = SLICE("\xef\xbc\xb7\xef\xbc\xa4\xef\xbc\xaa\xef\xbc\xa2") },
	{ .name = "bytes that are no text", .typed = SLICE("\xff\xfe\0\x80\x01") },
};

START_TEST(parses)
{
	const struct parse_row *row = &parse_rows[_i];
	struct user_code code;

	if (row->letters == NULL) {
		ck_assert_msg(user_code_parse(&form, row->typed, &code) == ERR_INVALID, "%s",
			      row->name);
		ck_assert_msg(code.len == 0, "%s", row->name);
		return;
	}
	ck_assert_msg(user_code_parse(&form, row->typed, &code) == ERR_OK, "%s", row->name);
	ck_slice_row(row->name, user_code_slice(&code), slice_str(row->letters));
}
END_TEST

START_TEST(parses_digits)
{
	struct user_code code;

	ck_assert_int_eq(user_code_parse(&digits, SLICE("019-450 730"), &code), ERR_OK);
	ck_slice_str(user_code_slice(&code), "019450730");
	ck_assert_int_eq(user_code_parse(&digits, SLICE("WDJB-MJHT"), &code), ERR_INVALID);
}
END_TEST

static const struct shown_row {
	const char *name;
	const char *letters;
	unsigned group;
	const char *shown;
} shown_rows[] = {
	{ .name = "eight in fours", .letters = "WDJBMJHT", .group = 4, .shown = "WDJB-MJHT" },
	{ .name = "a letter left over joins the group before it",
	  .letters = "WDJBMJHTX",
	  .group = 4,
	  .shown = "WDJB-MJHTX" },
	{ .name = "two left over stand alone",
	  .letters = "WDJBMJHTXZ",
	  .group = 4,
	  .shown = "WDJB-MJHT-XZ" },
	{ .name = "nine in threes", .letters = "WDJBMJHTX", .group = 3, .shown = "WDJ-BMJ-HTX" },
	{ .name = "without groups", .letters = "WDJBMJHT", .group = 0, .shown = "WDJBMJHT" },
	{ .name = "a group longer than the code",
	  .letters = "WDJBMJHT",
	  .group = 9,
	  .shown = "WDJBMJHT" },
	{ .name = "the longest that can be",
	  .letters = "BBBBBBBBBBBBBBBBBBBBBBBB",
	  .group = 1,
	  .shown = "B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B-B" },
	{ .name = "nothing", .letters = "", .group = 4, .shown = "" },
};

START_TEST(shows)
{
	const struct shown_row *row = &shown_rows[_i];
	struct user_code_form grouped = form;
	struct user_code code = { .len = strlen(row->letters) };
	char out[USER_CODE_SHOWN_MAX];

	memcpy(code.letters, row->letters, code.len);
	grouped.group = row->group;
	struct slice shown = user_code_shown(&grouped, &code, out);

	ck_slice_row(row->name, shown, slice_str(row->shown));
	ck_assert_msg(out[shown.len] == '\0', "%s", row->name);
}
END_TEST

START_TEST(what_is_shown_reads_back)
{
	for (unsigned length = 8; length <= USER_CODE_MAX; length++) {
		uint8_t random[USER_CODE_RANDOM_BYTES];
		char out[USER_CODE_SHOWN_MAX];
		struct user_code code;
		struct user_code back;

		rng_bytes(random, sizeof(random));
		ck_assert_int_eq(user_code_make(&form, length, random, &code), ERR_OK);
		ck_assert_int_eq(user_code_parse(&form, user_code_shown(&form, &code, out), &back),
				 ERR_OK);
		ck_slice_eq(user_code_slice(&back), user_code_slice(&code));
	}
}
END_TEST

START_TEST(is_wiped)
{
	static const struct user_code blank;
	struct user_code code;

	ck_assert_int_eq(user_code_parse(&form, SLICE("WDJB-MJHT"), &code), ERR_OK);
	user_code_fini(&code);
	ck_assert_mem_eq(&code, &blank, sizeof(code));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, lengths, 0, ARRAY_LEN(length_rows));
	tcase_add_test(tc, length_is_capped);
	tcase_add_test(tc, made_of_known_bytes);
	tcase_add_test(tc, bytes_do_not_suffice);
	tcase_add_loop_test(tc, unbiased, 10, 37);
	tcase_add_test(tc, sample_is_flat);
	tcase_add_loop_test(tc, parses, 0, ARRAY_LEN(parse_rows));
	tcase_add_test(tc, parses_digits);
	tcase_add_loop_test(tc, shows, 0, ARRAY_LEN(shown_rows));
	tcase_add_test(tc, what_is_shown_reads_back);
	tcase_add_test(tc, is_wiped);
}

TEST_MAIN("domain/user_code", add_tests)
