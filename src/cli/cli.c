/* SPDX-License-Identifier: Apache-2.0
 *
 * From the command line to a sub-command and back: what may stand anywhere, the config, the words,
 * the run, and the closing of all that the run opened. */
#include <unistd.h>

#include "base/log.h"
#include "cli/args.h"
#include "cli/commands.h"
#include "cli/help.h"
#include "cli/open.h"
#include "config/option.h"

static int first_word(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			return i;
	}
	return 0;
}

/* Options of the config may stand before the words; they are taken out here, and looked at by
 * nobody. */
static void strip_config_flags(int *argc, char **argv)
{
	struct config_source source = { .argc = *argc, .argv = argv };
	struct config *config = NULL;
	FILE *nowhere = fopen("/dev/null", "w");

	if (nowhere == NULL)
		return;
	if (config_load(&source, nowhere, &config) == ERR_OK)
		config_free(&config);
	fclose(nowhere);
	*argc = source.argc;
}

static int print_help(struct cli *cli, int argc, char **argv)
{
	strip_config_flags(&argc, argv);
	int word = first_word(argc, argv);
	const struct command *command = args_take_command(&argc, argv);

	if (command != NULL)
		help_print_command(command, cli->out);
	else if (word == 0 || !help_print_group(argv[word], cli->out))
		help_print_all(cli->out);
	return CLI_DONE;
}

/* "--databse x serve": what looks like a word is the value of an option that nobody knows. */
static bool misspelt_option(struct cli *cli, char **argv, int end)
{
	for (int i = 1; i < end; i++) {
		struct slice rest = slice_str(argv[i]);
		struct slice name;

		if (!slice_has_prefix(rest, SLICE("--")) || !slice_split(&rest, '=', &name))
			continue;
		const struct option *near = option_nearest(slice_sub(name, 2, name.len));

		if (near != NULL)
			cli_misuse(cli, "%.*s is not an option; did you mean --%s?",
				   SLICE_ARG(name), near->name);
		else
			cli_misuse(cli, "%.*s is not an option", SLICE_ARG(name));
		return true;
	}
	return false;
}

/* `doorcode user` asks what there is; a word that nobody knows gets the nearest one. */
static int no_command(struct cli *cli, int argc, char **argv)
{
	int word = first_word(argc, argv);

	if (word == 0) {
		if (!misspelt_option(cli, argv, argc))
			help_print_all(cli->err);
		return CLI_USAGE;
	}
	if (misspelt_option(cli, argv, word))
		return CLI_USAGE;
	bool second = word + 1 < argc && argv[word + 1][0] != '-';

	if (!second && help_print_group(argv[word], cli->err))
		return CLI_USAGE;
	const char *near = help_nearest_command(&argv[word], second ? 2 : 1, cli->arena);

	if (near != NULL)
		return cli_misuse(cli, "%s%s%s is not a command; did you mean %s?", argv[word],
				  second ? " " : "", second ? argv[word + 1] : "", near);
	return cli_misuse(cli, "%s%s%s is not a command", argv[word], second ? " " : "",
			  second ? argv[word + 1] : "");
}

static int run_command(struct cli *cli, int argc, char **argv)
{
	struct config_source source = {
		.file = cli->config_file, .env = environ, .argc = argc, .argv = argv
	};
	enum err err = config_load(&source, cli->err, &cli->config);

	cli->command = args_take_command(&source.argc, argv);
	if (cli->command == NULL)
		return no_command(cli, source.argc, argv);
	int status = args_parse(cli, source.argc, argv);

	if (status != CLI_DONE)
		return status;
	if (err != ERR_OK && !cli->command->takes_no_config)
		return CLI_REFUSED;
	if (cli->config != NULL)
		log_configure(cli->config->log_level, cli->config->log_format);
	return cli->command->run(cli);
}

/* A result that could not be written is no result. */
static int flush(struct cli *cli, int status)
{
	if (fflush(cli->out) != 0 && status == CLI_DONE)
		return cli_refuse(cli, "cannot write the result");
	return status;
}

int cli_main(int argc, char **argv)
{
	AUTO(arena) struct arena *arena = arena_new();
	struct cli cli = { .in = stdin, .out = stdout, .err = stderr, .arena = arena };
	struct global_args global;
	int status;

	args_take_global(&argc, argv, &global);
	cli.json = global.json;
	cli.config_file = global.config_file;
	if (global.version)
		status = cli_done(&cli, NULL, "doorcode " DOORCODE_VERSION);
	else if (global.help)
		status = print_help(&cli, argc, argv);
	else if (global.config_without_file)
		status = cli_misuse(&cli, "--config has no value; say --config FILE");
	else
		status = run_command(&cli, argc, argv);
	cli_close(&cli);
	config_free(&cli.config);
	return flush(&cli, status);
}
