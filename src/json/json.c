/* SPDX-License-Identifier: Apache-2.0
 *
 * Building JSON by jansson. `struct json` is jansson's own value under our name. Text from outside
 * is made well-formed here, so that an answer never fails for what somebody typed. */
#include "json/json.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/ensure.h"

/* Most answers fit; a longer one is written a second time. */
enum { SIZE_GUESS = 1024 };

static json_t *inner(struct json *json)
{
	return (json_t *)json;
}

/* jansson answers NULL only when memory has run out. */
static json_t *made(json_t *value)
{
	ensure(value != NULL);
	return value;
}

struct json *json_object_new(void)
{
	return (struct json *)made(json_object());
}

struct json *json_array_new(void)
{
	return (struct json *)made(json_array());
}

void json_free(struct json **json)
{
	json_decref(inner(*json));
	*json = NULL;
}

/* The length of the well-formed text that `s` starts with. */
static size_t good_length(struct slice s)
{
	size_t at = 0;
	size_t length;
	while ((length = slice_utf8_char(slice_sub(s, at, s.len))) > 0)
		at += length;
	return at;
}

static json_t *mended(struct slice s)
{
	struct buf buf;
	buf_init(&buf, s.len * 3); /* at most one U+FFFD for each byte */
	while (s.len > 0) {
		size_t good = good_length(s);
		buf_add(&buf, slice_sub(s, 0, good));
		if (good < s.len)
			buf_add(&buf, SLICE("\xef\xbf\xbd"));
		s = slice_sub(s, good + 1, s.len);
	}
	ensure(buf_is_whole(&buf));
	json_t *value = json_stringn_nocheck(buf_slice(&buf).ptr, buf.len);
	buf_fini(&buf);
	return value;
}

static json_t *text_new(struct slice s)
{
	if (s.len == 0)
		return made(json_stringn_nocheck("", 0));
	if (good_length(s) == s.len)
		return made(json_stringn_nocheck(s.ptr, s.len));
	return made(mended(s));
}

static void set(struct json *object, const char *name, json_t *value)
{
	ensure(json_object_set_new(inner(object), name, value) == 0);
}

void json_set_text(struct json *object, const char *name, struct slice value)
{
	set(object, name, text_new(value));
}

void json_set_number(struct json *object, const char *name, int64_t value)
{
	set(object, name, made(json_integer(value)));
}

void json_set_bool(struct json *object, const char *name, bool value)
{
	set(object, name, json_boolean(value));
}

void json_set_null(struct json *object, const char *name)
{
	set(object, name, json_null());
}

void json_set_json(struct json *object, const char *name, struct json **value)
{
	set(object, name, made(inner(*value)));
	*value = NULL;
}

void json_append_text(struct json *array, struct slice value)
{
	ensure(json_array_append_new(inner(array), text_new(value)) == 0);
}

void json_append(struct json *array, struct json **value)
{
	ensure(json_array_append_new(inner(array), made(inner(*value))) == 0);
	*value = NULL;
}

struct slice json_write(const struct json *json, struct arena *arena)
{
	const json_t *value = (const json_t *)json;
	char *text = arena_alloc(arena, SIZE_GUESS);
	size_t len = json_dumpb(value, text, SIZE_GUESS, JSON_COMPACT);
	ensure(len > 0);
	if (len <= SIZE_GUESS)
		return slice_of(text, len);
	text = arena_alloc(arena, len);
	ensure(json_dumpb(value, text, len, JSON_COMPACT) == len);
	return slice_of(text, len);
}
