/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of options and what must follow it: the manual, the example file, the help. These tests
 * read docs/ from the top of the tree. */
#include "config/option.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"

enum { FILE_MAX = 1 << 18 };

static const struct kind {
	enum option_type type;
	size_t size;
} kinds[] = {
	{ OPTION_TEXT, sizeof(const char *) },
	{ OPTION_PATH, sizeof(const char *) },
	{ OPTION_LIST, sizeof(struct text_list) },
	{ OPTION_NETWORKS, sizeof(struct network_list) },
	{ OPTION_COUNT, sizeof(int64_t) },
	{ OPTION_SECONDS, sizeof(int64_t) },
	{ OPTION_FLAG, sizeof(bool) },
	{ OPTION_CHOICE, sizeof(unsigned) },
};

START_TEST(every_row_is_whole)
{
	const struct option *option = &option_table[_i];

	ck_assert_uint_eq(kinds[option->type].type, option->type);
	ck_assert_uint_eq(kinds[option->type].size, option->size);
	ck_assert_ptr_nonnull(option->help);
	ck_assert_ptr_nonnull(option->example);
	ck_assert_msg(option->help[strlen(option->help) - 1] != '.',
		      "%s: the help has no full stop", option->name);
	ck_assert_msg(strchr(option->help, '\n') == NULL && option->help[0] != ' ', "%s",
		      option->name);
	ck_assert((option->choices != NULL) == (option->type == OPTION_CHOICE));
	ck_assert(option->unit == NULL || option->type == OPTION_COUNT);
	ck_assert_ptr_eq(option_find(slice_str(option->name)), option);
	/* Every number has limits, and its default and its example keep to them. */
	if (option->type == OPTION_COUNT || option->type == OPTION_SECONDS)
		ck_assert_int_lt(option->least, option->most);
}
END_TEST

START_TEST(examples_are_right_and_not_the_default)
{
	AUTO(arena) struct arena *arena = arena_new();
	const struct option *option = &option_table[_i];
	struct config config = { .database = NULL };
	struct slice why = SLICE_EMPTY;

	if (!option_is_list(option))
		ck_assert_msg(option_set(option, arena, slice_str(option->example), &config,
					 &why) == ERR_OK,
			      "%s: %.*s", option->name, SLICE_ARG(why));
	ck_assert_msg(option->initial == NULL || strcmp(option->initial, option->example) != 0,
		      "%s", option->name);
}
END_TEST

/* No two fields overlap, and the rows cover the whole struct: a new field without a row is found
 * here. */
START_TEST(rows_cover_the_struct)
{
	char covered[sizeof(struct config)] = { 0 };
	size_t longest = 0, gap = 0;

	for (size_t i = 0; i < option_count; i++) {
		for (size_t at = 0; at < option_table[i].size; at++) {
			ck_assert_msg(covered[option_table[i].offset + at] == 0, "%s",
				      option_table[i].name);
			covered[option_table[i].offset + at] = 1;
		}
	}
	for (size_t at = 0; at < sizeof(covered); at++) {
		gap = covered[at] != 0 ? 0 : gap + 1;
		longest = gap > longest ? gap : longest;
	}
	/* padding alone */
	ck_assert_uint_lt(longest, sizeof(void *));
}
END_TEST

static void read_doc(const char *path, char text[FILE_MAX])
{
	FILE *file = fopen(path, "r");

	ck_assert_msg(file != NULL, "cannot read %s: run this from the top of the tree", path);
	size_t len = fread(text, 1, FILE_MAX - 1, file);

	fclose(file);
	text[len] = '\0';
}

static const struct document {
	const char *path;
	const char *how;
	void (*print)(FILE *out);
} documents[] = {
	{ "docs/doorcode.conf.example", "doorcode config show --example", config_print_example },
	{ "docs/man/doorcode.conf.5", "doorcode config show --manual", config_print_manual },
};

START_TEST(documents_follow_the_table)
{
	const struct document *document = &documents[_i];
	char *have = malloc(FILE_MAX);
	char *want = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&want, &len);

	document->print(out);
	fclose(out);
	read_doc(document->path, have);
	ck_assert_msg(strcmp(have, want) == 0,
		      "%s is not what the table says; make it anew: %s >%s", document->path,
		      document->how, document->path);
	for (size_t i = 0; i < option_count; i++)
		ck_assert_msg(strstr(have, option_table[i].name) != NULL, "%s",
			      option_table[i].name);
	free(have);
	free(want);
}
END_TEST

/* The example file sets every default that is a text, and is itself taken without a fault. */
START_TEST(the_example_file_is_the_defaults)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct config_source with_file = { .file = "docs/doorcode.conf.example" };
	struct config_source without = { .file = NULL };
	struct config *example, *plain;

	ck_assert_int_eq(config_load(&with_file, stderr, &example), ERR_OK);
	ck_assert_int_eq(config_load(&without, stderr, &plain), ERR_OK);
	for (size_t i = 0; i < option_count; i++) {
		bool set;
		struct slice a = option_text(&option_table[i], arena, example, &set);
		struct slice b = option_text(&option_table[i], arena, plain, &set);

		ck_assert_msg(slice_equal(a, b), "%s", option_table[i].name);
	}
	config_free(&example);
	config_free(&plain);
}
END_TEST

START_TEST(help_has_a_line_for_every_option)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	size_t lines = 0;

	config_print_help(out);
	fclose(out);
	for (const char *at = text; (at = strstr(at, "\n  --")) != NULL; at++)
		lines++;
	ck_assert_uint_eq(lines, option_count);
	free(text);
}
END_TEST

START_TEST(finds_with_dashes)
{
	ck_assert_str_eq(option_find(SLICE("base-url"))->name, "base_url");
	ck_assert_str_eq(option_find(SLICE("base_url"))->name, "base_url");
	ck_assert_ptr_null(option_find(SLICE("base")));
	ck_assert_ptr_null(option_find(SLICE("base_url_")));
	ck_assert_ptr_null(option_find(SLICE("")));
	ck_assert_ptr_null(option_find(SLICE("BASE_URL")));
}
END_TEST

static void add_tests(TCase *tc)
{
	tcase_add_loop_test(tc, every_row_is_whole, 0, (int)option_count);
	tcase_add_loop_test(tc, examples_are_right_and_not_the_default, 0, (int)option_count);
	tcase_add_test(tc, rows_cover_the_struct);
	tcase_add_loop_test(tc, documents_follow_the_table, 0, ARRAY_LEN(documents));
	tcase_add_test(tc, the_example_file_is_the_defaults);
	tcase_add_test(tc, help_has_a_line_for_every_option);
	tcase_add_test(tc, finds_with_dashes);
}

TEST_MAIN("config/option", add_tests)
