/* SPDX-License-Identifier: Apache-2.0
 *
 * Building and reading JSON by jansson. `struct json` is jansson's own value under our name. Text
 * from outside is made well-formed where it is written, so that an answer never fails for what
 * somebody typed; and what is read is taken only when it is strict and small. */
#include "json/json.h"

#include <jansson.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "json/json_memory.h"

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
	json_memory_prepare();
	return (struct json *)made(json_object());
}

struct json *json_array_new(void)
{
	json_memory_prepare();
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

/* --- reading
 * ------------------------------------------------------------------------------------------ */

static const json_t *outer(const struct json *json)
{
	return (const json_t *)json;
}

/* jansson has a limit of its own for depth, which is far beyond ours. */
static bool is_too_deep(struct slice text)
{
	unsigned depth = 0;
	bool in_string = false;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (!in_string && (c == '{' || c == '['))
			depth++;
		else if (!in_string && (c == '}' || c == ']') && depth > 0)
			depth--;
		if (depth > JSON_DEPTH_MAX)
			return true;
	}
	return false;
}

enum err json_parse(struct slice text, struct json **out)
{
	*out = NULL;
	if (text.len == 0 || text.len > JSON_BYTES_MAX || is_too_deep(text))
		return ERR_INVALID;
	json_memory_prepare();
	*out = (struct json *)json_loadb(text.ptr, text.len, JSON_REJECT_DUPLICATES, NULL);
	return *out ? ERR_OK : ERR_INVALID;
}

bool json_has_members(const struct json *json)
{
	return json_typeof(outer(json)) == JSON_OBJECT;
}

static const json_t *member(const struct json *object, const char *name)
{
	return json_object_get(outer(object), name);
}

bool json_has(const struct json *object, const char *name)
{
	return member(object, name) != NULL;
}

bool json_has_null(const struct json *object, const char *name)
{
	return json_is_null(member(object, name));
}

static bool text_of(const json_t *value, struct slice *out)
{
	*out = SLICE_EMPTY;
	if (!json_is_string(value))
		return false;
	*out = slice_of(json_string_value(value), json_string_length(value));
	return true;
}

bool json_get_text(const struct json *object, const char *name, struct slice *out)
{
	return text_of(member(object, name), out);
}

bool json_get_number(const struct json *object, const char *name, int64_t *out)
{
	const json_t *value = member(object, name);
	*out = 0;
	if (json_is_integer(value)) {
		*out = json_integer_value(value);
		return true;
	}
	/* RFC7519#2: a NumericDate may have a fraction */
	if (!json_is_real(value) || json_real_value(value) < -9e15 || json_real_value(value) > 9e15)
		return false;
	*out = (int64_t)json_real_value(value);
	return true;
}

struct slice json_copy_text(const struct json *object, const char *name, struct arena *arena)
{
	struct slice text;
	return json_get_text(object, name, &text) ? arena_slice(arena, text) : SLICE_EMPTY;
}

bool json_get_optional_text(const struct json *object, const char *name, struct slice *out)
{
	return json_get_text(object, name, out) || !json_has(object, name);
}

bool json_get_optional_number(const struct json *object, const char *name, bool *has, int64_t *out)
{
	*has = json_has(object, name);
	return json_get_number(object, name, out) || !*has;
}

bool json_get_bool(const struct json *object, const char *name, bool *out)
{
	const json_t *value = member(object, name);
	*out = json_is_true(value);
	return json_is_boolean(value);
}

bool json_get_texts(const struct json *object, const char *name, struct slice *out, size_t max,
		    size_t *count)
{
	const json_t *value = member(object, name);
	*count = 0;
	if (json_is_string(value))
		return max > 0 && text_of(value, &out[(*count)++]);
	if (!json_is_array(value) || json_array_size(value) > max)
		return false;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!text_of(json_array_get(value, i), &out[(*count)++]))
			return false;
	return true;
}

static struct json *shared(json_t *value)
{
	if (!json_is_object(value) && !json_is_array(value))
		return NULL;
	return (struct json *)json_incref(value);
}

struct json *json_get(const struct json *object, const char *name)
{
	return shared(json_object_get(outer(object), name));
}

size_t json_count(const struct json *json)
{
	return json_has_members(json) ? json_object_size(outer(json))
				      : json_array_size(outer(json));
}

struct json *json_at(const struct json *array, size_t index)
{
	return shared(json_array_get(outer(array), index));
}

bool json_text_at(const struct json *array, size_t index, struct slice *out)
{
	return text_of(json_array_get(outer(array), index), out);
}

void json_each_name(const struct json *object, bool (*each)(void *arg, struct slice name),
		    void *arg)
{
	json_t *value = (json_t *)(uintptr_t)outer(object);
	for (void *at = json_object_iter(value); at; at = json_object_iter_next(value, at))
		if (!each(arg, slice_str(json_object_iter_key(at))))
			return;
}

/* --- writing
 * ------------------------------------------------------------------------------------------ */

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
