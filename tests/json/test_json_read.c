/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading JSON from outside: what is taken, and what each question answers about it. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "check_main.h"
#include "check_slice.h"
#include "json/json.h"

static const struct parse_row {
	const char *name;
	struct slice text;
	bool taken;
} parse_rows[] = {
	{ "an object", SLICE("{\"a\":1}"), true },
	{ "an array", SLICE("[1,2]"), true },
	{ "nothing in it", SLICE("{}"), true },
	{ "blanks around it", SLICE(" \r\n\t{ } \n"), true },
	{ "the same name at another depth", SLICE("{\"a\":{\"a\":1}}"), true },
	{ "a name of no characters", SLICE("{\"\":1}"), true },
	{ "the smallest whole number", SLICE("[-9223372036854775808]"), true },
	{ "an escaped pair", SLICE("[\"\\ud83d\\ude00\"]"), true },
	{ "nothing", SLICE(""), false },
	{ "a blank", SLICE(" "), false },
	{ "text", SLICE("\"a\""), false },
	{ "a number", SLICE("1"), false },
	{ "a word", SLICE("true"), false },
	{ "a name twice", SLICE("{\"a\":1,\"a\":1}"), false },
	{ "a name twice, further in", SLICE("[{\"b\":{\"a\":1,\"a\":2}}]"), false },
	{ "a name twice, once escaped", SLICE("{\"a\":1,\"\\u0061\":2}"), false },
	{ "something behind it", SLICE("{}x"), false },
	{ "another object behind it", SLICE("{}{}"), false },
	{ "a NUL behind it", SLICE("{}\0"), false },
	{ "a NUL in a text", SLICE("{\"a\":\"\\u0000\"}"), false },
	{ "a NUL in a name", SLICE("{\"a\\u0000b\":1}"), false },
	{ "a raw control", SLICE("{\"a\":\"\n\"}"), false },
	{ "half a pair", SLICE("[\"\\ud83d\"]"), false },
	{ "the other half", SLICE("[\"\\ude00\"]"), false },
	{ "not UTF-8", SLICE("[\"\xff\"]"), false },
	{ "an overlong slash", SLICE("[\"\xc0\xaf\"]"), false },
	{ "a mark of the order of bytes", SLICE("\xef\xbb\xbf{}"), false },
	{ "a comma too many", SLICE("{\"a\":1,}"), false },
	{ "a comma too few", SLICE("{\"a\":1 \"b\":2}"), false },
	{ "a name without quotes", SLICE("{a:1}"), false },
	{ "single quotes", SLICE("{'a':1}"), false },
	{ "a comment", SLICE("{}//"), false },
	{ "cut off", SLICE("{\"a\":"), false },
	{ "a number beyond 64 bits", SLICE("[9223372036854775808]"), false },
	{ "a number beyond all", SLICE("[1e400]"), false },
	{ "a number with a zero in front", SLICE("[01]"), false },
	{ "not a number", SLICE("[NaN]"), false },
	{ "a plus", SLICE("[+1]"), false },
};

START_TEST(parses)
{
	const struct parse_row *row = &parse_rows[_i];
	AUTO(json) struct json *json = NULL;
	enum err err = json_parse(row->text, &json);
	ck_assert_msg(err == (row->taken ? ERR_OK : ERR_INVALID), "%s", row->name);
	ck_assert((json != NULL) == row->taken);
}
END_TEST

static enum err parse_deep(struct arena *arena, int depth, const char *open, const char *close)
{
	AUTO(json) struct json *json = NULL;
	struct buf buf;
	buf_init_arena(&buf, arena, 4096);
	for (int i = 0; i < depth; i++)
		buf_add_str(&buf, open);
	buf_add_str(&buf, "1");
	for (int i = 0; i < depth; i++)
		buf_add_str(&buf, close);
	return json_parse(buf_slice(&buf), &json);
}

START_TEST(depth)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *json = NULL;
	ck_assert_int_eq(parse_deep(arena, JSON_DEPTH_MAX, "[", "]"), ERR_OK);
	ck_assert_int_eq(parse_deep(arena, JSON_DEPTH_MAX + 1, "[", "]"), ERR_INVALID);
	ck_assert_int_eq(parse_deep(arena, JSON_DEPTH_MAX, "{\"a\":", "}"), ERR_OK);
	ck_assert_int_eq(parse_deep(arena, JSON_DEPTH_MAX + 1, "{\"a\":", "}"), ERR_INVALID);
	/* brackets inside of a text are none, and a quote that is escaped does not end it */
	ck_assert_int_eq(json_parse(SLICE("[\"[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[\"]"), &json),
			 ERR_OK);
}
END_TEST

START_TEST(size)
{
	AUTO(arena) struct arena *arena = arena_new();
	for (size_t len = JSON_BYTES_MAX - 1; len <= JSON_BYTES_MAX + 1; len++) {
		AUTO(json) struct json *json = NULL;
		char *text = arena_alloc(arena, len);
		memset(text, ' ', len);
		text[0] = '[';
		text[len - 1] = ']';
		ck_assert_int_eq(json_parse(slice_of(text, len), &json),
				 len <= JSON_BYTES_MAX ? ERR_OK : ERR_INVALID);
	}
}
END_TEST

#define SAMPLE \
	"{\"text\":\"a\xc3\xa4\",\"empty\":\"\",\"number\":-7,\"real\":1.9,\"large\":1e17,\"yes\":true," \
	"\"no\":false,\"null\":null,\"list\":[\"a\",\"b\"],\"mixed\":[\"a\",1],\"object\":{\"x\":[1]}}"

static struct json *sample(void)
{
	struct json *json;
	ck_assert_int_eq(json_parse(SLICE(SAMPLE), &json), ERR_OK);
	return json;
}

/* What each question says about each member: text, number, flag, texts (1 or 2 of them), inner. */
static const struct member_row {
	const char *name;
	bool text, number, flag, inner, has;
	size_t texts;
} member_rows[] = {
	{ "text", .has = true, .text = true, .texts = 1 },
	{ "empty", .has = true, .text = true, .texts = 1 },
	{ "number", .has = true, .number = true },
	{ "real", .has = true, .number = true },
	{ "large", .has = true },
	{ "yes", .has = true, .flag = true },
	{ "no", .has = true, .flag = true },
	{ "null", .has = true },
	{ "list", .has = true, .inner = true, .texts = 2 },
	{ "mixed", .has = true, .inner = true },
	{ "object", .has = true, .inner = true },
	{ "missing", .has = false },
	{ "Text", .has = false },
};

START_TEST(members)
{
	const struct member_row *row = &member_rows[_i];
	AUTO(json) struct json *json = sample();
	AUTO(json) struct json *inner = json_get(json, row->name);
	struct slice text;
	struct slice texts[2];
	size_t count;
	int64_t number;
	bool flag;
	ck_assert_msg(json_has(json, row->name) == row->has, "%s", row->name);
	ck_assert_msg(json_get_text(json, row->name, &text) == row->text, "%s", row->name);
	ck_assert_msg(json_get_number(json, row->name, &number) == row->number, "%s", row->name);
	ck_assert_msg(json_get_bool(json, row->name, &flag) == row->flag, "%s", row->name);
	ck_assert_msg((inner != NULL) == row->inner, "%s", row->name);
	/* what may be missing is wrong only where it is something else */
	ck_assert_msg(json_get_optional_text(json, row->name, &text) == (row->text || !row->has),
		      "%s", row->name);
	ck_assert_msg(json_get_optional_number(json, row->name, &flag, &number) ==
			      (row->number || !row->has),
		      "%s", row->name);
	ck_assert_msg(flag == row->has, "%s", row->name);
	bool found = json_get_texts(json, row->name, texts, 2, &count);
	ck_assert_msg(found == (row->texts > 0), "%s", row->name);
	ck_assert_msg(!found || count == row->texts, "%s", row->name);
}
END_TEST

START_TEST(values)
{
	AUTO(json) struct json *json = sample();
	AUTO(json) struct json *list = json_get(json, "list");
	struct slice text;
	struct slice texts[1];
	size_t count;
	int64_t number;
	bool flag;
	ck_assert(json_get_text(json, "text", &text));
	ck_slice_str(text, "a\xc3\xa4");
	ck_assert(json_get_number(json, "number", &number) && number == -7);
	/* RFC7519#2: a time may have a fraction, which is cut */
	ck_assert(json_get_number(json, "real", &number) && number == 1);
	ck_assert(json_get_bool(json, "yes", &flag) && flag);
	ck_assert(json_get_bool(json, "no", &flag) && !flag);
	ck_assert(!json_get_texts(json, "list", texts, 1, &count));
	ck_assert_uint_eq(json_count(list), 2);
	ck_assert(json_text_at(list, 1, &text));
	ck_slice_str(text, "b");
	ck_assert(!json_text_at(list, 2, &text));
	ck_assert_ptr_null(json_at(list, 0));
	ck_assert_ptr_null(json_at(list, 2));
	ck_assert(json_has_members(json) && !json_has_members(list));
	ck_assert(json_has_null(json, "null") && !json_has_null(json, "missing"));
	/* An array has no members, an object no items. */
	ck_assert(!json_has(list, "0") && !json_get_text(list, "0", &text));
	ck_assert(!json_text_at(json, 0, &text));
}
END_TEST

static bool collect(void *arg, struct slice name)
{
	struct buf *buf = arg;
	buf_add(buf, name);
	return buf->len < 9;
}

START_TEST(names_in_order)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *json = sample();
	struct buf buf;
	buf_init_arena(&buf, arena, 256);
	json_each_name(json, collect, &buf);
	ck_slice_str(buf_slice(&buf), "textempty");
}
END_TEST

/* What is inside stays when the outer is freed, as long as somebody holds it. */
START_TEST(inner_outlives_outer)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct json *json = sample();
	AUTO(json) struct json *inner = json_get(json, "object");
	json_free(&json);
	ck_slice_str(json_write(inner, arena), "{\"x\":[1]}");
}
END_TEST

START_TEST(a_copied_text_outlives_the_object)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct json *json = NULL;
	ck_assert_int_eq(json_parse(SLICE("{\"a\":\"b c\",\"n\":1}"), &json), ERR_OK);
	struct slice text = json_copy_text(json, "a", arena);
	struct slice number = json_copy_text(json, "n", arena);
	struct slice absent = json_copy_text(json, "x", arena);
	json_free(&json);
	ck_slice_str(text, "b c");
	ck_slice_str(number, "");
	ck_slice_str(absent, "");
}
END_TEST

/* Tokens and keys pass through it: it is not the plain free() that takes their memory back. */
START_TEST(memory_is_wiped)
{
	json_malloc_t allocate;
	json_free_t release;
	AUTO(json) struct json *json = sample();
	ck_assert_ptr_nonnull(json);
	json_get_alloc_funcs(&allocate, &release);
	ck_assert(release != free);
	char *block = allocate(64);
	ck_assert_ptr_nonnull(block);
	memset(block, 'x', 64);
	release(block);
	release(NULL);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, parses, 0, ARRAY_LEN(parse_rows));
	tcase_add_test(tc, depth);
	tcase_add_test(tc, size);
	tcase_add_loop_test(tc, members, 0, ARRAY_LEN(member_rows));
	tcase_add_test(tc, values);
	tcase_add_test(tc, names_in_order);
	tcase_add_test(tc, inner_outlives_outer);
	tcase_add_test(tc, a_copied_text_outlives_the_object);
	tcase_add_test(tc, memory_is_wiped);
}

TEST_MAIN("json/json_read", add_tests)
