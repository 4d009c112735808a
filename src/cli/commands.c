/* SPDX-License-Identifier: Apache-2.0
 *
 * All sub-commands, and finding one by its words. */
#include "cli/commands.h"

static const struct command serve_commands[] = {
	{
		.words = "serve",
		.usage = "[--OPTION VALUE ...]",
		.summary = "run the server until SIGTERM or SIGINT",
		.details =
			"A database that is a file is made or brought up to date first, with its master keys beside it.\n"
			"Logs go to standard error, a line each.",
		.example = "doorcode serve --listen 127.0.0.1:8000 --database doorcode.db",
		.run = cli_serve,
	},
};

static const struct command_group serve_group = {
	.title = "The server",
	.commands = serve_commands,
	.count = ARRAY_LEN(serve_commands),
};

const struct command_group *const command_groups[] = {
	&serve_group,  &user_group,  &app_group, &scope_group, &resource_group,
	&ticket_group, &token_group, &key_group, &db_group,    &config_group,
};
const size_t command_group_count = ARRAY_LEN(command_groups);

/* How many words the command has when `words` starts with them; 0 otherwise. */
static size_t match(const struct command *command, char *const *words, size_t count)
{
	struct slice rest = slice_str(command->words);
	struct slice word;
	size_t matched = 0;

	while (slice_word(&rest, &word)) {
		if (matched == count || !slice_equal(word, slice_str(words[matched])))
			return 0;
		matched++;
	}
	return matched;
}

const struct command *command_find(char *const *words, size_t count, size_t *used)
{
	for (size_t g = 0; g < command_group_count; g++) {
		for (size_t c = 0; c < command_groups[g]->count; c++) {
			const struct command *command = &command_groups[g]->commands[c];

			*used = match(command, words, count);
			if (*used > 0)
				return command;
		}
	}
	return NULL;
}

struct command_options command_options(const struct command *command, struct arena *arena)
{
	struct command_options more = { .count = 0 };

	if (command->more_options == NULL)
		return (struct command_options){ command->options, command->option_count };
	more = command->more_options(arena);
	size_t count = command->option_count + more.count;
	struct command_option *items = arena_calloc(arena, count, sizeof(*items));

	for (size_t i = 0; i < count; i++)
		items[i] = i < command->option_count ? command->options[i]
						     : more.items[i - command->option_count];
	return (struct command_options){ items, count };
}
