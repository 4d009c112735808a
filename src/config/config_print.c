/* SPDX-License-Identifier: Apache-2.0
 *
 * What is set, and where it was set; as an options file that could be read again, or as JSON. */
#include "config/loaded.h"

static void print_json_text(struct slice text, FILE *out)
{
	fputc('"', out);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '"' || c == '\\')
			fputc('\\', out);
		if (c < 0x20)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static struct slice origin_text(const struct loaded *loaded, const struct option *option)
{
	const struct origin *origin = loaded_origin(loaded, option);

	if (origin->kind == ORIGIN_DEFAULT)
		return SLICE("default");
	if (origin->kind == ORIGIN_FILE && origin->line == 0)
		return slice_str(loaded->file);
	if (origin->kind == ORIGIN_FILE)
		return arena_printf(loaded->arena, "%s:%d", loaded->file, origin->line);
	return loaded_place(loaded, option, origin);
}

/* Lists are arrays; numbers are seconds or counts; what is not set is null. */
static void print_json_value(const struct loaded *loaded, const struct option *option, FILE *out)
{
	bool set;
	struct slice rest = option_text(option, loaded->arena, &loaded->config, &set);
	struct slice part;
	const char *field = (const char *)&loaded->config + option->offset;

	if (option->type == OPTION_FLAG)
		fputs(*(const bool *)(const void *)field ? "true" : "false", out);
	else if (option->type == OPTION_COUNT || option->type == OPTION_SECONDS)
		fprintf(out, "%lld", (long long)*(const int64_t *)(const void *)field);
	else if (!option_is_list(option) && set)
		print_json_text(rest, out);
	else if (!option_is_list(option))
		fputs("null", out);
	if (!option_is_list(option))
		return;
	fputc('[', out);
	while (set && slice_split(&rest, ',', &part)) {
		print_json_text(slice_trim(part), out);
		if (rest.ptr != NULL)
			fputc(',', out);
	}
	fputc(']', out);
}

static void print_json(const struct loaded *loaded, FILE *out)
{
	fputc('{', out);
	for (size_t i = 0; i < option_count; i++) {
		const struct option *option = &option_table[i];

		fprintf(out, "%s\"%s\":{\"value\":", i > 0 ? "," : "", option->name);
		print_json_value(loaded, option, out);
		fputs(",\"from\":", out);
		print_json_text(origin_text(loaded, option), out);
		fputc('}', out);
	}
	fputs("}\n", out);
}

static void print_quoted(struct slice text, FILE *out)
{
	fputc('"', out);
	for (size_t i = 0; i < text.len; i++) {
		/* "${NAME}" would be the variable */
		if (text.ptr[i] == '"' || text.ptr[i] == '\\' || text.ptr[i] == '$')
			fputc('\\', out);
		fputc(text.ptr[i], out);
	}
	fputc('"', out);
}

static void print_value(const struct loaded *loaded, const struct option *option, FILE *out)
{
	bool set;
	struct slice rest = option_text(option, loaded->arena, &loaded->config, &set);
	struct slice part;

	if (!set && !option_is_list(option)) {
		fprintf(out, "# %s is not set", option->name);
		return;
	}
	fprintf(out, "%s = ", option->name);
	if (option->type == OPTION_TEXT || option->type == OPTION_PATH)
		print_quoted(rest, out);
	else if (!option_is_list(option))
		fprintf(out, "%.*s", SLICE_ARG(rest));
	if (!option_is_list(option))
		return;
	fputc('{', out);
	while (set && slice_split(&rest, ',', &part)) {
		print_quoted(slice_trim(part), out);
		if (rest.ptr != NULL)
			fputs(", ", out);
	}
	fputc('}', out);
}

void config_print(const struct config *config, FILE *out, bool json)
{
	const struct loaded *loaded = (const struct loaded *)config;

	if (json) {
		print_json(loaded, out);
		return;
	}
	for (size_t i = 0; i < option_count; i++) {
		struct slice from = origin_text(loaded, &option_table[i]);

		print_value(loaded, &option_table[i], out);
		fprintf(out, "  # %.*s\n", SLICE_ARG(from));
	}
}
