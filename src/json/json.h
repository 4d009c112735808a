/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON built for answers and for --json, and read from outside, over jansson, which nobody beside
 * includes. */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

struct json; /* an object or an array */

/* Not json_object() and json_array(): jansson exports these, and so would we to the libraries that
 * use it. */
struct json *json_object_new(void);
struct json *json_array_new(void);
void json_free(struct json **json);

/* Strings must be UTF-8; others are written with U+FFFD in the place of bad bytes. */
void json_set_text(struct json *object, const char *name, struct slice value);
void json_set_number(struct json *object, const char *name, int64_t value);
void json_set_bool(struct json *object, const char *name, bool value);
void json_set_null(struct json *object, const char *name);
/* Takes `*value` over and clears it. */
void json_set_json(struct json *object, const char *name, struct json **value);
void json_append_text(struct json *array, struct slice value);
void json_append(struct json *array, struct json **value);

/* --- reading
 * ------------------------------------------------------------------------------------------ */

enum { JSON_DEPTH_MAX = 16, JSON_BYTES_MAX = 65536 };

/* An object or an array out of text from outside: strict, no repeated members, no NUL in a string,
 * bounded in size and depth, nothing behind it. ERR_INVALID. */
MUST_USE enum err json_parse(struct slice text, struct json **out);
bool json_has_members(const struct json *json);
bool json_has(const struct json *object, const char *name);
bool json_has_null(const struct json *object, const char *name); /* there, and null */
/* False when it is not there or of another type. Texts live as long as `object`; the fraction of a
 * number is cut. */
bool json_get_text(const struct json *object, const char *name, struct slice *out);
bool json_get_number(const struct json *object, const char *name, int64_t *out);
/* The same of one that may be missing: false when it is there and of another type alone. */
bool json_get_optional_text(const struct json *object, const char *name, struct slice *out);
bool json_get_optional_number(const struct json *object, const char *name, bool *has, int64_t *out);
/* A copy that outlives `object`; "" when it is not there or of another type. */
struct slice json_copy_text(const struct json *object, const char *name, struct arena *arena);
bool json_get_bool(const struct json *object, const char *name, bool *out);
/* A string, or an array of strings: at most `max`. False for anything else. */
bool json_get_texts(const struct json *object, const char *name, struct slice *out, size_t max,
		    size_t *count);
/* Objects and arrays within, of which the caller owns a reference; NULL when it is neither. */
struct json *json_get(const struct json *object, const char *name);
size_t json_count(const struct json *json); /* items, or members */
struct json *json_at(const struct json *array, size_t index);
bool json_text_at(const struct json *array, size_t index, struct slice *out);
/* Each member's name, in order, until `each` says false. */
void json_each_name(const struct json *object, bool (*each)(void *arg, struct slice name),
		    void *arg);

/* Compact, members in the order in which they were set. */
struct slice json_write(const struct json *json, struct arena *arena);

#endif
