/* SPDX-License-Identifier: Apache-2.0
 *
 * Objects written as they come: byte by byte what json_write() gives for the same members. */
#include "json/json_text.h"

#include "check_main.h"
#include "check_slice.h"
#include "json/json.h"

static struct arena *arena;

static void setup(void)
{
	arena = arena_new();
}

static void teardown(void)
{
	arena_free(&arena);
}

static const struct row {
	const char *name;
	struct slice text;
} rows[] = {
	{ "nothing", SLICE("") },
	{ "plain", SLICE("openid profile https://api.example/?a=b&c") },
	{ "quotation marks and backslashes", SLICE("\"a\\b\"") },
	{ "the controls with a letter of their own", SLICE("\b\f\n\r\t") },
	{ "other controls", SLICE("\x01\x1f\x7f") },
	{ "a NUL", SLICE("a\0b") },
	{ "other scripts", SLICE("\xc3\xa9t\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80") },
	{ "no UTF-8", SLICE("a\xff\xfe z") },
	{ "half a character", SLICE("a\xe2\x82") },
	{ "a surrogate", SLICE("\xed\xa0\x80") },
	{ "a slash", SLICE("</script>") },
};

START_TEST(a_text_is_written_as_jansson_does)
{
	const struct row *row = &rows[_i];
	AUTO(json) struct json *json = json_object_new();
	struct json_text text;
	json_set_text(json, "x", row->text);
	json_text_start(&text, arena);
	json_text_set(&text, "x", row->text);
	ck_slice_row(row->name, json_text_end(&text), json_write(json, arena));
}
END_TEST

static const int64_t numbers[] = { 0, 1, -1, 1700000000, INT64_MAX, INT64_MIN };

START_TEST(a_number_is_written_as_jansson_does)
{
	AUTO(json) struct json *json = json_object_new();
	struct json_text text;
	json_set_number(json, "n", numbers[_i]);
	json_text_start(&text, arena);
	json_text_set_number(&text, "n", numbers[_i]);
	ck_slice_row("number", json_text_end(&text), json_write(json, arena));
}
END_TEST

START_TEST(members_stand_in_their_order)
{
	struct json_text text;
	json_text_start(&text, arena);
	ck_slice_str(json_text_end(&text), "{}");
	json_text_start(&text, arena);
	json_text_set_bool(&text, "a", true);
	json_text_set_bool(&text, "b", false);
	json_text_set_words(&text, "c", SLICE("one two"));
	json_text_set_words(&text, "d", SLICE(""));
	json_text_set_json(&text, "e", SLICE("{\"f\":1}"));
	ck_slice_str(json_text_end(&text),
		     "{\"a\":true,\"b\":false,\"c\":[\"one\",\"two\"],\"d\":[],\"e\":{\"f\":1}}");
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_text_is_written_as_jansson_does, 0, ARRAY_LEN(rows));
	tcase_add_loop_test(tc, a_number_is_written_as_jansson_does, 0, ARRAY_LEN(numbers));
	tcase_add_test(tc, members_stand_in_their_order);
}

TEST_MAIN("json/json_text", add_tests)
