/* SPDX-License-Identifier: Apache-2.0
 *
 * What commands say: refusals on standard error, results on standard output. */
#include <assert.h>
#include <stdarg.h>
#include <time.h>

#include "cli/cli.h"

static const char *const err_words[] = {
	[ERR_OK] = "done",
	[ERR_INVALID] = "something there does not have the form that it must have",
	[ERR_ABSENT] = "it is not there",
	[ERR_CONFLICT] = "it is there already",
	[ERR_UNCHANGED] = "somebody else changed it in between; try again",
	[ERR_FULL] = "there is no room for more",
	[ERR_IO] = "a file or the system failed",
	[ERR_DATABASE] = "the database failed",
	[ERR_CRYPTO] = "the master keys do not fit",
};
static_assert(ARRAY_LEN(err_words) == ERR_COUNT, "words for every error");

__attribute__((__format__(__printf__, 2, 0))) static void say(struct cli *cli, const char *format,
							      va_list ap)
{
	fputs("doorcode: ", cli->err);
	vfprintf(cli->err, format, ap);
	fputc('\n', cli->err);
}

int cli_refuse(struct cli *cli, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(cli, format, ap);
	va_end(ap);
	return CLI_REFUSED;
}

int cli_misuse(struct cli *cli, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	say(cli, format, ap);
	va_end(ap);
	fprintf(cli->err, "More: doorcode %s%s--help\n",
		cli->command != NULL ? cli->command->words : "", cli->command != NULL ? " " : "");
	return CLI_USAGE;
}

int cli_failed(struct cli *cli, const char *what, enum err err)
{
	return cli_refuse(cli, "cannot %s: %s", what, err_words[err]);
}

void cli_print_json(struct cli *cli, const struct json *json)
{
	struct slice text = json_write(json, cli->arena);

	fprintf(cli->out, "%.*s\n", SLICE_ARG(text));
}

int cli_done(struct cli *cli, struct json **json, const char *format, ...)
{
	va_list ap;

	if (cli->json && json != NULL) {
		cli_print_json(cli, *json);
	} else {
		va_start(ap, format);
		vfprintf(cli->out, format, ap);
		va_end(ap);
		fputc('\n', cli->out);
	}
	if (json != NULL)
		json_free(json);
	return CLI_DONE;
}

struct slice cli_time(struct arena *arena, int64_t seconds)
{
	time_t moment = (time_t)seconds;
	struct tm parts;
	char text[sizeof("-2147481748-12-31T23:59:59Z")];

	if (seconds == 0 || gmtime_r(&moment, &parts) == NULL)
		return SLICE("-");
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
	return arena_slice(arena, slice_str(text));
}

void cli_set_time(struct json *object, const char *name, int64_t seconds, struct arena *arena)
{
	if (seconds == 0)
		json_set_null(object, name);
	else
		json_set_text(object, name, cli_time(arena, seconds));
}

void cli_set_id(struct json *object, const char *name, const struct id *id)
{
	char text[ID_TEXT_LEN + 1];

	if (id_is_zero(id))
		json_set_null(object, name);
	else
		json_set_text(object, name, id_text(id, text));
}
