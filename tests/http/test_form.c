/* SPDX-License-Identifier: Apache-2.0
 *
 * Forms: what is read, and what is refused. */
#include <string.h>

#include "check_main.h"
#include "http/http.h"

static struct form form;

static const struct row {
	const char *name;
	struct slice text;
	enum form_fault fault;
	const char *first; /* name of the first field, when it is fine */
	const char *value; /* its value */
	size_t count;
} rows[] = {
	{ .name = "nothing", .text = { "", 0 }, .count = 0 },
	{ .name = "one field", .text = { "a=b", 3 }, .first = "a", .value = "b", .count = 1 },
	{ .name = "two fields", .text = { "a=b&c=d", 7 }, .first = "a", .value = "b", .count = 2 },
	{ .name = "escapes in value and name",
	  .text = { "%61%5f=%C3%a4%26", 16 },
	  .first = "a_",
	  .value = "\xc3\xa4&",
	  .count = 1 },
	{ .name = "plus is a blank",
	  .text = { "a+b=c+d", 7 },
	  .first = "a b",
	  .value = "c d",
	  .count = 1 },
	{ .name = "an escaped plus is a plus",
	  .text = { "a=%2b", 5 },
	  .first = "a",
	  .value = "+",
	  .count = 1 },
	{ .name = "a raw blank is a blank",
	  .text = { "a=c d", 5 },
	  .first = "a",
	  .value = "c d",
	  .count = 1 },
	{ .name = "no equals sign", .text = { "a", 1 }, .first = "a", .value = "", .count = 1 },
	{ .name = "no value", .text = { "a=", 2 }, .first = "a", .value = "", .count = 1 },
	{ .name = "equals signs in the value",
	  .text = { "a=b=c=", 6 },
	  .first = "a",
	  .value = "b=c=",
	  .count = 1 },
	{ .name = "empty parts are skipped",
	  .text = { "&&a=b&&", 7 },
	  .first = "a",
	  .value = "b",
	  .count = 1 },
	{ .name = "lines of a text area",
	  .text = { "a=b%0D%0Ac", 10 },
	  .first = "a",
	  .value = "b\r\nc",
	  .count = 1 },
	{ .name = "several of what may be several",
	  .text = { "many=a&many=b", 13 },
	  .first = "many",
	  .value = "a",
	  .count = 2 },

	{ .name = "the same name twice", .text = { "a=b&a=c", 7 }, .fault = FORM_REPEATED },
	{ .name = "the same name and value twice",
	  .text = { "a=b&a=b", 7 },
	  .fault = FORM_REPEATED },
	{ .name = "the same name twice, once escaped",
	  .text = { "a=b&%61=c", 9 },
	  .fault = FORM_REPEATED },
	{ .name = "the same name twice, without values",
	  .text = { "a&a", 3 },
	  .fault = FORM_REPEATED },
	{ .name = "other names beside the one that may be several",
	  .text = { "many=a&a=b&many=c&a=d", 21 },
	  .fault = FORM_REPEATED },
	{ .name = "%00 in a value", .text = { "a=%00", 5 }, .fault = FORM_MALFORMED },
	{ .name = "%00 in a name", .text = { "a%00=b", 6 }, .fault = FORM_MALFORMED },
	{ .name = "a raw NUL", .text = { "a=b\0c", 5 }, .fault = FORM_MALFORMED },
	{ .name = "an escape that ends early", .text = { "a=%4", 4 }, .fault = FORM_MALFORMED },
	{ .name = "a lone percent sign", .text = { "a=%", 3 }, .fault = FORM_MALFORMED },
	{ .name = "an escape that is none", .text = { "a=%zz", 5 }, .fault = FORM_MALFORMED },
	{ .name = "no UTF-8, escaped", .text = { "a=%ff", 5 }, .fault = FORM_MALFORMED },
	{ .name = "no UTF-8, raw", .text = { "a=\xff", 3 }, .fault = FORM_MALFORMED },
	{ .name = "an overlong slash", .text = { "a=%c0%af", 8 }, .fault = FORM_MALFORMED },
	{ .name = "a control character", .text = { "a=%01", 5 }, .fault = FORM_MALFORMED },
	{ .name = "no name", .text = { "=b", 2 }, .fault = FORM_MALFORMED },
};

/* RFC6749#3.2 RFC6749#B RFC8628#3.1 */
START_TEST(parse)
{
	static const char *const multiple[] = { "many", NULL };
	const struct row *row = &rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	enum form_fault fault = form_parse(arena, row->text, multiple, &form);
	ck_assert_msg(fault == row->fault, "%s: %d", row->name, (int)fault);
	if (fault != FORM_FINE)
		return;
	ck_assert_msg(form.count == row->count, "%s", row->name);
	if (row->count == 0)
		return;
	ck_assert_msg(slice_equal(form.fields[0].name, slice_str(row->first)), "%s", row->name);
	ck_assert_msg(slice_equal(form_value(&form, row->first), slice_str(row->value)), "%s",
		      row->name);
	ck_assert_msg(form_has(&form, row->first) == (row->value[0] != '\0'), "%s", row->name);
}
END_TEST

START_TEST(parse_counts_fields)
{
	char text[3 * 100];
	AUTO(arena) struct arena *arena = arena_new();
	static const char *const multiple[] = { "a", NULL };
	for (size_t i = 0; i < 100; i++)
		memcpy(text + 3 * i, "a=&", 3);
	ck_assert_int_eq(form_parse(arena, slice_of(text, 3 * FORM_FIELDS_MAX), multiple, &form),
			 FORM_FINE);
	ck_assert_uint_eq(form.count, FORM_FIELDS_MAX);
	ck_assert_int_eq(
		form_parse(arena, slice_of(text, 3 * FORM_FIELDS_MAX + 1), multiple, &form),
		FORM_TOO_MANY);
}
END_TEST

START_TEST(values)
{
	AUTO(arena) struct arena *arena = arena_new();
	static const char *const multiple[] = { "a", NULL };
	struct slice found[2];
	ck_assert_int_eq(form_parse(arena, SLICE("a=1&b=x&a=2&a=3"), multiple, &form), FORM_FINE);
	ck_assert_uint_eq(form_values(&form, "a", found, 2), 2);
	ck_assert(slice_equal(found[1], SLICE("2")));
	ck_assert_uint_eq(form_values(&form, "c", found, 2), 0);
	ck_assert_uint_eq(form_value(&form, "c").len, 0);
	ck_assert_ptr_nonnull(form_value(&form, "c").ptr);
	ck_assert(!form_has(&form, "c"));
}
END_TEST

static const struct type_row {
	const char *type;
	bool right;
} types[] = {
	{ "application/x-www-form-urlencoded", true },
	{ "application/x-www-form-urlencoded; charset=utf-8", true },
	{ "Application/X-WWW-Form-Urlencoded ;charset=UTF-8", true },
	{ "", false },
	{ "application/json", false },
	{ "application/x-www-form-urlencodedx", false },
	{ "application/x-www-form-urlencoded, application/json", false },
	{ "multipart/form-data; boundary=application/x-www-form-urlencoded", false },
};

START_TEST(type)
{
	ck_assert_msg(form_type_is_right(slice_str(types[_i].type)) == types[_i].right, "%s",
		      types[_i].type);
}
END_TEST

START_TEST(no_type_at_all)
{
	ck_assert(!form_type_is_right((struct slice){ NULL, 0 }));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, parse, 0, (int)ARRAY_LEN(rows));
	tcase_add_test(tc, parse_counts_fields);
	tcase_add_test(tc, values);
	tcase_add_loop_test(tc, type, 0, (int)ARRAY_LEN(types));
	tcase_add_test(tc, no_type_at_all);
}

TEST_MAIN("http/form", add_tests)
