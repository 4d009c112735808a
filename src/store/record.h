/* SPDX-License-Identifier: Apache-2.0
 *
 * How a row of a table fills a struct, whatever the engine: a table of the struct's fields stands
 * beside the column list, in the same order. */
#ifndef STORE_RECORD_H
#define STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/id.h"

enum field_type {
	FIELD_ID,
	FIELD_HASH,
	FIELD_SLICE,
	FIELD_INT64,
	FIELD_UINT32,
	FIELD_ENUM,
	FIELD_BOOL
};
enum {
	FIELD_SIZE_ID = sizeof(struct id),
	FIELD_SIZE_HASH = sizeof(struct hash),
	FIELD_SIZE_SLICE = sizeof(struct slice),
	FIELD_SIZE_INT64 = sizeof(int64_t),
	FIELD_SIZE_UINT32 = sizeof(uint32_t),
	FIELD_SIZE_ENUM = sizeof(unsigned),
	FIELD_SIZE_BOOL = sizeof(bool),
};

struct field {
	enum field_type type;
	size_t offset;
	unsigned limit; /* of an enum: its values are below */
};

struct record {
	const struct field *fields;
	size_t count;
};

/* offsetof(), refused by the compiler when the member has another size than its type needs. */
#define FIELD_OFFSET(type, owner, member) \
	(offsetof(owner, member) + \
	 0 * sizeof(char[sizeof(((owner *)0)->member) == (size_t)FIELD_SIZE_##type ? 1 : -1]))
#define FIELD(type, owner, member) \
	{ \
		FIELD_##type, FIELD_OFFSET(type, owner, member), 0 \
	}
#define FIELD_OF_ENUM(owner, member, limit) \
	{ \
		FIELD_ENUM, FIELD_OFFSET(ENUM, owner, member), (limit) \
	}
#define RECORD(fields) \
	{ \
		(fields), ARRAY_LEN(fields) \
	}

/* Whether its cell is a number, otherwise bytes. */
bool field_is_number(const struct field *field);
/* Put a cell into its member of `out`, a struct of the record; bytes of a slice must live as long
 * as it does. False when the cell does not have the form it must have. */
MUST_USE bool field_put_bytes(const struct field *field, struct slice bytes, void *out);
MUST_USE bool field_put_number(const struct field *field, int64_t number, void *out);

/* Bytes of all slices of a struct of the record, together. */
size_t record_text_size(const struct record *record, const void *item);
/* Copies them into the arena; the struct points there then. */
void record_move_text(const struct record *record, void *item, struct arena *arena);

/* All rows as an array in an arena, at most `limit` of them. */
struct rows_array {
	const struct record *record;
	size_t size; /* of one item */
	size_t limit;
	void *items;
	size_t count;
};

#endif
