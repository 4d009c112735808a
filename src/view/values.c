/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of values. Objects are small, so fields stand in a plain array and are found by looking
 * at each; arrays grow by doubling, the old ones stay behind in the arena. */
#include "view/values.h"

#include <string.h>

#include "base/ensure.h"

struct field {
	struct slice name;
	struct value value;
};

struct values {
	struct arena *arena;
	struct field *fields;
	size_t count;
	size_t cap;
};

struct values_list {
	struct arena *arena;
	struct values **items;
	size_t count;
	size_t cap;
};

struct values *values_new(struct arena *arena)
{
	struct values *values = ARENA_NEW(arena, struct values);
	values->arena = arena;
	return values;
}

/* Room for one more; the items move. */
static void *grown(struct arena *arena, void *items, size_t *cap, size_t size)
{
	size_t old = *cap;
	*cap = old > 0 ? old * 2 : 8;
	void *more = arena_calloc(arena, *cap, size);
	if (old > 0)
		memcpy(more, items, old * size);
	return more;
}

static const struct value *find_in(const struct values *values, struct slice name)
{
	for (size_t i = 0; i < values->count; i++) {
		if (slice_equal(values->fields[i].name, name))
			return &values->fields[i].value;
	}
	return NULL;
}

static struct value *field_add(struct values *values, const char *name, enum value_type type)
{
	struct slice key = slice_str(name);
	ensure(find_in(values, key) == NULL);
	if (values->count == values->cap)
		values->fields = grown(values->arena, values->fields, &values->cap,
				       sizeof(struct field));
	struct field *field = &values->fields[values->count++];
	field->name = key;
	field->value.type = type;
	return &field->value;
}

/* Cut before a character that would not fit whole: continuation bytes are 10xxxxxx. */
static struct slice shortened(struct arena *arena, struct slice text, size_t max)
{
	size_t len = max;
	while (len > 0 && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
		len--;
	return arena_printf(arena, "%.*s\u2026", (int)len, text.ptr);
}

void values_text_short(struct values *values, const char *name, struct slice text, size_t max)
{
	struct value *value = field_add(values, name, VALUE_TEXT);
	value->text = text.len > max ? shortened(values->arena, text, max) : text;
}

void values_text(struct values *values, const char *name, struct slice text)
{
	values_text_short(values, name, text, VALUES_TEXT_MAX);
}

void values_bool(struct values *values, const char *name, bool yes)
{
	field_add(values, name, VALUE_BOOL)->yes = yes;
}

void values_number(struct values *values, const char *name, int64_t number)
{
	field_add(values, name, VALUE_NUMBER)->number = number;
}

struct values_list *values_list(struct values *values, const char *name)
{
	struct values_list *list = ARENA_NEW(values->arena, struct values_list);
	list->arena = values->arena;
	field_add(values, name, VALUE_LIST)->list = list;
	return list;
}

struct values *values_item(struct values_list *list)
{
	if (list->count == VALUES_ITEMS_MAX)
		return NULL;
	if (list->count == list->cap)
		list->items = grown(list->arena, list->items, &list->cap, sizeof(struct values *));
	struct values *item = values_new(list->arena);
	list->items[list->count++] = item;
	return item;
}

size_t values_list_count(const struct values_list *list)
{
	return list->count;
}

const struct values *values_list_at(const struct values_list *list, size_t index)
{
	ensure(index < list->count);
	return list->items[index];
}

const struct value *values_find(const struct values_frame *frame, struct slice name)
{
	for (; frame != NULL; frame = frame->outer) {
		const struct value *value = find_in(frame->values, name);
		if (value != NULL)
			return value;
	}
	return NULL;
}

bool value_is_true(const struct value *value)
{
	switch (value->type) {
	case VALUE_TEXT:
		return value->text.len > 0;
	case VALUE_BOOL:
		return value->yes;
	case VALUE_NUMBER:
		return value->number != 0;
	case VALUE_LIST:
		return value->list->count > 0;
	}
	return false;
}
