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
#include "store/record.h"
#include "store/sqlite/conn.h"
#include "store/value.h"

/* An SQLite result code. */
int value_bind(sqlite3_stmt *stmt, int at, const struct value *value);
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
/* The next row, made in `arena`; `*out`, a pointer to the struct of the record, is NULL when there
 * is none. */
MUST_USE enum find rows_one(struct rows *rows, const struct record *record, struct arena *arena,
			    size_t size, void *out);
#define ROWS_ONE(rows, record, arena, out) \
	rows_one((rows), (record), (arena), sizeof(**(out)), (out))
/* The next column alone. */
struct slice rows_slice(struct rows *rows, struct arena *arena);
int64_t rows_int64(struct rows *rows);
void rows_fini(struct rows *rows);

/* Fills `array`, whose items are in the arena. */
MUST_USE enum err rows_all(struct rows *rows, struct arena *arena, struct rows_array *array);

#endif
