/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows out of results into records; and statements within a transaction. The counterpart of
 * sqlite/stmt.h, with the whole result in memory, so that the connection is free again when the
 * rows are read. */
#ifndef STORE_POSTGRES_PG_STMT_H
#define STORE_POSTGRES_PG_STMT_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "store/postgres/pg_conn.h"
#include "store/record.h"
#include "store/value.h"

/* --- within a transaction, see pg_write()
 * ------------------------------------------------------------- */

/* ERR_CONFLICT when a unique value is taken, ERR_ABSENT when a row it refers to is not there; both
 * end the transaction, as every error does. */
MUST_USE enum err pg_run(struct pg_conn *conn, const char *sql, const struct value *values,
			 size_t count);
/* The same for INSERT, UPDATE and DELETE; `none` when no row was changed. */
MUST_USE enum err pg_change(struct pg_conn *conn, const char *sql, const struct value *values,
			    size_t count, enum err none);
/* The first column of the first row, an integer; ABSENT without one. */
MUST_USE enum find pg_number(struct pg_conn *conn, const char *sql, const struct value *values,
			     size_t count, int64_t *out);

/* --- rows
 * --------------------------------------------------------------------------------------------- */

struct pg_rows {
	PGresult *result; /* NULL: failed */
	int row;          /* that is read, -1 before the first */
	int column;       /* that is read next */
};

/* Takes the result over; NULL makes the first pg_rows_next() fail. */
void pg_rows_init(struct pg_rows *rows, PGresult *result);
/* AUTO_FINI(pg_rows) struct pg_rows rows; pg_rows_start(&rows, conn, sql, VALUES(...)); */
void pg_rows_start(struct pg_rows *rows, struct pg_conn *conn, const char *sql,
		   const struct value *values, size_t count);
MUST_USE enum find pg_rows_next(struct pg_rows *rows);
/* As rows_read() of SQLite. Slices are copied into `arena`; with NULL they live as long as the
 * rows. */
MUST_USE enum find pg_rows_read(struct pg_rows *rows, const struct record *record,
				struct arena *arena, void *out);
/* The next row, made in `arena`; `*out`, a pointer to the struct of the record, is NULL when there
 * is none. */
MUST_USE enum find pg_rows_one(struct pg_rows *rows, const struct record *record,
			       struct arena *arena, size_t size, void *out);
#define PG_ROWS_ONE(rows, record, arena, out) \
	pg_rows_one((rows), (record), (arena), sizeof(**(out)), (out))
struct slice pg_rows_slice(struct pg_rows *rows, struct arena *arena);
/* smallint, integer, bigint or boolean. */
int64_t pg_rows_int64(struct pg_rows *rows);
void pg_rows_fini(struct pg_rows *rows);
MUST_USE enum err pg_rows_all(struct pg_rows *rows, struct arena *arena, struct rows_array *array);

#endif
