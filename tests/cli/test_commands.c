/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of sub-commands and what must follow it: a man page each, help for each, no option that
 * means two things. These tests read docs/man from the top of the tree. */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_main.h"
#include "cli/help.h"
#include "config/option.h"

enum { FILE_MAX = 1 << 16, COMMANDS_MAX = 64 };

static const struct command *all[COMMANDS_MAX];
static int all_count;

static void gather(void)
{
	for (size_t g = 0; g < command_group_count; g++) {
		for (size_t c = 0; c < command_groups[g]->count; c++)
			all[all_count++] = &command_groups[g]->commands[c];
	}
}

/* As a man page writes it. */
static void to_roff(const char *text, char *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '-')
			*out++ = '\\';
		*out++ = *text;
	}
	*out = '\0';
}

static void read_page(const struct command *command, char text[FILE_MAX])
{
	char path[64];
	int len = (int)strcspn(command->words, " ");

	snprintf(path, sizeof(path), "docs/man/doorcode-%.*s.8", len, command->words);
	FILE *file = fopen(path, "r");

	ck_assert_msg(file != NULL, "%s has no man page %s", command->words, path);
	text[fread(text, 1, FILE_MAX - 1, file)] = '\0';
	fclose(file);
}

START_TEST(every_command_has_a_man_page_with_its_options)
{
	const struct command *command = all[_i];
	char *page = malloc(FILE_MAX);
	char words[128];

	read_page(command, page);
	snprintf(words, sizeof(words), "doorcode %s", command->words);
	char want[256];

	to_roff(words, want);
	ck_assert_msg(strstr(page, want) != NULL, "%s does not stand in its page", command->words);
	AUTO(arena) struct arena *arena = arena_new();
	struct command_options options = command_options(command, arena);

	for (size_t i = 0; i < options.count; i++) {
		snprintf(words, sizeof(words), "--%s", options.items[i].name);
		to_roff(words, want);
		ck_assert_msg(strstr(page, want) != NULL, "%s %s does not stand in the page",
			      command->words, words);
	}
	free(page);
}
END_TEST

START_TEST(the_overview_names_every_page)
{
	FILE *file = fopen("docs/man/doorcode.1", "r");
	char *page = malloc(FILE_MAX);
	char want[128], name[64];

	ck_assert_ptr_nonnull(file);
	page[fread(page, 1, FILE_MAX - 1, file)] = '\0';
	fclose(file);
	snprintf(name, sizeof(name), "doorcode-%.*s", (int)strcspn(all[_i]->words, " "),
		 all[_i]->words);
	to_roff(name, want);
	ck_assert_msg(strstr(page, want) != NULL, "%s", name);
	free(page);
}
END_TEST

START_TEST(every_row_is_whole)
{
	const struct command *command = all[_i];

	ck_assert_ptr_nonnull(command->usage);
	ck_assert_ptr_nonnull(command->summary);
	ck_assert_ptr_nonnull(command->example);
	ck_assert_ptr_nonnull(command->run);
	ck_assert_uint_le(command->least, command->most);
	ck_assert_uint_le(command->most, CLI_WORDS_MAX);
	ck_assert_msg(strncmp(command->example, "doorcode ", 9) == 0, "%s", command->words);
	ck_assert_msg(strncmp(command->example + 9, command->words, strlen(command->words)) == 0,
		      "%s", command->words);
}
END_TEST

/* Flags of the config are taken out wherever they stand: a command's own must not be called the
 * same. */
START_TEST(no_option_means_two_things)
{
	static const char *const everywhere[] = { "config", "json", "help", "version" };
	const struct command *command = all[_i];
	AUTO(arena) struct arena *arena = arena_new();
	struct command_options options = command_options(command, arena);

	for (size_t i = 0; i < options.count; i++) {
		const char *name = options.items[i].name;

		ck_assert_msg(option_find(slice_str(name)) == NULL, "%s --%s", command->words,
			      name);
		for (size_t k = 0; k < ARRAY_LEN(everywhere); k++)
			ck_assert_str_ne(name, everywhere[k]);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(name, options.items[k].name);
	}
}
END_TEST

START_TEST(help_says_all)
{
	const struct command *command = all[_i];
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	help_print_command(command, out);
	help_print_all(out);
	fclose(out);
	ck_assert_ptr_nonnull(strstr(text, command->words));
	ck_assert_ptr_nonnull(strstr(text, command->summary));
	ck_assert_ptr_nonnull(strstr(text, command->example));
	AUTO(arena) struct arena *arena = arena_new();
	struct command_options options = command_options(command, arena);

	for (size_t i = 0; i < options.count; i++)
		ck_assert_ptr_nonnull(strstr(text, options.items[i].help));
	free(text);
}
END_TEST

START_TEST(finds_commands)
{
	char user[] = "user", add[] = "add", serve[] = "serve", other[] = "other";
	char *two[] = { user, add }, *one[] = { serve, other }, *none[] = { user, other },
	     *half[] = { user };
	size_t used;

	ck_assert_str_eq(command_find(two, 2, &used)->words, "user add");
	ck_assert_uint_eq(used, 2);
	ck_assert_str_eq(command_find(one, 2, &used)->words, "serve");
	ck_assert_uint_eq(used, 1);
	ck_assert_ptr_null(command_find(none, 2, &used));
	ck_assert_ptr_null(command_find(half, 1, &used));
	ck_assert_ptr_null(command_find(NULL, 0, &used));
}
END_TEST

static void add_tests(TCase *tc)
{
	gather();
	tcase_add_loop_test(tc, every_command_has_a_man_page_with_its_options, 0, all_count);
	tcase_add_loop_test(tc, the_overview_names_every_page, 0, all_count);
	tcase_add_loop_test(tc, every_row_is_whole, 0, all_count);
	tcase_add_loop_test(tc, no_option_means_two_things, 0, all_count);
	tcase_add_loop_test(tc, help_says_all, 0, all_count);
	tcase_add_test(tc, finds_commands);
}

TEST_MAIN("cli/commands", add_tests)
