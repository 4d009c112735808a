/* SPDX-License-Identifier: Apache-2.0
 *
 * `doorcode config ...`: the options. Faults have been printed by config_load() when these run. */
#include "cli/commands.h"

static int run_show(struct cli *cli)
{
	if (cli_has(cli, "example"))
		config_print_example(cli->out);
	else if (cli_has(cli, "manual"))
		config_print_manual(cli->out);
	else if (cli->config == NULL)
		return CLI_REFUSED;
	else
		config_print(cli->config, cli->out, cli->json);
	return CLI_DONE;
}

static int run_check(struct cli *cli)
{
	if (cli->config == NULL)
		return CLI_REFUSED;
	struct json *json = json_object_new();

	json_set_bool(json, "fine", true);
	return cli_done(cli, &json, "The options are fine.");
}

static const struct command_option show_options[] = {
	{ "example", NULL, "print a file with every option, its default and its words" },
	{ "manual", NULL, "print doorcode.conf(5)" },
};

static const struct command commands[] = {
	{
		.words = "config show",
		.usage = "[--example | --manual]",
		.summary = "print what is set, and where",
		.details =
			"The output is an options file again. Passwords within a database address are not shown.",
		.example = "doorcode config show --example >doorcode.conf",
		.options = show_options,
		.option_count = ARRAY_LEN(show_options),
		.takes_no_config = true,
		.run = run_show,
	},
	{
		.words = "config check",
		.usage = "",
		.summary = "look for faults in the options; status 1 when there are any",
		.example = "doorcode config check --config /etc/doorcode/doorcode.conf",
		.takes_no_config = true,
		.run = run_check,
	},
};

const struct command_group config_group = { .title = "Options",
					    .commands = commands,
					    .count = ARRAY_LEN(commands) };
