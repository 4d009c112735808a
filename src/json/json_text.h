/* SPDX-License-Identifier: Apache-2.0
 *
 * An object that is written as its members come, for answers that are many: nothing is built, and
 * nothing is freed. The bytes are those that json_write() would give. */
#ifndef JSON_JSON_TEXT_H
#define JSON_JSON_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/slice.h"

struct json_text {
	struct buf buf; /* in the arena */
};

void json_text_start(struct json_text *text, struct arena *arena);
/* Names are literals that need no escape. A member must not come twice: nobody looks. */
void json_text_set(struct json_text *text, const char *name, struct slice value);
void json_text_set_number(struct json_text *text, const char *name, int64_t value);
void json_text_set_bool(struct json_text *text, const char *name, bool value);
/* The words of a text, divided by blanks. */
void json_text_set_words(struct json_text *text, const char *name, struct slice words);
/* JSON as it is. */
void json_text_set_json(struct json_text *text, const char *name, struct slice json);
struct slice json_text_end(struct json_text *text);

#endif
