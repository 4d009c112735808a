/* SPDX-License-Identifier: Apache-2.0
 *
 * The sources in the order of their weight: defaults, file, environment, flags. A value that is
 * refused is reported and the reading goes on, so that one start shows every fault. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/ensure.h"
#include "config/loaded.h"

#define ENV_PREFIX "DOORCODE_"
enum { ENV_NAME_MAX = 64 };

/* What starts so belongs to the tests, whose environment the server inherits. */
#define ENV_PREFIX_TESTS "TEST_"

/* --- what the parts of config/ share
 * ---------------------------------------------------------------------------------- */

struct origin *loaded_origin(const struct loaded *loaded, const struct option *option)
{
	return &loaded->origins[option - option_table];
}

static char env_letter(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static struct slice spelled(struct arena *arena, const char *prefix, const char *name, bool as_flag)
{
	char *text = arena_cstr(arena, arena_printf(arena, "%s%s", prefix, name));

	for (char *c = text + strlen(prefix); *c != '\0'; c++) {
		if (!as_flag)
			*c = env_letter(*c);
		else if (*c == '_')
			*c = '-';
	}
	return slice_str(text);
}

struct slice loaded_place(const struct loaded *loaded, const struct option *option,
			  const struct origin *origin)
{
	struct arena *arena = loaded->arena;

	if (origin->kind == ORIGIN_ENV)
		return spelled(arena, ENV_PREFIX, option->name, false);
	if (origin->kind == ORIGIN_FLAG)
		return spelled(arena, "--", option->name, true);
	if (origin->kind == ORIGIN_FILE && origin->line > 0)
		return arena_printf(arena, "%s:%d: %s", loaded->file, origin->line, option->name);
	if (origin->kind == ORIGIN_FILE)
		return arena_printf(arena, "%s: %s", loaded->file, option->name);
	return slice_str(option->name);
}

void loaded_fault(struct loaded *loaded, struct slice place, const char *format, ...)
{
	va_list ap;

	loaded->faulty = true;
	fprintf(loaded->faults, "%.*s: ", SLICE_ARG(place));
	va_start(ap, format);
	vfprintf(loaded->faults, format, ap);
	va_end(ap);
	fputc('\n', loaded->faults);
}

static void set_part(struct loaded *loaded, const struct given *given, struct slice text)
{
	struct origin *origin = loaded_origin(loaded, given->option);
	struct slice why;

	origin->kind = given->origin.kind;
	origin->line = given->origin.line;
	if (option_set(given->option, loaded->arena, text, &loaded->config, &why) == ERR_OK)
		return;
	origin->bad = true;
	loaded_fault(loaded, loaded_place(loaded, given->option, &given->origin), "%.*s",
		     SLICE_ARG(why));
}

/* The next part of a list: commas and blanks separate. */
static bool next_part(struct slice *rest, struct slice *part)
{
	size_t at = 0;

	while (at < rest->len && strchr(", \t\r\n", rest->ptr[at]) != NULL)
		at++;
	size_t end = at;

	while (end < rest->len && strchr(", \t\r\n", rest->ptr[end]) == NULL)
		end++;
	*part = slice_sub(*rest, at, end - at);
	*rest = slice_sub(*rest, end, rest->len - end);
	return part->len > 0;
}

void loaded_apply(struct loaded *loaded, const struct given *given)
{
	struct origin *origin = loaded_origin(loaded, given->option);
	struct slice rest = given->text;
	struct slice part;

	/* A value of more weight makes an older, wrong one forgotten for the checks that follow; it
	 * was reported. */
	if (!given->adds)
		*origin = given->origin;
	if (!option_is_list(given->option)) {
		set_part(loaded, given, given->text);
		return;
	}
	if (!given->adds)
		option_clear(given->option, &loaded->config);
	while (next_part(&rest, &part))
		set_part(loaded, given, part);
}

/* --- the sources
 * ----------------------------------------------------------------------------------------------------
 */

static void apply_defaults(struct loaded *loaded)
{
	for (size_t i = 0; i < option_count; i++) {
		struct given given = { .option = &option_table[i],
				       .text = slice_str(option_table[i].initial) };

		if (option_table[i].initial != NULL)
			loaded_apply(loaded, &given);
	}
	ensure(!loaded->faulty);
}

/* The option of an upper-case name; NULL for every other spelling. */
static const struct option *find_env_option(struct slice name)
{
	for (size_t i = 0; i < option_count; i++) {
		const char *known = option_table[i].name;
		size_t at = 0;

		while (at < name.len && known[at] != '\0' && name.ptr[at] == env_letter(known[at]))
			at++;
		if (at == name.len && known[at] == '\0')
			return &option_table[i];
	}
	return NULL;
}

static void report_env(struct loaded *loaded, struct slice name)
{
	const struct option *near = option_nearest(name);
	struct slice place = arena_printf(loaded->arena, ENV_PREFIX "%.*s", SLICE_ARG(name));
	struct slice right = near == NULL ? SLICE_EMPTY
					  : spelled(loaded->arena, ENV_PREFIX, near->name, false);

	if (near != NULL)
		loaded_fault(loaded, place, "is not an option; did you mean %.*s?",
			     SLICE_ARG(right));
	else
		loaded_fault(loaded, place,
			     "is not an option; doorcode config show --example lists them all");
}

static void apply_env(struct loaded *loaded, char *const *env)
{
	for (size_t i = 0; env != NULL && env[i] != NULL; i++) {
		struct slice text = slice_str(env[i]);
		struct slice name;

		if (!slice_has_prefix(text, SLICE(ENV_PREFIX)) || !slice_split(&text, '=', &name) ||
		    text.ptr == NULL)
			continue;
		name = slice_sub(name, sizeof(ENV_PREFIX) - 1, name.len);
		const struct option *option = find_env_option(name);

		if (option != NULL)
			loaded_apply(loaded, &(struct given){ .option = option,
							      .text = text,
							      .origin = { .kind = ORIGIN_ENV } });
		else if (!slice_has_prefix(name, SLICE(ENV_PREFIX_TESTS)))
			report_env(loaded, slice_sub(name, 0, ENV_NAME_MAX));
	}
}

/* Takes what starts at argv[at] when it is a flag of ours; how many words that were. */
static int take_flag(struct loaded *loaded, const struct config_source *source, int at)
{
	struct slice word = slice_str(source->argv[at]);
	struct slice name;

	if (word.len < 3 || !slice_has_prefix(word, SLICE("--")))
		return 0;
	word = slice_sub(word, 2, word.len);
	if (!slice_split(&word, '=', &name))
		return 0;
	const struct option *option = option_find(name);

	if (option == NULL)
		return 0;
	struct given given = { .option = option, .text = word, .origin = { .kind = ORIGIN_FLAG } };
	bool with_value = word.ptr != NULL;
	bool takes_next = !with_value && option->type != OPTION_FLAG;

	/* A flag that comes again adds to a list; of anything else the last one counts. */
	given.adds = option_is_list(option) && loaded_origin(loaded, option)->kind == ORIGIN_FLAG;
	if (takes_next && at + 1 == source->argc) {
		loaded_fault(loaded, loaded_place(loaded, option, &given.origin),
			     "has no value; say --%.*s=%s", SLICE_ARG(name),
			     option_value_word(option));
		return 1;
	}
	if (!with_value)
		given.text = takes_next ? slice_str(source->argv[at + 1]) : SLICE("yes");
	loaded_apply(loaded, &given);
	return takes_next ? 2 : 1;
}

static void apply_flags(struct loaded *loaded, struct config_source *source)
{
	int kept = source->argc > 0 ? 1 : 0;
	int at = kept;

	while (at < source->argc && strcmp(source->argv[at], "--") != 0) {
		int taken = take_flag(loaded, source, at);

		if (taken == 0)
			source->argv[kept++] = source->argv[at++];
		at += taken;
	}
	while (at < source->argc)
		source->argv[kept++] = source->argv[at++];
	if (kept < source->argc)
		source->argv[kept] = NULL;
	source->argc = kept;
}

enum err config_load(struct config_source *source, FILE *faults, struct config **out)
{
	struct loaded *loaded = xcalloc(1, sizeof(*loaded));

	loaded->arena = arena_new();
	loaded->origins = arena_calloc(loaded->arena, option_count, sizeof(*loaded->origins));
	loaded->faults = faults;
	apply_defaults(loaded);
	if (source->file != NULL)
		loaded_read_file(loaded, source->file);
	apply_env(loaded, source->env);
	apply_flags(loaded, source);
	loaded_derive(loaded);
	loaded_check(loaded);
	loaded->faults = NULL;
	*out = &loaded->config;
	if (!loaded->faulty)
		return ERR_OK;
	config_free(out);
	return ERR_INVALID;
}

void config_free(struct config **config)
{
	struct loaded *loaded = (struct loaded *)*config;

	*config = NULL;
	if (loaded == NULL)
		return;
	arena_free(&loaded->arena);
	free(loaded);
}
