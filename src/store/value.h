/* SPDX-License-Identifier: Apache-2.0
 *
 * The values that statements take, whatever the engine. A statement takes a list of them:
 * VALUES(V_ID(id), V_INT(now)); each engine binds them in its own way. */
#ifndef STORE_VALUE_H
#define STORE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/id.h"

enum value_type { VALUE_INT = 0, VALUE_BOOL, VALUE_TEXT, VALUE_BLOB, VALUE_ID };

struct value {
	enum value_type type;
	bool null;
	int64_t number;
	struct slice bytes; /* must live until the statement is done */
};

#define V_INT(n) ((struct value){ .type = VALUE_INT, .number = (int64_t)(n) })
#define V_BOOL(b) ((struct value){ .type = VALUE_BOOL, .number = (b) ? 1 : 0 })
/* NULL unless `is`; `n` is not looked at then. */
#define V_INT_IF(is, n) \
	((struct value){ .type = VALUE_INT, .null = !(is), .number = (is) ? (int64_t)(n) : 0 })
#define V_TEXT(slice) ((struct value){ .type = VALUE_TEXT, .bytes = (slice) })
#define V_BLOB(slice) ((struct value){ .type = VALUE_BLOB, .bytes = (slice) })
#define V_HASH(hash) V_BLOB(hash_slice(hash))
#define V_ID(id) ((struct value){ .type = VALUE_ID, .bytes = id_slice(id) })
/* Zero stands for nobody, as does a NULL pointer, and is stored as NULL. */
#define V_ID_OR_NULL(id) value_id_or_null(id)
/* Nothing is stored as NULL. */
#define V_BLOB_OR_NULL(slice) value_blob_or_null(slice)
#define VALUES(...) \
	((const struct value[]){ __VA_ARGS__ }), \
		(sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value))
#define NO_VALUES NULL, 0

struct value value_id_or_null(const struct id *id);
struct value value_blob_or_null(struct slice bytes);

#endif
