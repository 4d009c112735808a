/* SPDX-License-Identifier: Apache-2.0
 *
 * All of it is made from the tables of commands and options. */
#include "cli/help.h"

#include <string.h>

#include "cli/commands.h"
#include "config/nearest.h"

enum { USAGE_COLUMN = 34, OPTION_COLUMN = 32 };

static void print_summary(const struct command *command, FILE *out)
{
	fprintf(out, "  %-*s %s\n", USAGE_COLUMN, command->words, command->summary);
}

static const char options_everywhere[] =
	"Options that stand anywhere\n"
	"  --config FILE                      read options from FILE; see doorcode.conf(5)\n"
	"  --json                             print for machines: one JSON document\n"
	"  --help                             this, or the help of the command it stands with\n"
	"  --version                          print the version\n";

void help_print_all(FILE *out)
{
	fputs("doorcode: an OAuth 2.0 authorization server for devices, and for everybody else\n\n"
	      "Usage: doorcode [--config FILE] COMMAND [ARGUMENT ...] [--OPTION VALUE ...]\n",
	      out);
	for (size_t g = 0; g < command_group_count; g++) {
		fprintf(out, "\n%s\n", command_groups[g]->title);
		for (size_t c = 0; c < command_groups[g]->count; c++)
			print_summary(&command_groups[g]->commands[c], out);
	}
	fprintf(out, "\n%s", options_everywhere);
	fputs("  --database PATH, --listen ADDRESS, --base-url URL and all other options of the server:\n"
	      "                                     see doorcode serve --help\n\n"
	      "First steps: doorcode db migrate, doorcode user add NAME --admin, doorcode serve\n",
	      out);
}

static bool starts_with_word(const struct command *command, const char *word)
{
	size_t len = strlen(word);

	return strncmp(command->words, word, len) == 0 &&
	       (command->words[len] == ' ' || command->words[len] == '\0');
}

bool help_print_group(const char *word, FILE *out)
{
	bool found = false;

	for (size_t g = 0; g < command_group_count; g++) {
		for (size_t c = 0; c < command_groups[g]->count; c++) {
			const struct command *command = &command_groups[g]->commands[c];

			if (!starts_with_word(command, word))
				continue;
			if (!found)
				fprintf(out, "%s\n", command_groups[g]->title);
			found = true;
			print_summary(command, out);
		}
	}
	if (found)
		fputs("\nThe help of each: doorcode COMMAND --help\n", out);
	return found;
}

static void print_options(const struct command *command, FILE *out)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct command_options options = command_options(command, arena);

	if (options.count > 0)
		fputs("\nOptions\n", out);
	for (size_t i = 0; i < options.count; i++) {
		const struct command_option *option = &options.items[i];
		size_t used = 4 + strlen(option->name) +
			      (option->value != NULL ? 1 + strlen(option->value) : 0);

		fprintf(out, "  --%s%s%s", option->name, option->value != NULL ? " " : "",
			option->value != NULL ? option->value : "");
		if (used >= OPTION_COLUMN) /* below it, where it would be pushed aside */
			fprintf(out, "\n%*s", OPTION_COLUMN, "");
		fprintf(out, "%*s %s\n", used < OPTION_COLUMN ? (int)(OPTION_COLUMN - used) : 0, "",
			option->help);
	}
}

void help_print_command(const struct command *command, FILE *out)
{
	fprintf(out, "doorcode %s: %s\n\n", command->words, command->summary);
	fprintf(out, "Usage: doorcode %s%s%s\n", command->words,
		command->usage[0] != '\0' ? " " : "", command->usage);
	if (command->details != NULL)
		fprintf(out, "\n%s\n", command->details);
	print_options(command, out);
	fprintf(out, "\nFor example\n  %s\n", command->example);
	fprintf(out, "\n%s", options_everywhere);
	if (command->run == cli_serve) {
		fputs("\n", out);
		config_print_help(out);
	}
}

const char *help_nearest_command(char *const *words, size_t count, struct arena *arena)
{
	struct slice typed = count > 1 ? arena_printf(arena, "%s %s", words[0], words[1])
				       : slice_str(words[0]);
	struct nearest nearest = nearest_start(typed);
	const char *best = NULL;

	for (size_t g = 0; g < command_group_count; g++) {
		for (size_t c = 0; c < command_groups[g]->count; c++) {
			size_t before = nearest.distance;
			bool had = nearest.found;

			nearest_offer(&nearest, slice_str(command_groups[g]->commands[c].words), c);
			if (nearest.found && (!had || nearest.distance < before))
				best = command_groups[g]->commands[c].words;
		}
	}
	return best;
}
