/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree of values that a page hands to its template: text, yes or no, number, list of objects.
 * It is built in an arena and never changed afterwards. Text is kept as it is: escaping is
 * the renderer's. */
#ifndef VIEW_VALUES_H
#define VIEW_VALUES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/slice.h"

enum {
	VALUES_TEXT_MAX = 16384 /* bytes of one text that are shown */,
	VALUES_ITEMS_MAX = 500 /* of one list */
};

enum value_type { VALUE_TEXT = 0, VALUE_BOOL, VALUE_NUMBER, VALUE_LIST };

struct values;      /* an object: names, each with a value */
struct values_list; /* of objects */

struct value {
	enum value_type type;
	struct slice text;
	bool yes;
	int64_t number;
	const struct values_list *list;
};

struct values *values_new(struct arena *arena);

/* Names are literals; setting one twice is a mistake of ours. A text beyond VALUES_TEXT_MAX is cut
 * at a character, with an ellipsis behind it; its bytes must live as long as the tree. */
void values_text(struct values *values, const char *name, struct slice text);
/* The same with a bound of its own, for what others say about themselves. */
void values_text_short(struct values *values, const char *name, struct slice text, size_t max);
void values_bool(struct values *values, const char *name, bool yes);
void values_number(struct values *values, const char *name, int64_t number);
/* A list, at first empty, and its next item. NULL when VALUES_ITEMS_MAX are in it. */
struct values_list *values_list(struct values *values, const char *name);
struct values *values_item(struct values_list *list);

size_t values_list_count(const struct values_list *list);
const struct values *values_list_at(const struct values_list *list, size_t index);

/* Where a name is looked up: the innermost object first, then outwards. */
struct values_frame {
	const struct values *values;
	const struct values_frame *outer;
};
/* NULL when no object has it. */
const struct value *values_find(const struct values_frame *frame, struct slice name);
/* What sections ask: text that is not empty, yes, a number that is not 0, a list that is not empty.
 */
bool value_is_true(const struct value *value);

#endif
