/* SPDX-License-Identifier: Apache-2.0
 *
 * GNU style options by a table per command: "--name value", "--name=value", dashes and underscores
 * alike, before or behind the words; what follows "--" is no option. */
#include "cli/args.h"

#include <string.h>

#include "cli/commands.h"
#include "config/nearest.h"
#include "config/option.h"

enum { COMMAND_WORDS_MAX = 2 };

/* True when `word` is --name, or --name=value; then *value is set, to NULL in the first case. */
static bool is_option(const char *word, const char *name, const char **value)
{
	size_t at = 0;

	*value = NULL;
	if (word[0] != '-' || word[1] != '-')
		return false;
	word += 2;
	while (name[at] != '\0' && (word[at] == name[at] || (word[at] == '_' && name[at] == '-')))
		at++;
	if (name[at] != '\0' || (word[at] != '\0' && word[at] != '='))
		return false;
	*value = word[at] == '=' ? word + at + 1 : NULL;
	return true;
}

static void drop(int *argc, char **argv, int at, int count)
{
	memmove(&argv[at], &argv[at + count], (size_t)(*argc - at - count) * sizeof(*argv));
	*argc -= count;
	argv[*argc] = NULL;
}

/* How many words argv[at] takes when it is one that may stand anywhere; 0 when it is not. */
static int global_at(int argc, char **argv, int at, struct global_args *out)
{
	const char *value;

	if (is_option(argv[at], "config", &value)) {
		bool takes_next = value == NULL && at + 1 < argc;

		out->config_without_file = value == NULL && !takes_next;
		out->config_file = takes_next ? argv[at + 1] : value;
		return takes_next ? 2 : 1;
	}
	if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0)
		out->help = true;
	else if (strcmp(argv[at], "--version") == 0)
		out->version = true;
	else if (strcmp(argv[at], "--json") == 0)
		out->json = true;
	else
		return 0;
	return 1;
}

void args_take_global(int *argc, char **argv, struct global_args *out)
{
	int at = 1;

	*out = (struct global_args){ .config_file = NULL };
	while (at < *argc && strcmp(argv[at], "--") != 0) {
		int count = global_at(*argc, argv, at, out);

		if (count > 0)
			drop(argc, argv, at, count);
		else
			at++;
	}
}

const struct command *args_take_command(int *argc, char **argv)
{
	char *words[COMMAND_WORDS_MAX];
	int places[COMMAND_WORDS_MAX];
	size_t count = 0, used;

	for (int i = 1; i < *argc && count < COMMAND_WORDS_MAX && strcmp(argv[i], "--") != 0; i++) {
		if (argv[i][0] == '-')
			continue;
		words[count] = argv[i];
		places[count++] = i;
	}
	const struct command *command = command_find(words, count, &used);

	/* From behind, so that the places before stay true. */
	for (size_t i = used; command != NULL && i > 0; i--)
		drop(argc, argv, places[i - 1], 1);
	return command;
}

/* --- the options of a command */

static const struct command_option *find_option(const struct cli *cli, const char *word,
						const char **value)
{
	for (size_t i = 0; i < cli->options.count; i++) {
		if (is_option(word, cli->options.items[i].name, value))
			return &cli->options.items[i];
	}
	return NULL;
}

static int unknown_option(struct cli *cli, const char *word)
{
	struct slice name = slice_str(word);
	struct slice rest = slice_sub(name, 2, name.len);

	if (!slice_has_prefix(name, SLICE("--")) || !slice_split(&rest, '=', &name))
		return cli_misuse(cli, "%s is not an option of this command", word);
	struct nearest nearest = nearest_start(name);

	for (size_t i = 0; i < cli->options.count; i++)
		nearest_offer(&nearest, slice_str(cli->options.items[i].name), i);
	if (nearest.found)
		return cli_misuse(cli,
				  "--%.*s is not an option of this command; did you mean --%s?",
				  SLICE_ARG(name), cli->options.items[nearest.index].name);
	const struct option *near = option_nearest(name);

	if (near != NULL)
		return cli_misuse(cli, "--%.*s is not an option; did you mean --%s?",
				  SLICE_ARG(name), near->name);
	return cli_misuse(cli, "--%.*s is not an option of this command", SLICE_ARG(name));
}

/* Takes the option at argv[*at] and steps over it. */
static int take_option(struct cli *cli, int argc, char **argv, int *at)
{
	const char *value;
	const struct command_option *option = find_option(cli, argv[*at], &value);

	if (option == NULL)
		return unknown_option(cli, argv[*at]);
	if (option->value == NULL && value != NULL)
		return cli_misuse(cli, "--%s has no value", option->name);
	if (option->value != NULL && value == NULL && *at + 1 == argc)
		return cli_misuse(cli, "--%s has no value; say --%s %s", option->name, option->name,
				  option->value);
	if (cli->given_count == CLI_GIVEN_MAX)
		return cli_misuse(cli, "too many options");
	if (option->value != NULL && value == NULL)
		value = argv[++*at];
	cli->given[cli->given_count++] = (struct given_option){ .option = option, .value = value };
	++*at;
	return CLI_DONE;
}

static int take_word(struct cli *cli, const char *word)
{
	if (cli->word_count == cli->command->most || cli->word_count == CLI_WORDS_MAX)
		return cli_misuse(cli, "\"%s\" is too much; usage: doorcode %s %s", word,
				  cli->command->words, cli->command->usage);
	cli->words[cli->word_count++] = word;
	return CLI_DONE;
}

int args_parse(struct cli *cli, int argc, char **argv)
{
	bool words_only = false;
	int status = CLI_DONE;
	int at = 1;

	cli->options = command_options(cli->command, cli->arena);
	while (at < argc && status == CLI_DONE) {
		if (!words_only && strcmp(argv[at], "--") == 0) {
			words_only = true;
			at++;
		} else if (!words_only && argv[at][0] == '-' && argv[at][1] != '\0') {
			status = take_option(cli, argc, argv, &at);
		} else {
			status = take_word(cli, argv[at++]);
		}
	}
	if (status == CLI_DONE && cli->word_count < cli->command->least)
		return cli_misuse(cli, "something is missing; usage: doorcode %s %s",
				  cli->command->words, cli->command->usage);
	return status;
}

bool cli_has(const struct cli *cli, const char *option)
{
	for (size_t i = 0; i < cli->given_count; i++) {
		if (strcmp(cli->given[i].option->name, option) == 0)
			return true;
	}
	return false;
}

const char *cli_value(const struct cli *cli, const char *option)
{
	const char *last = NULL;
	const char *next;
	size_t at = 0;

	while ((next = cli_next_value(cli, option, &at)) != NULL)
		last = next;
	return last;
}

const char *cli_next_value(const struct cli *cli, const char *option, size_t *at)
{
	while (*at < cli->given_count) {
		const struct given_option *given = &cli->given[(*at)++];

		if (strcmp(given->option->name, option) == 0)
			return given->value;
	}
	return NULL;
}

bool cli_yes_no(struct cli *cli, const char *option, bool *value)
{
	const char *text = cli_value(cli, option);

	if (text == NULL)
		return true;
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0) {
		cli_misuse(cli, "--%s is yes or no", option);
		return false;
	}
	*value = strcmp(text, "yes") == 0;
	return true;
}
