/* SPDX-License-Identifier: Apache-2.0
 *
 * Values into statements and rows into records. A statement takes a list of values:
 *
 *	conn_change(conn, "UPDATE user SET admin = ?2 WHERE id = ?1", VALUES(V_ID(id),
 *V_INT(admin)), ERR_ABSENT)
 *
 * and a row fills a struct by a table of its fields, which stands beside the column list in the
 *same order. */
#ifndef STORE_SQLITE_STMT_H
#define STORE_SQLITE_STMT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "crypto/hash.h"
#include "domain/id.h"
#include "store/sqlite/conn.h"

/* --- values
 * --------------------------------------------------------------------------------------------------------
 */

enum value_type { VALUE_NULL = 0, VALUE_INT, VALUE_TEXT, VALUE_BLOB };

struct value {
	enum value_type type;
	int64_t number;
	struct slice bytes; /* must live until the statement is done */
};

#define V_INT(n) ((struct value){ .type = VALUE_INT, .number = (int64_t)(n) })
#define V_TEXT(slice) ((struct value){ .type = VALUE_TEXT, .bytes = (slice) })
#define V_BLOB(slice) ((struct value){ .type = VALUE_BLOB, .bytes = (slice) })
#define V_ID(id) V_BLOB(id_slice(id))
#define V_HASH(hash) V_BLOB(hash_slice(hash))
/* Zero stands for nobody, and is stored as NULL. */
#define V_ID_OR_NULL(id) value_id_or_null(id)
#define VALUES(...) \
	((const struct value[]){ __VA_ARGS__ }), \
		(sizeof((const struct value[]){ __VA_ARGS__ }) / sizeof(struct value))
#define NO_VALUES NULL, 0

struct value value_id_or_null(const struct id *id);

/* Runs a statement to its end. ERR_CONFLICT when a unique value is taken, ERR_ABSENT when a row it
 * refers to is not there. */
MUST_USE enum err conn_run(struct conn *conn, const char *sql, const struct value *values,
			   size_t count);
/* The same; `none` when no row was changed. */
MUST_USE enum err conn_change(struct conn *conn, const char *sql, const struct value *values,
			      size_t count, enum err none);
/* The first column of the first row; ABSENT without one. */
MUST_USE enum find conn_number(struct conn *conn, const char *sql, const struct value *values,
			       size_t count, int64_t *out);

/* --- rows
 * ----------------------------------------------------------------------------------------------------------
 */

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

struct rows {
	struct conn *conn;
	sqlite3_stmt *stmt; /* NULL: failed */
	int column;         /* that is read next */
};

/* AUTO_FINI(rows) struct rows rows; rows_start(&rows, ...); while (rows_next(&rows) == FOUND) ...
 * A `conn` of NULL (no connection could be had) makes the first rows_next() fail. */
void rows_start(struct rows *rows, struct conn *conn, const char *sql, const struct value *values,
		size_t count);
/* FOUND, ABSENT after the last, FIND_FAILED. */
MUST_USE enum find rows_next(struct rows *rows);
/* Fills `out` from the next columns of this row and steps over them. Slices are copied into
 * `arena`; with NULL they point into the row and live until the next one. FIND_FAILED when a stored
 * value does not have the form it must have. */
MUST_USE enum find rows_read(struct rows *rows, const struct record *record, struct arena *arena,
			     void *out);
/* The next column alone. */
struct slice rows_slice(struct rows *rows, struct arena *arena);
int64_t rows_int64(struct rows *rows);
void rows_fini(struct rows *rows);

/* All rows as an array in the arena, at most `limit` of them. */
struct rows_array {
	const struct record *record;
	size_t size; /* of one item */
	size_t limit;
	void *items;
	size_t count;
};
MUST_USE enum err rows_all(struct rows *rows, struct arena *arena, struct rows_array *array);

#endif
