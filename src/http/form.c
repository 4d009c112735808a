/* SPDX-License-Identifier: Apache-2.0
 *
 * application/x-www-form-urlencoded, strictly: one meaning or none. A name that comes twice would
 * be read one way by one library and another way by the next, so it is refused. Values without an
 * escape are not copied: they point into the text. */
#include "http/http.h"

#include "base/encode.h"

bool form_type_is_right(struct slice content_type)
{
	struct slice type;
	/* Absent, there is nothing to split. */
	return slice_split(&content_type, ';', &type) &&
	       slice_equal_nocase(slice_trim(type), SLICE("application/x-www-form-urlencoded"));
}

static bool decode(struct arena *arena, struct slice raw, struct slice *out)
{
	*out = raw;
	if (slice_has_byte(raw, '%') || slice_has_byte(raw, '+')) {
		if (decode_percent(arena, raw, true, out) != ERR_OK)
			return false;
	}
	/* %00 too is no text. RFC6749#B: names and values are UTF-8. */
	return slice_is_text(*out, true);
}

static bool is_listed(struct slice name, const char *const *names)
{
	for (; names != NULL && *names != NULL; names++) {
		if (slice_equal(name, slice_str(*names)))
			return true;
	}
	return false;
}

static const struct form_field *find(const struct form *form, struct slice name)
{
	for (size_t i = 0; i < form->count; i++) {
		if (slice_equal(form->fields[i].name, name))
			return &form->fields[i];
	}
	return NULL;
}

static enum form_fault add_field(struct arena *arena, struct slice part,
				 const char *const *multiple, struct form *form)
{
	struct slice name;
	struct slice value = part;
	(void)slice_split(&value, '=', &name);
	if (value.ptr == NULL)
		value = SLICE_EMPTY;
	struct form_field field;
	if (!decode(arena, name, &field.name) || !decode(arena, value, &field.value) ||
	    field.name.len == 0)
		return FORM_MALFORMED;
	/* RFC6749#3.2 RFC8628#3.1: no parameter more than once, not even without a value. */
	if (find(form, field.name) != NULL && !is_listed(field.name, multiple))
		return FORM_REPEATED;
	if (form->count == FORM_FIELDS_MAX)
		return FORM_TOO_MANY;
	form->fields[form->count++] = field;
	return FORM_FINE;
}

/* As many as there can be: forms are short, and room for the longest would be half of what a
 * request takes. */
static size_t room_for(struct slice text)
{
	size_t room = 0;
	struct slice part;
	while (room < FORM_FIELDS_MAX && slice_split(&text, '&', &part))
		room++;
	return room;
}

enum form_fault form_parse(struct arena *arena, struct slice text, const char *const *multiple,
			   struct form *out)
{
	*out = (struct form){ arena_calloc(arena, room_for(text), sizeof(struct form_field)), 0 };
	struct slice part;
	while (slice_split(&text, '&', &part)) {
		if (part.len == 0)
			continue;
		enum form_fault fault = add_field(arena, part, multiple, out);
		if (fault != FORM_FINE)
			return fault;
	}
	return FORM_FINE;
}

struct slice form_value(const struct form *form, const char *name)
{
	const struct form_field *field = find(form, slice_str(name));
	return field == NULL ? SLICE_EMPTY : field->value;
}

bool form_has(const struct form *form, const char *name)
{
	/* RFC6749#3.1 RFC8628#3.1: sent without a value is not sent. */
	return form_value(form, name).len > 0;
}

size_t form_values(const struct form *form, const char *name, struct slice *out, size_t max)
{
	size_t count = 0;
	struct slice wanted = slice_str(name);
	for (size_t i = 0; i < form->count && count < max; i++) {
		if (slice_equal(form->fields[i].name, wanted))
			out[count++] = form->fields[i].value;
	}
	return count;
}
