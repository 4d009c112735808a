/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects and arrays come out compact and in order, and whatever bytes go in, well-formed UTF-8
 * comes out. */
#include "json/json.h"

#include <string.h>

#include "check_main.h"
#include "check_slice.h"

START_TEST(writes_in_order)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *object = json_object_new();
	json_set_text(object, "z", SLICE("x"));
	json_set_number(object, "a", INT64_MIN);
	json_set_number(object, "m", INT64_MAX);
	json_set_bool(object, "t", true);
	json_set_bool(object, "f", false);
	json_set_null(object, "n");
	ck_slice_str(json_write(object, arena),
		     "{\"z\":\"x\",\"a\":-9223372036854775808,"
		     "\"m\":9223372036854775807,\"t\":true,\"f\":false,\"n\":null}");
}
END_TEST

START_TEST(nests)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *object = json_object_new();
	struct json *list = json_array_new();
	struct json *inner = json_object_new();
	json_set_number(inner, "n", 1);
	json_append_text(list, SLICE("openid"));
	json_append(list, &inner);
	ck_assert_ptr_null(inner);
	json_set_json(object, "list", &list);
	ck_assert_ptr_null(list);
	ck_slice_str(json_write(object, arena), "{\"list\":[\"openid\",{\"n\":1}]}");
}
END_TEST

START_TEST(writes_nothing_much)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *object = json_object_new();
	AUTO(json) struct json *array = json_array_new();
	ck_slice_str(json_write(object, arena), "{}");
	ck_slice_str(json_write(array, arena), "[]");
}
END_TEST

START_TEST(sets_a_name_once)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *object = json_object_new();
	json_set_text(object, "error", SLICE("one"));
	json_set_text(object, "error", SLICE("two"));
	ck_slice_str(json_write(object, arena), "{\"error\":\"two\"}");
}
END_TEST

static const struct text_row {
	const char *name;
	struct slice text;
	const char *written;
} text_rows[] = {
	{ "plain", SLICE("abc"), "abc" },
	{ "nothing", SLICE(""), "" },
	{ "UTF-8", SLICE("\xc3\xa9\xf0\x9f\x98\x80"), "\xc3\xa9\xf0\x9f\x98\x80" },
	{ "a slash", SLICE("http://a/b"), "http://a/b" },
	{ "a quote and a backslash", SLICE("\"\\"), "\\\"\\\\" },
	{ "controls", SLICE("\n\x1f"), "\\n\\u001F" },
	{ "a NUL", SLICE("a\0b"), "a\\u0000b" },
	{ "one bad byte",
	  SLICE("a\xff"
		"b"),
	  "a\xef\xbf\xbd"
	  "b" },
	{ "a bad byte alone", SLICE("\x80"), "\xef\xbf\xbd" },
	{ "cut at the end", SLICE("a\xe2\x82"), "a\xef\xbf\xbd\xef\xbf\xbd" },
	{ "a surrogate", SLICE("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "an overlong slash between good ones", SLICE("\xc3\xa9\xc0\xaf\xc3\xa9"),
	  "\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9" },
	{ "Latin-1", SLICE("caf\xe9"), "caf\xef\xbf\xbd" },
	{ "far above Unicode", SLICE("\xf5\x80\x80\x80"),
	  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
};

START_TEST(text)
{
	const struct text_row *row = &text_rows[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *object = json_object_new();
	AUTO(json) struct json *array = json_array_new();
	json_set_text(object, "v", row->text);
	json_append_text(array, row->text);
	ck_slice_row(row->name, json_write(object, arena),
		     arena_printf(arena, "{\"v\":\"%s\"}", row->written));
	ck_slice_row(row->name, json_write(array, arena),
		     arena_printf(arena, "[\"%s\"]", row->written));
}
END_TEST

/* Around the size up to which one pass is enough. */
START_TEST(writes_long_ones)
{
	static char bytes[5000];
	AUTO(arena) struct arena *arena = arena_new();
	memset(bytes, 'x', sizeof(bytes));
	for (size_t len = 1010; len < 1030; len++) {
		AUTO(json) struct json *array = json_array_new();
		json_append_text(array, slice_of(bytes, len));
		struct slice out = json_write(array, arena);
		ck_assert_uint_eq(out.len, len + 4);
		ck_assert(slice_has_suffix(out, SLICE("xx\"]")));
	}
	AUTO(json) struct json *array = json_array_new();
	for (int i = 0; i < 20; i++)
		json_append_text(array, slice_of(bytes, sizeof(bytes)));
	ck_assert_uint_eq(json_write(array, arena).len, 20 * 5003 + 1);
}
END_TEST

START_TEST(free_clears_the_pointer)
{
	struct json *object = json_object_new();
	json_free(&object);
	ck_assert_ptr_null(object);
	json_free(&object);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_test(tc, writes_in_order);
	tcase_add_test(tc, nests);
	tcase_add_test(tc, writes_nothing_much);
	tcase_add_test(tc, sets_a_name_once);
	tcase_add_loop_test(tc, text, 0, ARRAY_LEN(text_rows));
	tcase_add_test(tc, writes_long_ones);
	tcase_add_test(tc, free_clears_the_pointer);
}

TEST_MAIN("json/json", add_tests)
