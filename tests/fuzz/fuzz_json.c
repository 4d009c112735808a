/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON from outside: what is taken is written and read again as the same, is not deep, and names
 * nothing twice. And of whatever bytes both writers make the same text, which is JSON. */
#include <stdlib.h>

#include "json/json.h"
#include "json/json_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(struct json *json, unsigned depth);

static bool look(void *arg, struct slice name)
{
	AUTO(arena) struct arena *arena = arena_new();
	const struct json *object = *(struct json **)arg;
	const char *text = arena_cstr(arena, name);
	struct slice found[4];
	size_t count;
	int64_t number;
	bool flag;
	struct json *inner = json_get(object, text);
	if (inner != NULL)
		json_free(&inner);
	if (!json_has(object, text) || slice_has_byte(name, '\0'))
		abort();
	(void)json_get_texts(object, text, found, 4, &count);
	if (count > 4 ||
	    (json_get_number(object, text, &number) && json_get_bool(object, text, &flag)))
		abort();
	if (json_get_text(object, text, &found[0]) && slice_has_byte(found[0], '\0'))
		abort();
	return true;
}

static void walk_items(struct json *array, unsigned depth)
{
	struct slice text;
	for (size_t i = 0; i < json_count(array); i++) {
		AUTO(json) struct json *item = json_at(array, i);
		if (item != NULL)
			walk(item, depth + 1);
		else if (json_text_at(array, i, &text) && slice_has_byte(text, '\0'))
			abort();
	}
}

static void walk(struct json *json, unsigned depth)
{
	if (depth > JSON_DEPTH_MAX)
		abort();
	if (json_has_members(json))
		json_each_name(json, look, &json);
	else
		walk_items(json, depth);
}

static void check_writers(struct arena *arena, struct slice value)
{
	AUTO(json) struct json *built = json_object_new();
	AUTO(json) struct json *read = NULL;
	struct json_text text;
	json_set_text(built, "a", value);
	json_text_start(&text, arena);
	json_text_set(&text, "a", value);
	struct slice written = json_text_end(&text);
	if (!slice_equal(written, json_write(built, arena)))
		abort();
	/* it may be longer than what is read, and a NUL is written and not read */
	if (written.len <= JSON_BYTES_MAX && !slice_has_byte(value, '\0') &&
	    json_parse(written, &read) != ERR_OK)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(arena) struct arena *arena = arena_new();
	AUTO(json) struct json *json = NULL;
	AUTO(json) struct json *again = NULL;
	check_writers(arena, slice_of(data, size));
	if (json_parse(slice_of(data, size), &json) != ERR_OK)
		return 0;
	walk(json, 1);
	struct slice text = json_write(json, arena);
	/* Written it may be longer: a control character takes six bytes. */
	if (text.len > JSON_BYTES_MAX)
		return 0;
	if (json_parse(text, &again) != ERR_OK || !slice_equal(json_write(again, arena), text))
		abort();
	return 0;
}
