/* SPDX-License-Identifier: Apache-2.0
 *
 * Ids: comparison and the text form, both ways. */
#include "domain/id.h"

#include "check_main.h"
#include "check_slice.h"

static const struct id one = { { [15] = 1 } };
static const struct id all = { { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
				 0xff, 0xff, 0xff, 0xff, 0xff } };

static const struct text_row {
	const char *name;
	struct id id;
	const char *text;
} text_rows[] = {
	{ .name = "the least id keeps its leading zeros",
	  .id = { { [15] = 1 } },
	  .text = "0000000000000000000001" },
	{ .name = "sixty-two carries into the next place",
	  .id = { { [15] = 62 } },
	  .text = "0000000000000000000010" },
	{ .name = "digits come before capitals before small letters",
	  .id = { { [15] = 61 } },
	  .text = "000000000000000000000z" },
};

START_TEST(writes_and_reads_back)
{
	const struct text_row *row = &text_rows[_i];
	char text[ID_TEXT_LEN + 1];
	struct id back;

	ck_slice_row(row->name, id_text(&row->id, text), slice_str(row->text));
	ck_assert_msg(id_parse(slice_str(row->text), &back) == ERR_OK, "%s", row->name);
	ck_assert_msg(id_equal(&back, &row->id), "%s", row->name);
}
END_TEST

START_TEST(greatest_reads_back)
{
	char text[ID_TEXT_LEN + 1];
	struct id back;

	struct slice written = id_text(&all, text);

	ck_assert_uint_eq(written.len, ID_TEXT_LEN);
	ck_assert_int_eq(text[ID_TEXT_LEN], '\0');
	ck_assert_int_eq(id_parse(written, &back), ERR_OK);
	ck_assert(id_equal(&back, &all));
}
END_TEST

static const struct refuse_row {
	const char *name;
	struct slice text;
} refuse_rows[] = {
	{ .name = "nothing", .text = SLICE("") },
	{ .name = "one character too few", .text = SLICE("000000000000000000001") },
	{ .name = "one character too many", .text = SLICE("00000000000000000000001") },
	{ .name = "a value above 128 bits", .text = SLICE("zzzzzzzzzzzzzzzzzzzzzz") },
	{ .name = "a dash", .text = SLICE("00000000000000000000-1") },
	{ .name = "a blank in front", .text = SLICE(" 000000000000000000001") },
	{ .name = "a NUL inside",
	  .text = SLICE("0000000000\0"
			"00000000001") },
	{ .name = "zero, which stands for none", .text = SLICE("0000000000000000000000") },
};

START_TEST(refuses)
{
	const struct refuse_row *row = &refuse_rows[_i];
	struct id id = all;

	ck_assert_msg(id_parse(row->text, &id) == ERR_INVALID, "%s", row->name);
	ck_assert_msg(id_is_zero(&id), "%s: what is refused leaves no id behind", row->name);
}
END_TEST

START_TEST(compares)
{
	struct id none = { { 0 } };
	struct id last_differs = one;

	last_differs.bytes[15] = 2;
	ck_assert(id_is_zero(&none));
	ck_assert(!id_is_zero(&one));
	ck_assert(id_equal(&one, &one));
	ck_assert(!id_equal(&one, &last_differs));
	ck_assert_uint_eq(id_slice(&one).len, ID_BYTES);
	ck_assert_ptr_eq(id_slice(&one).ptr, (const char *)one.bytes);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, writes_and_reads_back, 0, ARRAY_LEN(text_rows));
	tcase_add_test(tc, greatest_reads_back);
	tcase_add_loop_test(tc, refuses, 0, ARRAY_LEN(refuse_rows));
	tcase_add_test(tc, compares);
}

TEST_MAIN("domain/id", add_tests)
