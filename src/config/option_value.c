/* SPDX-License-Identifier: Apache-2.0
 *
 * Text to field and back, a row of functions per type. What is refused here is what one value alone
 * can be wrong in; config_check.c compares them with each other. */
#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "config/duration.h"
#include "config/option.h"

enum { TEXT_MAX = 4096, LIST_MAX = 256, SHOWN_MAX = 80, LIST_TEXT_MAX = 65536 };

/* What a setter works on. */
struct setting {
	const struct option *option;
	struct arena *arena;
	struct slice text;
	void *field;
	struct slice *why;
};

static enum err refuse(struct setting *setting, const char *right)
{
	struct slice shown = slice_sub(setting->text, 0, SHOWN_MAX);

	*setting->why = arena_printf(setting->arena, "\"%.*s%s\" is not right; %s",
				     SLICE_ARG(shown), shown.len < setting->text.len ? "..." : "",
				     right);
	return ERR_INVALID;
}

static enum err set_text(struct setting *setting)
{
	if (setting->text.len == 0)
		return refuse(setting, "give it a value, or leave it out");
	*(const char **)setting->field = arena_cstr(setting->arena, setting->text);
	return ERR_OK;
}

static enum err set_number(struct setting *setting, int64_t number, const char *form)
{
	const struct option *option = setting->option;
	struct slice range = option_range_text(option, setting->arena);

	if (number < option->least || number > option->most)
		return refuse(setting,
			      arena_cstr(setting->arena, arena_printf(setting->arena, "use %s%.*s",
								      form, SLICE_ARG(range))));
	*(int64_t *)setting->field = number;
	return ERR_OK;
}

static enum err set_count(struct setting *setting)
{
	int64_t number;

	if (slice_parse_int64(setting->text, &number) != ERR_OK)
		number = -1;
	return set_number(setting, number, "a number from ");
}

static enum err set_seconds(struct setting *setting)
{
	int64_t number;

	if (duration_parse(setting->text, &number) != ERR_OK)
		number = -1;
	return set_number(setting, number, "seconds, or a number with s, m, h or d, from ");
}

static enum err set_flag(struct setting *setting)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = { { "yes", true },    { "no", false }, { "true", true },
		      { "false", false }, { "on", true },  { "off", false } };

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!slice_equal_nocase(setting->text, slice_str(words[i].word)))
			continue;
		*(bool *)setting->field = words[i].value;
		return ERR_OK;
	}
	return refuse(setting, "say yes or no");
}

static enum err set_choice(struct setting *setting)
{
	const char *const *choices = setting->option->choices;
	struct slice range = option_range_text(setting->option, setting->arena);

	for (unsigned i = 0; choices[i] != NULL; i++) {
		if (!slice_equal_nocase(setting->text, slice_str(choices[i])))
			continue;
		memcpy(setting->field, &i, sizeof(i));
		return ERR_OK;
	}
	return refuse(setting, arena_cstr(setting->arena, arena_printf(setting->arena, "say %.*s",
								       SLICE_ARG(range))));
}

static enum err add_text(struct setting *setting)
{
	struct text_list *list = setting->field;

	if (list->count == LIST_MAX)
		return refuse(setting, "256 are the most");
	const char **items = arena_calloc(setting->arena, list->count + 1, sizeof(*items));

	for (size_t i = 0; i < list->count; i++)
		items[i] = list->items[i];
	items[list->count] = arena_cstr(setting->arena, setting->text);
	*list = (struct text_list){ .items = items, .count = list->count + 1 };
	return ERR_OK;
}

static enum err add_network(struct setting *setting)
{
	struct network_list *list = setting->field;

	if (list->count == LIST_MAX)
		return refuse(setting, "256 are the most");
	struct network *items = arena_calloc(setting->arena, list->count + 1, sizeof(*items));

	if (list->count > 0)
		memcpy(items, list->items, list->count * sizeof(*items));
	if (network_parse(setting->text, &items[list->count]) != ERR_OK)
		return refuse(
			setting,
			"use an address such as 192.0.2.1 or 2001:db8::1, a network such as 10.0.0.0/8, or unix");
	*list = (struct network_list){ .items = items, .count = list->count + 1 };
	return ERR_OK;
}

/* --- and back
 * -------------------------------------------------------------------------------------------------------
 */

/* Where the password ends that began behind a colon: as libpq sees it, and, where a slash in a
 * password was not written %2F, as its writer does. */
static const char *password_end(const char *authority)
{
	const char *at = memrchr(authority, '@', strcspn(authority, "/"));

	return at != NULL ? at : memrchr(authority, '@', strcspn(authority, "?"));
}

/* ?password=...&sslpassword=...: libpq takes them there as well. */
static void show_query(const char *text, struct buf *out)
{
	static const char word[] = "password=";
	const char *found;

	while ((found = strstr(text, word)) != NULL) {
		found += sizeof(word) - 1;
		buf_add(out, slice_of(text, (size_t)(found - text)));
		text = found + strcspn(found, "&");
		if (text > found)
			buf_add_str(out, "***");
	}
	buf_add_str(out, text);
}

/* postgresql://user:PASSWORD@host: what stands between the colon and the at sign is for nobody's
 * eyes. */
static void show_text(const struct option *option, const void *field, struct buf *out)
{
	const char *text = *(const char *const *)field;

	(void)option;
	if (text == NULL)
		return;
	const char *start = strstr(text, "://");

	if (start == NULL) {
		buf_add_str(out, text);
		return;
	}
	start += 3;
	const char *at = password_end(start);
	const char *colon = at == NULL ? NULL : memchr(start, ':', (size_t)(at - start));

	if (colon != NULL) {
		buf_add(out, slice_of(text, (size_t)(colon - text) + 1));
		buf_add_str(out, "***");
		text = at;
	}
	show_query(text, out);
}

static void show_count(const struct option *option, const void *field, struct buf *out)
{
	(void)option;
	buf_addf(out, "%lld", (long long)*(const int64_t *)field);
}

static void show_seconds(const struct option *option, const void *field, struct buf *out)
{
	char text[DURATION_TEXT_MAX];

	(void)option;
	buf_add_str(out, duration_text(*(const int64_t *)field, text));
}

static void show_flag(const struct option *option, const void *field, struct buf *out)
{
	(void)option;
	buf_add_str(out, *(const bool *)field ? "yes" : "no");
}

static void show_choice(const struct option *option, const void *field, struct buf *out)
{
	unsigned index;

	memcpy(&index, field, sizeof(index));
	buf_add_str(out, option->choices[index]);
}

static void show_list(const struct option *option, const void *field, struct buf *out)
{
	const struct text_list *list = field;

	(void)option;
	for (size_t i = 0; i < list->count; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", list->items[i]);
}

static void show_networks(const struct option *option, const void *field, struct buf *out)
{
	const struct network_list *list = field;
	char text[ADDRESS_TEXT_MAX];

	(void)option;
	for (size_t i = 0; i < list->count; i++) {
		struct slice address = address_text(&list->items[i].address, text);

		buf_addf(out, "%s%.*s", i > 0 ? ", " : "", SLICE_ARG(address));
		if (list->items[i].address.family != ADDRESS_LOCAL)
			buf_addf(out, "/%u", list->items[i].prefix);
	}
}

/* --- the row of each type
 * ------------------------------------------------------------------------------------------- */

static const struct type_row {
	size_t size; /* of the field */
	enum err (*set)(struct setting *setting);
	void (*show)(const struct option *option, const void *field, struct buf *out);
} types[] = {
	[OPTION_TEXT] = { sizeof(const char *), set_text, show_text },
	[OPTION_PATH] = { sizeof(const char *), set_text, show_text },
	[OPTION_LIST] = { sizeof(struct text_list), add_text, show_list },
	[OPTION_NETWORKS] = { sizeof(struct network_list), add_network, show_networks },
	[OPTION_COUNT] = { sizeof(int64_t), set_count, show_count },
	[OPTION_SECONDS] = { sizeof(int64_t), set_seconds, show_seconds },
	[OPTION_FLAG] = { sizeof(bool), set_flag, show_flag },
	[OPTION_CHOICE] = { sizeof(unsigned), set_choice, show_choice },
};
static_assert(ARRAY_LEN(types) == OPTION_TYPE_COUNT, "a row for each type");
static_assert(sizeof(enum log_level) == sizeof(unsigned), "choices are stored as their index");

/* Texts stand in logs and pages: one line of UTF-8. */
static enum err check_text(struct setting *setting)
{
	if (setting->text.len > TEXT_MAX)
		return refuse(setting, "4096 bytes are the most");
	if (slice_is_text(setting->text, false))
		return ERR_OK;
	*setting->why = SLICE(
		"the value holds control characters or is not UTF-8; write it as one line of UTF-8");
	return ERR_INVALID;
}

enum err option_set(const struct option *option, struct arena *arena, struct slice text,
		    struct config *config, struct slice *why)
{
	const struct type_row *type = &types[option->type];
	struct setting setting = {
		.option = option,
		.arena = arena,
		.text = slice_trim(text),
		.field = (char *)config + option->offset,
		.why = why,
	};

	ensure(option->size == type->size);
	enum err e = check_text(&setting);

	return e == ERR_OK ? type->set(&setting) : e;
}

void option_clear(const struct option *option, struct config *config)
{
	ensure(option_is_list(option));
	memset((char *)config + option->offset, 0, option->size);
}

struct slice option_text(const struct option *option, struct arena *arena,
			 const struct config *config, bool *set)
{
	struct buf buf;

	buf_init_arena(&buf, arena, LIST_TEXT_MAX);
	types[option->type].show(option, (const char *)config + option->offset, &buf);
	*set = buf.len > 0;
	return buf_slice(&buf);
}
