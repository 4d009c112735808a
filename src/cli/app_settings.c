/* SPDX-License-Identifier: Apache-2.0
 *
 * Options, values and lists are made from the table. A flag is said as everywhere here, yes or no;
 * keys may stand in a file. */
#include "cli/app_settings.h"

#include "base/buf.h"

enum { VALUE_MAX = 65536, CHOICES_MAX = 512 };

static char *option_name(struct arena *arena, enum client_setting setting)
{
	char *name = arena_cstr(arena, slice_str(client_setting_row(setting)->name));

	for (char *c = name; *c != '\0'; c++) {
		if (*c == '_')
			*c = '-';
	}
	return name;
}

struct slice app_settings_name(struct arena *arena, enum client_setting setting)
{
	return slice_str(option_name(arena, setting));
}

/* "web|native" */
static const char *choices_of(struct arena *arena, const struct client_setting_row *row)
{
	struct buf text;

	buf_init_arena(&text, arena, CHOICES_MAX);
	for (const char *const *choice = row->choices; *choice != NULL; choice++) {
		if (**choice != '\0')
			buf_addf(&text, "%s%s", text.len > 0 ? "|" : "", *choice);
	}
	return arena_cstr(arena, buf_slice(&text));
}

/* How each kind of value is shown in help, and made of what was given. */
static const struct kind {
	const char *shown;    /* NULL: the choices */
	const char *joint;    /* between several of them; NULL: the last one counts */
	const char *sentence; /* for help */
} kinds[] = {
	[SETTING_TEXT] = { "WORDS", NULL, "" },
	[SETTING_FLAG] = { "yes|no", NULL, "" },
	[SETTING_CHOICE] = { NULL, NULL, "" },
	[SETTING_CHOICES] = { NULL, ",", "; may come several times" },
	[SETTING_WORDS] = { "WORD", " ", "; may come several times" },
	[SETTING_NUMBER] = { "NUMBER", NULL, "" },
	[SETTING_HTTPS_URL] = { "URL", NULL, "" },
	[SETTING_ADDRESS] = { "ADDRESS", NULL, "" },
	[SETTING_JSON_SET] = { "JSON|@FILE", NULL, "; @FILE: as the file has it" },
	[SETTING_HASH] = { "DIGITS", NULL, "" },
};

static struct command_option option_of(struct arena *arena, enum client_setting setting)
{
	const struct client_setting_row *row = client_setting_row(setting);
	const struct kind *kind = &kinds[row->kind];

	return (struct command_option){
		.name = option_name(arena, setting),
		.value = kind->shown != NULL ? kind->shown : choices_of(arena, row),
		.help = arena_cstr(arena, arena_printf(arena, "%s%s", row->words, kind->sentence)),
	};
}

struct command_options app_settings_options(struct arena *arena)
{
	struct command_option *items = arena_calloc(arena, SETTING_COUNT, sizeof(*items));
	size_t count = 0;

	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		/* what the server keeps for itself is set by nobody */
		if (!client_setting_row((enum client_setting)i)->internal)
			items[count++] = option_of(arena, (enum client_setting)i);
	}
	return (struct command_options){ items, count };
}

/* All values of an option, joined; the last one where there can be one alone. */
static struct slice given_value(struct cli *cli, const char *option, const struct kind *kind)
{
	struct buf text;
	const char *value;
	size_t at = 0;

	if (kind->joint == NULL)
		return slice_str(cli_value(cli, option));
	buf_init_arena(&text, cli->arena, VALUE_MAX);
	while ((value = cli_next_value(cli, option, &at)) != NULL) {
		if (*value != '\0')
			buf_addf(&text, "%s%s", text.len > 0 ? kind->joint : "", value);
	}
	return buf_slice(&text);
}

static int take_flag(struct cli *cli, const char *option, struct slice *value)
{
	bool flag = false;

	if (slice_is_empty(*value))
		return CLI_DONE;
	if (!cli_yes_no(cli, option, &flag))
		return CLI_USAGE;
	*value = flag ? SLICE("true") : SLICE("false");
	return CLI_DONE;
}

static int take_document(struct cli *cli, struct slice *value)
{
	if (!slice_has_prefix(*value, SLICE("@")))
		return CLI_DONE;
	const char *path = arena_cstr(cli->arena, slice_sub(*value, 1, value->len));
	char *bytes = arena_alloc(cli->arena, VALUE_MAX);
	FILE *file = fopen(path, "r");

	if (file == NULL)
		return cli_refuse(cli, "cannot read %s", path);
	size_t len = fread(bytes, 1, VALUE_MAX, file);
	bool whole = !ferror(file) && len < VALUE_MAX;

	fclose(file);
	*value = slice_of(bytes, len);
	return whole ? CLI_DONE : cli_refuse(cli, "cannot read all of %s", path);
}

static int take(struct cli *cli, enum client_setting setting, struct application_setting *out)
{
	const struct client_setting_row *row = client_setting_row(setting);
	const char *option = option_name(cli->arena, setting);

	*out = (struct application_setting){ setting, given_value(cli, option, &kinds[row->kind]) };
	if (row->kind == SETTING_FLAG)
		return take_flag(cli, option, &out->value);
	return row->kind == SETTING_JSON_SET ? take_document(cli, &out->value) : CLI_DONE;
}

static bool is_given(const struct cli *cli, enum client_setting setting)
{
	return !client_setting_row(setting)->internal &&
	       cli_has(cli, option_name(cli->arena, setting));
}

bool app_settings_is_given(const struct cli *cli)
{
	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		if (is_given(cli, (enum client_setting)i))
			return true;
	}
	return false;
}

int app_settings_fill(struct cli *cli, struct application_settings *out)
{
	struct application_setting *items = arena_calloc(cli->arena, SETTING_COUNT, sizeof(*items));
	size_t count = 0;
	int status = CLI_DONE;

	for (unsigned i = 0; i < SETTING_COUNT && status == CLI_DONE; i++) {
		if (is_given(cli, (enum client_setting)i))
			status = take(cli, (enum client_setting)i, &items[count++]);
	}
	*out = (struct application_settings){ items, count };
	return status;
}

/* --- what a client has */

static bool differs(const struct client *client, enum client_setting setting, struct slice *value)
{
	const struct client_setting_row *row = client_setting_row(setting);

	*value = client_setting_get(client->settings, setting);
	/* Of the server's own, how it came to be is no secret. */
	if (row->internal && setting != SETTING_SOURCE)
		return false;
	return !slice_equal(*value, slice_str(row->initial));
}

struct json *app_settings_json(const struct client *client)
{
	struct json *object = json_object_new();
	struct slice value;

	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		const char *name = client_setting_row((enum client_setting)i)->name;

		if (differs(client, (enum client_setting)i, &value))
			json_set_text(object, name, value);
	}
	return object;
}

void app_settings_print(struct cli *cli, const struct client *client)
{
	struct slice value;

	for (unsigned i = 0; i < SETTING_COUNT; i++) {
		const char *name = client_setting_row((enum client_setting)i)->name;

		if (differs(client, (enum client_setting)i, &value))
			fprintf(cli->out, "%-26s %.*s\n", name, SLICE_ARG(value));
	}
}
