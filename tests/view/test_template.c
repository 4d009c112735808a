/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading, linking, rendering and checking templates. */
#include "check_main.h"

#include <stdio.h>
#include <string.h>

#include "view/template.h"

struct refused {
	const char *name;
	const char *source;
	unsigned line;
	const char *reason; /* a part of it */
};

static const struct refused refused[] = {
	{ "a tag that does not close", "a\nb {{name", 2, "without }}" },
	{ "a tag that does not close, at the very end", "a{{", 1, "without }}" },
	{ "an empty name", "{{}}", 1, "not a name" },
	{ "a name with a blank inside", "{{a b}}", 1, "not a name" },
	{ "a name in capital letters", "{{Name}}", 1, "not a name" },
	{ "a name that begins with a digit", "{{1a}}", 1, "not a name" },
	{ "a dotted name", "{{a.b}}", 1, "not a name" },
	{ "a name over two lines", "{{a\nb}}", 1, "not a name" },
	{ "three braces, which elsewhere do not escape", "x\n{{{name}}}", 2, "not a name" },
	{ "an ampersand, which elsewhere does not escape", "{{&name}}", 1, "not a name" },
	{ "other delimiters", "{{=<% %>=}}", 1, "not a name" },
	{ "a section without a name", "{{#}}{{/}}", 1, "not a name" },
	{ "a section that does not end is told where it began", "a\n{{#s}}\nb\n", 2,
	  "does not end" },
	{ "an end without a beginning", "a\n\n{{/s}}", 3, "did not begin" },
	{ "sections that overlap", "{{#a}}\n{{#b}}\n{{/a}}\n{{/b}}", 3,
	  "not the one that began last" },
	{ "a name as an attribute", "<p {{name}}>", 1, "without quotes" },
	{ "a name as a tag", "\n<{{name}}>", 2, "begins no tag" },
	{ "a name as a value without quotes", "<p\nclass={{name}}>", 2, "without quotes" },
	{ "a partial within a tag", "<p {{>a}}>", 1, "within a tag" },
	{ "a partial within a value", "<p class=\"{{>a}}\">", 1, "within a tag" },
	{ "a section that begins in text and ends in a value", "{{#s}}<p class=\"{{/s}}\">", 1,
	  "different places" },
	{ "a section that opens a tag and does not close it", "{{#s}}<p{{/s}}>", 1,
	  "different places" },
	{ "a script", "a\nb <script>", 2, "script" },
	{ "a script in capital letters", "<SCRIPT>", 1, "script" },
	{ "a style", "<style>", 1, "style" },
	{ "an HTML comment", "a\n\n<!-- a -->", 3, "HTML comment" },
	{ "a lone less-than", "1 < 2", 1, "&lt;" },
	{ "a less-than at the end", "1 <", 1, "&lt;" },
	{ "an end within a tag", "<p", 1, "ends within a tag" },
	{ "an end within a value", "<p class='a>", 1, "ends within a tag" },
};

START_TEST(faulty_templates_are_refused_with_their_line)
{
	const struct refused *row = &refused[_i];
	struct template *template;
	struct template_fault fault;
	enum err e = template_parse(SLICE("page"), slice_str(row->source), &template, &fault);
	ck_assert_msg(e == ERR_INVALID, "%s", row->name);
	ck_assert_ptr_null(template);
	ck_assert_msg(fault.line == row->line, "%s: line %u", row->name, fault.line);
	ck_assert_msg(strstr(fault.reason, row->reason) != NULL, "%s: %s", row->name, fault.reason);
	ck_assert(slice_equal(fault.file, SLICE("page")));
}
END_TEST

struct rendered {
	const char *name;
	const char *source;
	const char *expect;
};

static const struct rendered rendered[] = {
	{ "nothing", "", "" },
	{ "text alone", "<p>a } b }}</p>\n", "<p>a } b }}</p>\n" },
	{ "a value", "a{{word}}b", "awordb" },
	{ "blanks around a name", "{{ word }}{{# yes }}!{{/ yes }}", "word!" },
	{ "the five characters are escaped in text", "{{evil}}",
	  "&lt;b c=&quot;&#39;&amp;&quot;&gt;" },
	{ "and in a value", "<a b=\"{{evil}}\">", "<a b=\"&lt;b c=&quot;&#39;&amp;&quot;&gt;\">" },
	{ "and in a value in single quotes", "<a b='{{evil}}'>",
	  "<a b='&lt;b c=&quot;&#39;&amp;&quot;&gt;'>" },
	{ "what a value says is not read as a template", "{{braces}}", "{{word}}" },
	{ "numbers", "{{zero}} {{least}}", "0 -9223372036854775808" },
	{ "an unknown name is empty", "[{{nobody}}]", "[]" },
	{ "a list has no text", "[{{rows}}]", "[]" },
	{ "yes has no text", "[{{yes}}]", "[]" },
	{ "yes shows a section", "{{#yes}}a{{/yes}}{{^yes}}b{{/yes}}", "a" },
	{ "no shows the other", "{{#no}}a{{/no}}{{^no}}b{{/no}}", "b" },
	{ "text shows a section once", "{{#word}}a{{/word}}{{^word}}b{{/word}}", "a" },
	{ "empty text shows the other", "{{#empty}}a{{/empty}}{{^empty}}b{{/empty}}", "b" },
	{ "a number shows a section", "{{#least}}a{{/least}}{{^least}}b{{/least}}", "a" },
	{ "zero shows the other", "{{#zero}}a{{/zero}}{{^zero}}b{{/zero}}", "b" },
	{ "an empty list shows the other", "{{#none}}a{{/none}}{{^none}}b{{/none}}", "b" },
	{ "an unknown name shows the other", "{{#nobody}}a{{/nobody}}{{^nobody}}b{{/nobody}}",
	  "b" },
	{ "a list repeats its items", "{{#rows}}{{cell}},{{/rows}}{{^rows}}b{{/rows}}", "1,2,3," },
	{ "names are looked up outwards", "{{#rows}}{{word}}{{cell}} {{/rows}}",
	  "word1 word2 word3 " },
	{ "the inner one wins", "{{#rows}}{{over}}{{/rows}}{{over}}", "innerinnerinnerouter" },
	{ "sections inside each other", "{{#rows}}{{#yes}}{{^no}}{{cell}}{{/no}}{{/yes}}{{/rows}}",
	  "123" },
	{ "a list inside itself", "{{#rows}}{{#rows}}{{cell}}{{/rows}};{{/rows}}", "123;123;123;" },
	{ "a section within a tag", "<a{{#yes}} b=\"{{word}}\"{{/yes}}>", "<a b=\"word\">" },
	{ "a section within a value", "<a b=\"c{{#no}} d{{/no}}\">", "<a b=\"c\">" },
	{ "comments are nothing", "a{{! <b> \n \" }}b", "ab" },
	{ "a partial", "a{{>other}}b{{#rows}}{{>other}}{{/rows}}", "a[]b[1][2][3]" },
	{ "tags that stand alone take their line", "a\n  {{#yes}}\nb\n{{/yes}}  \n{{! c }}\nd\n",
	  "a\nb\nd\n" },
	{ "tags beside text leave it", "a {{#yes}}\nb{{/yes}}\n", "a \nb\n" },
	{ "a name that stands alone keeps its line", "a\n {{word}} \nb", "a\n word \nb" },
	{ "bytes that are no text are replaced", "{{odd}}",
	  "a\xef\xbf\xbd"
	  "b\xef\xbf\xbd\xef\xbf\xbd&lt;\xc3\xa4" },
	{ "two line ends and a tab stay", "{{lines}}", "a\n\tb\r\n" },
};

static struct values *sample_values(struct arena *arena)
{
	struct values *values = values_new(arena);
	values_text(values, "word", SLICE("word"));
	values_text(values, "evil", SLICE("<b c=\"'&\">"));
	values_text(values, "braces", SLICE("{{word}}"));
	values_text(values, "empty", SLICE_EMPTY);
	values_text(values, "odd",
		    SLICE("a\xff"
			  "b\0\xc3<\xc3\xa4"));
	values_text(values, "lines", SLICE("a\n\tb\r\n"));
	values_text(values, "over", SLICE("outer"));
	values_number(values, "zero", 0);
	values_number(values, "least", INT64_MIN);
	values_bool(values, "yes", true);
	values_bool(values, "no", false);
	values_list(values, "none");
	struct values_list *rows = values_list(values, "rows");
	for (int i = 1; i <= 3; i++) {
		struct values *item = values_item(rows);
		values_number(item, "cell", i);
		values_text(item, "over", SLICE("inner"));
	}
	return values;
}

static struct template *parsed(const char *name, struct slice source)
{
	struct template *template;
	struct template_fault fault = { .reason = "" };
	enum err e = template_parse(slice_str(name), source, &template, &fault);
	ck_assert_msg(e == ERR_OK, "line %u: %s", fault.line, fault.reason);
	return template;
}

START_TEST(rendering)
{
	const struct rendered *row = &rendered[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(template) struct template *page = parsed("page", slice_str(row->source));
	AUTO(template) struct template *other = parsed("other", SLICE("[{{cell}}]"));
	struct template *items[] = { page, other };
	struct template_set set = { items, 2 };
	struct template_fault fault;
	ck_assert(template_link(&set, &fault) == ERR_OK);
	struct buf out;
	buf_init_arena(&out, arena, TEMPLATE_OUTPUT_MAX);
	ck_assert(template_render(page, sample_values(arena), &out) == ERR_OK);
	struct slice got = buf_slice(&out);
	ck_assert_msg(slice_equal(got, slice_str(row->expect)), "%s: %.*s", row->name,
		      SLICE_ARG(got));
}
END_TEST

/* `count` times `open`, then `count` times `close`. */
static struct slice nested(struct arena *arena, int count, const char *open, const char *close)
{
	struct buf buf;
	buf_init_arena(&buf, arena, 1 << 20);
	for (int i = 0; i < count; i++)
		buf_add_str(&buf, open);
	for (int i = 0; i < count; i++)
		buf_add_str(&buf, close);
	return buf_slice(&buf);
}

START_TEST(sections_are_nested_only_so_deep)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(template)
	struct template *fits = parsed(
		"a", nested(arena, TEMPLATE_SECTIONS_MAX, "{{#yes}}", "{{/yes}}"));
	ck_assert_ptr_nonnull(fits);
	struct template *deep;
	struct template_fault fault;
	struct slice source = nested(arena, TEMPLATE_SECTIONS_MAX + 1, "{{#yes}}\n", "{{/yes}}");
	ck_assert(template_parse(SLICE("a"), source, &deep, &fault) == ERR_INVALID);
	ck_assert_uint_eq(fault.line, TEMPLATE_SECTIONS_MAX + 1);
}
END_TEST

START_TEST(templates_are_only_so_long)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct template *template;
	struct template_fault fault;
	struct slice many = nested(arena, TEMPLATE_NODES_MAX + 1, "{{a}}", "");
	ck_assert(template_parse(SLICE("a"), many, &template, &fault) == ERR_INVALID);
	struct slice big = nested(arena, TEMPLATE_SOURCE_MAX + 1, "a", "");
	ck_assert(template_parse(SLICE("a"), big, &template, &fault) == ERR_INVALID);
	AUTO(template) struct template *fits = parsed("a", slice_sub(big, 0, TEMPLATE_SOURCE_MAX));
	ck_assert_ptr_nonnull(fits);
}
END_TEST

START_TEST(partials_in_a_circle_are_refused)
{
	AUTO(template) struct template *a = parsed("a", SLICE("x\n{{>b}}"));
	AUTO(template) struct template *b = parsed("b", SLICE("{{#no}}{{>a}}{{/no}}"));
	AUTO(template) struct template *self = parsed("self", SLICE("{{>self}}"));
	struct template *items[] = { a, b, self };
	struct template_fault fault;
	ck_assert(template_link(&(struct template_set){ items, 2 }, &fault) == ERR_INVALID);
	ck_assert_ptr_nonnull(strstr(fault.reason, "circle"));
	ck_assert(template_link(&(struct template_set){ items + 2, 1 }, &fault) == ERR_INVALID);
	ck_assert_uint_eq(fault.line, 1);
}
END_TEST

START_TEST(a_partial_that_is_not_there_is_refused)
{
	AUTO(template) struct template *a = parsed("a", SLICE("x\n\n{{>nobody}}"));
	struct template *items[] = { a };
	struct template_fault fault;
	ck_assert(template_link(&(struct template_set){ items, 1 }, &fault) == ERR_INVALID);
	ck_assert_uint_eq(fault.line, 3);
	ck_assert(slice_equal(fault.name, SLICE("nobody")));
}
END_TEST

/* "t0" holds "t1" and so on; a chain as long as may be is fine, one more is not. */
static enum err link_chain(size_t length)
{
	struct template *items[TEMPLATE_PARTIALS_MAX + 2];
	for (size_t i = 0; i < length; i++) {
		char name[32];
		char source[32] = "end";
		snprintf(name, sizeof(name), "t%zu", i);
		if (i + 1 < length)
			snprintf(source, sizeof(source), "{{>t%zu}}", i + 1);
		items[i] = parsed(name, slice_str(source));
	}
	struct template_fault fault;
	enum err e = template_link(&(struct template_set){ items, length }, &fault);
	for (size_t i = 0; i < length; i++)
		template_free(&items[i]);
	return e;
}

START_TEST(partials_go_only_so_deep)
{
	ck_assert(link_chain(TEMPLATE_PARTIALS_MAX + 1) == ERR_OK);
	ck_assert(link_chain(TEMPLATE_PARTIALS_MAX + 2) == ERR_INVALID);
}
END_TEST

START_TEST(huge_values_are_cut_at_a_character)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct slice huge = nested(arena, VALUES_TEXT_MAX, "\xc3\xa4", ""); /* twice as many bytes
									     */
	struct values *values = values_new(arena);
	values_text(values, "huge", huge);
	values_text(values, "odd", slice_sub(huge, 1, huge.len));
	AUTO(template) struct template *template = parsed("a", SLICE("{{huge}}{{odd}}"));
	struct buf out;
	buf_init_arena(&out, arena, TEMPLATE_OUTPUT_MAX);
	ck_assert(template_render(template, values, &out) == ERR_OK);
	struct slice got = buf_slice(&out);
	ck_assert_uint_lt(got.len, 2 * VALUES_TEXT_MAX + 16);
	ck_assert(slice_is_text(got, true));
	ck_assert(slice_has_suffix(got, SLICE("\u2026")));
}
END_TEST

START_TEST(output_is_bounded)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(template) struct template *template = parsed("a", SLICE("{{#rows}}{{evil}}{{/rows}}"));
	struct buf out;
	buf_init_arena(&out, arena, 64);
	ck_assert(template_render(template, sample_values(arena), &out) == ERR_FULL);
	ck_assert_uint_le(buf_slice(&out).len, 64);
}
END_TEST

START_TEST(steps_are_bounded)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct values *values = values_new(arena);
	struct values_list *rows = values_list(values, "rows");
	for (int i = 0; i < VALUES_ITEMS_MAX; i++)
		ck_assert_ptr_nonnull(values_item(rows));
	ck_assert_ptr_null(values_item(rows));
	/* 500 times 500 times 500 times nothing */
	AUTO(template)
	struct template *template = parsed(
		"a", SLICE("{{#rows}}{{#rows}}{{#rows}}{{a}}{{/rows}}{{/rows}}{{/rows}}"));
	struct buf out;
	buf_init_arena(&out, arena, TEMPLATE_OUTPUT_MAX);
	ck_assert(template_render(template, values, &out) == ERR_FULL);
}
END_TEST

struct checked {
	const char *name;
	const char *source;
	const char *missing; /* NULL: nothing is */
};

static const struct checked checked[] = {
	{ "all known", "{{word}}{{#rows}}{{cell}}{{word}}{{/rows}}{{^none}}{{word}}{{/none}}",
	  NULL },
	{ "an empty list tells nothing about its items", "{{#none}}{{cell}}{{/none}}", NULL },
	{ "an unknown name", "{{word}}{{nobody}}", "nobody" },
	{ "an unknown section", "{{#nobody}}{{/nobody}}", "nobody" },
	{ "an unknown inverted section", "{{^nobody}}{{/nobody}}", "nobody" },
	{ "an unknown name in a section that is not shown", "{{#no}}{{nobody}}{{/no}}", "nobody" },
	{ "an unknown name in an inverted section that is not shown", "{{^yes}}{{nobody}}{{/yes}}",
	  "nobody" },
	{ "a name of the items, outside of them", "{{#rows}}{{/rows}}{{cell}}", "cell" },
	{ "a name of the items, where there are none", "{{^rows}}{{cell}}{{/rows}}", "cell" },
	{ "an unknown name in a partial", "{{#rows}}{{>other}}{{/rows}}{{>other}}", "cell" },
};

START_TEST(checking)
{
	const struct checked *row = &checked[_i];
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(template) struct template *page = parsed("page", slice_str(row->source));
	AUTO(template) struct template *other = parsed("other", SLICE("[{{cell}}]"));
	struct template *items[] = { page, other };
	struct template_set set = { items, 2 };
	struct template_fault fault = { .name = SLICE_EMPTY };
	ck_assert(template_link(&set, &fault) == ERR_OK);
	enum err e = template_check(page, sample_values(arena), &fault);
	ck_assert_msg(e == (row->missing == NULL ? ERR_OK : ERR_INVALID), "%s", row->name);
	ck_assert_msg(slice_equal(fault.name, slice_str(row->missing)), "%s", row->name);
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, faulty_templates_are_refused_with_their_line, 0,
			    (int)ARRAY_LEN(refused));
	tcase_add_loop_test(tc, rendering, 0, (int)ARRAY_LEN(rendered));
	tcase_add_test(tc, sections_are_nested_only_so_deep);
	tcase_add_test(tc, templates_are_only_so_long);
	tcase_add_test(tc, partials_in_a_circle_are_refused);
	tcase_add_test(tc, a_partial_that_is_not_there_is_refused);
	tcase_add_test(tc, partials_go_only_so_deep);
	tcase_add_test(tc, huge_values_are_cut_at_a_character);
	tcase_add_test(tc, output_is_bounded);
	tcase_add_test(tc, steps_are_bounded);
	tcase_add_loop_test(tc, checking, 0, (int)ARRAY_LEN(checked));
}

TEST_MAIN("view/template", add_tests)
