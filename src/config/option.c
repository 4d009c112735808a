/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of options, made out of options.def, and what can be said about a row without any
 * value. */
#include "config/option.h"

#include "base/buf.h"
#include "config/duration.h"
#include "config/nearest.h"

enum { RANGE_TEXT_MAX = 200 };

/* The order is that of the enums. */
static const char *const applications_choices[] = { "admins", "everyone", NULL };
static const char *const sign_up_choices[] = { "off", "invite", "open", NULL };
static const char *const registration_choices[] = { "off", "token", "open", NULL };
static const char *const notify_choices[] = { "auto", "listen", "poll", NULL };
static const char *const level_choices[] = { "debug", "info", "warn", "error", NULL };
static const char *const format_choices[] = { "logfmt", "json", NULL };

#define OPTION(field, ...) \
	{ .name = #field, \
	  .offset = offsetof(struct config, field), \
	  .size = sizeof(((struct config *)NULL)->field), \
	  __VA_ARGS__ },

const struct option option_table[] = {
#include "config/options.def"
};
const size_t option_count = ARRAY_LEN(option_table);

static const char *const value_words[OPTION_TYPE_COUNT] = {
	[OPTION_TEXT] = "TEXT",        [OPTION_PATH] = "PATH",   [OPTION_LIST] = "TEXT",
	[OPTION_NETWORKS] = "NETWORK", [OPTION_COUNT] = "COUNT", [OPTION_SECONDS] = "SECONDS",
	[OPTION_FLAG] = "yes|no",      [OPTION_CHOICE] = "WORD",
};

static bool same_name(const char *name, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i] == '-' ? '_' : text.ptr[i];

		if (name[i] == '\0' || name[i] != c)
			return false;
	}
	return name[text.len] == '\0';
}

const struct option *option_find(struct slice name)
{
	for (size_t i = 0; i < option_count; i++) {
		if (same_name(option_table[i].name, name))
			return &option_table[i];
	}
	return NULL;
}

const struct option *option_nearest(struct slice name)
{
	struct nearest nearest = nearest_start(name);

	for (size_t i = 0; i < option_count; i++)
		nearest_offer(&nearest, slice_str(option_table[i].name), i);
	return nearest.found ? &option_table[nearest.index] : NULL;
}

bool option_is_list(const struct option *option)
{
	return option->type == OPTION_LIST || option->type == OPTION_NETWORKS;
}

const char *option_value_word(const struct option *option)
{
	return option->value != NULL ? option->value : value_words[option->type];
}

const char *option_default_text(const struct option *option)
{
	if (option->initial != NULL)
		return option->initial;
	return option->derived != NULL ? option->derived : "none";
}

static void add_choices(struct buf *buf, const char *const *choices)
{
	for (size_t i = 0; choices[i] != NULL; i++) {
		if (i > 0)
			buf_add_str(buf, choices[i + 1] == NULL ? " or " : ", ");
		buf_add_str(buf, choices[i]);
	}
}

struct slice option_range_text(const struct option *option, struct arena *arena)
{
	struct buf buf;
	char least[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX];

	buf_init_arena(&buf, arena, RANGE_TEXT_MAX);
	if (option->type == OPTION_CHOICE)
		add_choices(&buf, option->choices);
	if (option->type == OPTION_SECONDS)
		buf_addf(&buf, "%s to %s", duration_text(option->least, least),
			 duration_text(option->most, most));
	if (option->type == OPTION_COUNT)
		buf_addf(&buf, "%lld to %lld", (long long)option->least, (long long)option->most);
	if (option->unit != NULL)
		buf_addf(&buf, " %s", option->unit);
	return buf_slice(&buf);
}
