/* SPDX-License-Identifier: Apache-2.0
 *
 * Characters that may stand in names shown to people. */
#include "domain/plain_text.h"

#include "base/attr.h"
#include "check_main.h"

static const struct row {
	const char *name;
	struct slice text;
	bool line;
	bool word;
} rows[] = {
	{ .name = "ASCII", .text = SLICE("Living-room_TV!"), .line = true, .word = true },
	{ .name = "two bytes a character",
	  .text = SLICE("Zo\xc3\xab"),
	  .line = true,
	  .word = true },
	{ .name = "three bytes a character",
	  .text = SLICE("\xe6\x97\xa5\xe6\x9c\xac"),
	  .line = true,
	  .word = true },
	{ .name = "four bytes a character",
	  .text = SLICE("\xf0\x9f\x93\xba"),
	  .line = true,
	  .word = true },
	{ .name = "blanks stand in lines alone", .text = SLICE("Living room"), .line = true },
	{ .name = "so do no-break spaces", .text = SLICE("a\xc2\xa0z"), .line = true },
	{ .name = "and ideographic spaces", .text = SLICE("a\xe3\x80\x80z"), .line = true },
	{ .name = "and joiners", .text = SLICE("a\xe2\x80\x8dz"), .line = true },
	{ .name = "and fillers", .text = SLICE("a\xe3\x85\xa4z"), .line = true },
	{ .name = "a line feed", .text = SLICE("a\nz") },
	{ .name = "a tab", .text = SLICE("a\tz") },
	{ .name = "a NUL", .text = SLICE("a\0z") },
	{ .name = "DEL", .text = SLICE("a\x7fz") },
	{ .name = "a C1 control", .text = SLICE("a\xc2\x9bz") },
	{ .name = "a soft hyphen", .text = SLICE("a\xc2\xadz") },
	{ .name = "a zero-width space", .text = SLICE("a\xe2\x80\x8bz") },
	{ .name = "a right-to-left mark", .text = SLICE("a\xe2\x80\x8fz") },
	{ .name = "a right-to-left override", .text = SLICE("a\xe2\x80\xaez") },
	{ .name = "an isolate", .text = SLICE("a\xe2\x81\xa7z") },
	{ .name = "a line separator", .text = SLICE("a\xe2\x80\xa8z") },
	{ .name = "a byte order mark",
	  .text = SLICE("\xef\xbb\xbf"
			"a") },
	{ .name = "a tag character", .text = SLICE("a\xf3\xa0\x81\x81") },
	{ .name = "a lone continuation byte", .text = SLICE("a\x80z") },
	{ .name = "a character cut short", .text = SLICE("a\xe2\x82") },
};

START_TEST(texts)
{
	const struct row *row = &rows[_i];

	ck_assert_msg(plain_text_is_line(row->text) == row->line, "%s", row->name);
	ck_assert_msg(plain_text_is_word(row->text) == row->word, "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, texts, 0, ARRAY_LEN(rows));
}

TEST_MAIN("domain/plain_text", add_tests)
