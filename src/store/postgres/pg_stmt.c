/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements of a transaction, and reading rows into records. What the database holds is not
 * trusted: a value that does not fit its field is logged and the look-up fails. */
#include "store/postgres/pg_stmt.h"

#include <string.h>

#include "base/log.h"

enum err pg_run(struct pg_conn *conn, const char *sql, const struct value *values, size_t count)
{
	PGresult *result;
	enum pg_fate fate = pg_conn_run(conn, sql, values, count, &result);
	PQclear(result);
	return pg_fate_error(fate);
}

/* "0" or nothing, when no row was changed. */
static bool has_changed(PGresult *result)
{
	const char *rows = PQcmdTuples(result);
	return rows[0] != '\0' && strcmp(rows, "0") != 0;
}

enum err pg_change(struct pg_conn *conn, const char *sql, const struct value *values, size_t count,
		   enum err none)
{
	PGresult *result;
	enum pg_fate fate = pg_conn_run(conn, sql, values, count, &result);
	bool changed = fate == PG_DONE && has_changed(result);
	PQclear(result);
	if (fate != PG_DONE)
		return pg_fate_error(fate);
	return changed ? ERR_OK : none;
}

enum find pg_number(struct pg_conn *conn, const char *sql, const struct value *values, size_t count,
		    int64_t *out)
{
	AUTO_FINI(pg_rows) struct pg_rows rows;
	pg_rows_start(&rows, conn, sql, values, count);
	enum find found = pg_rows_next(&rows);
	if (found == FOUND)
		*out = pg_rows_int64(&rows);
	return found;
}

/* --- rows
 * ------------------------------------------------------------------------------------------------------
 */

void pg_rows_init(struct pg_rows *rows, PGresult *result)
{
	*rows = (struct pg_rows){ .result = result, .row = -1 };
}

void pg_rows_start(struct pg_rows *rows, struct pg_conn *conn, const char *sql,
		   const struct value *values, size_t count)
{
	PGresult *result = NULL;
	if (pg_conn_run(conn, sql, values, count, &result) != PG_DONE)
		result = NULL;
	pg_rows_init(rows, result);
}

void pg_rows_fini(struct pg_rows *rows)
{
	PQclear(rows->result);
	rows->result = NULL;
}

enum find pg_rows_next(struct pg_rows *rows)
{
	if (rows->result == NULL)
		return FIND_FAILED;
	if (rows->row + 1 >= PQntuples(rows->result))
		return ABSENT;
	rows->row++;
	rows->column = 0;
	return FOUND;
}

/* --- reading
 * ---------------------------------------------------------------------------------------------------
 */

/* The bytes of the next column; NULL is empty. */
static struct slice take_bytes(struct pg_rows *rows)
{
	int column = rows->column++;
	if (PQgetisnull(rows->result, rows->row, column))
		return SLICE_EMPTY;
	return slice_of(PQgetvalue(rows->result, rows->row, column),
			(size_t)PQgetlength(rows->result, rows->row, column));
}

enum find pg_rows_one(struct pg_rows *rows, const struct record *record, struct arena *arena,
		      size_t size, void *out)
{
	void *item = NULL;
	enum find found = pg_rows_next(rows);
	if (found == FOUND) {
		item = arena_alloc(arena, size);
		found = pg_rows_read(rows, record, arena, item);
	}
	memcpy(out, &item, sizeof(item));
	return found;
}

struct slice pg_rows_slice(struct pg_rows *rows, struct arena *arena)
{
	struct slice s = take_bytes(rows);
	return arena != NULL && s.len > 0 ? arena_slice(arena, s) : s;
}

/* A whole number of whatever size, the highest byte first; NULL is 0. */
static bool read_number(struct slice s, int64_t *out)
{
	uint64_t number = 0;
	if (s.len > sizeof(number))
		return false;
	for (size_t i = 0; i < s.len; i++)
		number = number << 8 | (uint8_t)s.ptr[i];
	/* The sign of the smaller ones is in their own highest bit; a boolean has none. */
	if (s.len == 2)
		*out = (int16_t)number;
	else if (s.len == 4)
		*out = (int32_t)number;
	else
		*out = (int64_t)number;
	return s.len == 0 || s.len == 1 || s.len == 2 || s.len == 4 || s.len == 8;
}

/* pg_type.dat: bool, int8, int2, int4 */
static bool is_number(Oid type)
{
	return type == 16 || type == 20 || type == 21 || type == 23;
}

static bool take_number(struct pg_rows *rows, int64_t *out)
{
	Oid type = PQftype(rows->result, rows->column);
	return read_number(take_bytes(rows), out) && is_number(type);
}

static void log_form(const struct pg_rows *rows, int column)
{
	log_error("the database holds a value of the wrong form",
		  LOG_TEXT("column", slice_str(PQfname(rows->result, column))));
}

int64_t pg_rows_int64(struct pg_rows *rows)
{
	int64_t number = 0;
	if (take_number(rows, &number))
		return number;
	log_form(rows, rows->column - 1);
	return 0;
}

/* Bytes that are no slice are copied into the member itself. */
static bool read_field(struct pg_rows *rows, const struct field *field, struct arena *arena,
		       void *out)
{
	int64_t number = 0;
	if (field_is_number(field))
		return take_number(rows, &number) && field_put_number(field, number, out);
	struct arena *keeper = field->type == FIELD_SLICE ? arena : NULL;
	return field_put_bytes(field, pg_rows_slice(rows, keeper), out);
}

enum find pg_rows_read(struct pg_rows *rows, const struct record *record, struct arena *arena,
		       void *out)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		int column = rows->column;
		if (read_field(rows, field, arena, out))
			continue;
		log_form(rows, column);
		return FIND_FAILED;
	}
	return FOUND;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

enum err pg_rows_all(struct pg_rows *rows, struct arena *arena, struct rows_array *array)
{
	array->items = NULL;
	array->count = 0;
	if (rows->result == NULL)
		return ERR_DATABASE;
	size_t count = smaller((size_t)PQntuples(rows->result), array->limit);
	array->items = arena_calloc(arena, count > 0 ? count : 1, array->size);
	while (array->count < count && pg_rows_next(rows) == FOUND) {
		if (pg_rows_read(rows, array->record, arena,
				 (char *)array->items + array->count * array->size) != FOUND)
			return ERR_DATABASE;
		array->count++;
	}
	return ERR_OK;
}
