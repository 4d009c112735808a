/* SPDX-License-Identifier: Apache-2.0
 *
 * What is a comment in the options file, and what only looks like one. */
#include "config/comments.h"

#include <string.h>

#include "base/attr.h"
#include "check_main.h"

static const struct row {
	const char *name;
	const char *before;
	const char *after;
} rows[] = {
	{ "to the end of the line", "a = 1 # x\nb", "a = 1    \nb" },
	{ "right behind a value", "a=1#x", "a=1  " },
	{ "two slashes", "// x\na", "    \na" },
	{ "over lines, whose ends stay", "/* x\ny */a", "    \n    a" },
	{ "a mark within a comment", "# \"\na = \"x\"", "   \na = \"x\"" },
	{ "slashes within a word", "a = http://x", "a = http://x" },
	{ "all marks within double quotes", "a = \"# // /* \"", "a = \"# // /* \"" },
	{ "all marks within single quotes", "a = '# // /* '", "a = '# // /* '" },
	{ "a quote behind a backslash", "a = \"\\\"#\" # x", "a = \"\\\"#\"    " },
	{ "a comment that does not end", "a /* x", "a /* x" },
	{ "quotes that do not end", "a = \"# x", "a = \"# x" },
	{ "a backslash at the very end", "a = \"\\", "a = \"\\" },
	{ "one slash", "a = / b", "a = / b" },
	{ "a slash at the very end", "a = /", "a = /" },
	{ "nothing", "", "" },
};

START_TEST(blanks)
{
	char text[64];
	size_t len = strlen(rows[_i].before);

	memcpy(text, rows[_i].before, len + 1);
	comments_blank(text, len);
	ck_assert_msg(strcmp(text, rows[_i].after) == 0, "%s: \"%s\"", rows[_i].name, text);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, blanks, 0, ARRAY_LEN(rows));
}

TEST_MAIN("config/comments", add_tests)
