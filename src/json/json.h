/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON objects for answers and for --json, built over jansson, the only folder beside crypto/ that
 * includes it. */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
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

/* Compact, members in the order in which they were set. */
struct slice json_write(const struct json *json, struct arena *arena);

#endif
