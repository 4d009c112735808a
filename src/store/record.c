/* SPDX-License-Identifier: Apache-2.0
 *
 * One cell into one member. What the database holds is not trusted: what does not fit is refused.
 */
#include "store/record.h"

#include <string.h>

bool field_is_number(const struct field *field)
{
	return field->type != FIELD_ID && field->type != FIELD_HASH && field->type != FIELD_SLICE;
}

/* NULL stands for zero: nobody, none. */
static bool put_exactly(struct slice bytes, void *out, size_t size)
{
	if (bytes.len == 0) {
		memset(out, 0, size);
		return true;
	}
	if (bytes.len != size)
		return false;
	memcpy(out, bytes.ptr, size);
	return true;
}

bool field_put_bytes(const struct field *field, struct slice bytes, void *out)
{
	void *member = (char *)out + field->offset;
	switch (field->type) {
	case FIELD_ID:
		return put_exactly(bytes, member, sizeof(struct id));
	case FIELD_HASH:
		return put_exactly(bytes, member, sizeof(struct hash));
	case FIELD_SLICE:
		*(struct slice *)member = bytes;
		return true;
	default:
		return false;
	}
}

static bool put_below(int64_t number, uint32_t *out, int64_t limit)
{
	if (number < 0 || number >= limit)
		return false;
	*out = (uint32_t)number;
	return true;
}

bool field_put_number(const struct field *field, int64_t number, void *out)
{
	void *member = (char *)out + field->offset;
	switch (field->type) {
	case FIELD_INT64:
		*(int64_t *)member = number;
		return true;
	case FIELD_UINT32:
		return put_below(number, member, (int64_t)UINT32_MAX + 1);
	case FIELD_ENUM:
		return put_below(number, member, field->limit);
	case FIELD_BOOL:
		*(bool *)member = number != 0;
		return true;
	default:
		return false;
	}
}

size_t record_text_size(const struct record *record, const void *item)
{
	size_t size = 0;
	for (size_t i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		if (field->type == FIELD_SLICE)
			size += ((const struct slice *)(const void *)((const char *)item +
								      field->offset))
					->len;
	}
	return size;
}

void record_move_text(const struct record *record, void *item, struct arena *arena)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		if (field->type == FIELD_SLICE)
			arena_slices(arena, (struct slice *)(void *)((char *)item + field->offset),
				     1);
	}
}
