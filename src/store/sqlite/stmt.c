/* SPDX-License-Identifier: Apache-2.0
 *
 * Binding values, stepping, and reading rows into records. What the database holds is not trusted:
 * a value that does not fit its field is logged and the look-up fails. */
#include "store/sqlite/stmt.h"

#include <string.h>

#include "base/ensure.h"
#include "base/log.h"

int value_bind(sqlite3_stmt *stmt, int at, const struct value *value)
{
	/* A NULL pointer would be stored as NULL; an empty slice is an empty value. */
	const char *ptr = value->bytes.ptr != NULL ? value->bytes.ptr : "";
	if (value->null)
		return sqlite3_bind_null(stmt, at);
	switch (value->type) {
	case VALUE_INT:
	case VALUE_BOOL:
		return sqlite3_bind_int64(stmt, at, value->number);
	case VALUE_TEXT:
		return sqlite3_bind_text64(stmt, at, ptr, value->bytes.len, SQLITE_STATIC,
					   SQLITE_UTF8);
	case VALUE_BLOB:
	case VALUE_ID:
		return sqlite3_bind_blob64(stmt, at, ptr, value->bytes.len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

void rows_start(struct rows *rows, struct conn *conn, const char *sql, const struct value *values,
		size_t count)
{
	*rows = (struct rows){ .conn = conn };
	if (conn == NULL)
		return;
	rows->stmt = conn_statement(conn, sql);
	if (rows->stmt == NULL)
		return;
	ensure((size_t)sqlite3_bind_parameter_count(rows->stmt) == count);
	for (size_t i = 0; i < count; i++) {
		if (value_bind(rows->stmt, (int)i + 1, &values[i]) == SQLITE_OK)
			continue;
		conn_log(conn, "a value does not fit into the database");
		rows->stmt = NULL;
		return;
	}
}

void rows_fini(struct rows *rows)
{
	if (rows->stmt != NULL)
		sqlite3_reset(rows->stmt);
	rows->stmt = NULL;
}

enum find rows_next(struct rows *rows)
{
	if (rows->stmt == NULL)
		return FIND_FAILED;
	rows->column = 0;
	int rc = sqlite3_step(rows->stmt);
	if (rc == SQLITE_ROW)
		return FOUND;
	if (rc == SQLITE_DONE)
		return ABSENT;
	conn_log(rows->conn, "a look-up failed");
	rows_fini(rows);
	return FIND_FAILED;
}

/* --- changes
 * ---------------------------------------------------------------------------------------------------------
 */

static enum err change_error(struct conn *conn, int rc)
{
	if (rc == SQLITE_CONSTRAINT_UNIQUE || rc == SQLITE_CONSTRAINT_PRIMARYKEY)
		return ERR_CONFLICT;
	if (rc == SQLITE_CONSTRAINT_FOREIGNKEY)
		return ERR_ABSENT;
	conn_log(conn, "a change failed");
	return ERR_DATABASE;
}

enum err conn_run(struct conn *conn, const char *sql, const struct value *values, size_t count)
{
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql, values, count);
	if (rows.stmt == NULL)
		return ERR_DATABASE;
	int rc;
	do {
		rc = sqlite3_step(rows.stmt);
	} while (rc == SQLITE_ROW);
	return rc == SQLITE_DONE ? ERR_OK : change_error(conn, rc);
}

enum err conn_change(struct conn *conn, const char *sql, const struct value *values, size_t count,
		     enum err none)
{
	enum err err = conn_run(conn, sql, values, count);
	if (err != ERR_OK)
		return err;
	return sqlite3_changes(conn->db) > 0 ? ERR_OK : none;
}

enum find conn_number(struct conn *conn, const char *sql, const struct value *values, size_t count,
		      int64_t *out)
{
	AUTO_FINI(rows) struct rows rows;
	rows_start(&rows, conn, sql, values, count);
	enum find found = rows_next(&rows);
	if (found == FOUND)
		*out = rows_int64(&rows);
	return found;
}

/* --- reading
 * ---------------------------------------------------------------------------------------------------------
 */

int64_t rows_int64(struct rows *rows)
{
	return sqlite3_column_int64(rows->stmt, rows->column++);
}

enum find rows_one(struct rows *rows, const struct record *record, struct arena *arena, size_t size,
		   void *out)
{
	void *item = NULL;
	enum find found = rows_next(rows);
	if (found == FOUND) {
		item = arena_alloc(arena, size);
		found = rows_read(rows, record, arena, item);
	}
	memcpy(out, &item, sizeof(item));
	return found;
}

struct slice rows_slice(struct rows *rows, struct arena *arena)
{
	int column = rows->column++;
	const void *ptr = sqlite3_column_blob(rows->stmt, column);
	size_t len = (size_t)sqlite3_column_bytes(rows->stmt, column);
	if (ptr == NULL)
		return SLICE_EMPTY;
	struct slice s = slice_of(ptr, len);
	return arena != NULL ? arena_slice(arena, s) : s;
}

/* Bytes that are no slice are copied into the member itself. */
static bool read_field(struct rows *rows, const struct field *field, struct arena *arena, void *out)
{
	if (field_is_number(field))
		return field_put_number(field, rows_int64(rows), out);
	struct arena *keeper = field->type == FIELD_SLICE ? arena : NULL;
	return field_put_bytes(field, rows_slice(rows, keeper), out);
}

enum find rows_read(struct rows *rows, const struct record *record, struct arena *arena, void *out)
{
	for (size_t i = 0; i < record->count; i++) {
		const struct field *field = &record->fields[i];
		if (read_field(rows, field, arena, out))
			continue;
		const char *name = sqlite3_column_name(rows->stmt, rows->column - 1);
		log_error("the database holds a value of the wrong form",
			  LOG_TEXT("column", slice_str(name)));
		return FIND_FAILED;
	}
	return FOUND;
}

enum err rows_all(struct rows *rows, struct arena *arena, struct rows_array *array)
{
	size_t room = 16;
	array->items = arena_calloc(arena, room, array->size);
	array->count = 0;
	enum find found = ABSENT;
	while (array->count < array->limit && (found = rows_next(rows)) == FOUND) {
		if (array->count == room) {
			void *larger = arena_calloc(arena, room * 2, array->size);
			memcpy(larger, array->items, room * array->size);
			array->items = larger;
			room *= 2;
		}
		if (rows_read(rows, array->record, arena,
			      (char *)array->items + array->count * array->size) != FOUND)
			return ERR_DATABASE;
		array->count++;
	}
	return found == FIND_FAILED ? ERR_DATABASE : ERR_OK;
}
