/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole tables out by a cursor and in by COPY, by the list of tables. What only this engine has, it
 * makes here: the shard of an event, and the table of names. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "store/postgres/pg_object.h"
#include "store/postgres/pg_scan.h"

/* A portion may take its time, as the server writes it to its disk. */
enum { SQL_MAX = 1024, LINES_MAX = 64 << 20, FETCH_ROWS = 500, PATIENCE_MS = 60000 };

struct reading {
	struct snapshot snapshot; /* first */
	struct pg_conn conn;
	struct pg_rows rows;
	const struct table *table;
	bool done; /* the portion that is read is the last */
};

static struct reading *reading_of(struct snapshot *snapshot)
{
	return (struct reading *)(void *)snapshot;
}

/* --- out
 * ---------------------------------------------------------------------------------------------- */

static void copy_close(struct snapshot **snapshot)
{
	struct reading *reading = reading_of(*snapshot);
	*snapshot = NULL;
	pg_rows_fini(&reading->rows);
	pg_scan_fini(&reading->conn);
	free(reading);
}

/* The moment is that of the first look. */
static enum err copy_open(struct store *store, struct snapshot **out)
{
	struct reading *reading = xcalloc(1, sizeof(*reading));
	reading->snapshot.store = store;
	*out = &reading->snapshot;
	enum err err = pg_scan_init(&reading->conn, store);
	if (err != ERR_OK)
		return err;
	return pg_fate_error(pg_conn_script(&reading->conn, "SELECT 1 FROM meta LIMIT 1"));
}

static void put_columns(struct buf *sql, const struct table *table)
{
	const char *comma = "";
	for (size_t i = 0; i < table->column_count; i++) {
		buf_addf(sql, "%s\"%s\"", comma, table->columns[i].name);
		comma = ", ";
	}
}

static const char *text_of(struct buf *sql)
{
	buf_add_byte(sql, '\0');
	ensure(buf_is_whole(sql));
	return buf_slice(sql).ptr;
}

static enum err copy_start(struct snapshot *snapshot, const struct table *table, const char *order)
{
	struct reading *reading = reading_of(snapshot);
	AUTO_FINI(buf) struct buf sql;
	buf_init(&sql, SQL_MAX);
	if (reading->table != NULL)
		buf_addf(&sql, "CLOSE copied;");
	buf_addf(&sql, "DECLARE copied NO SCROLL CURSOR FOR SELECT ");
	put_columns(&sql, table);
	buf_addf(&sql, " FROM \"%s\" ORDER BY %s", table->name, order);
	pg_rows_fini(&reading->rows);
	reading->table = table;
	reading->done = false;
	return pg_fate_error(pg_conn_script(&reading->conn, text_of(&sql)));
}

/* False when it failed. */
static bool fetch(struct reading *reading)
{
	pg_rows_fini(&reading->rows);
	pg_rows_start(&reading->rows, &reading->conn, "FETCH 500 FROM copied", NO_VALUES);
	if (reading->rows.result == NULL)
		return false;
	reading->done = PQntuples(reading->rows.result) < FETCH_ROWS;
	return true;
}

static struct value read_cell(struct pg_rows *rows, enum value_type type)
{
	struct value cell = { .type = type,
			      .null = PQgetisnull(rows->result, rows->row, rows->column) != 0 };
	if (cell.null) {
		rows->column++;
		return cell;
	}
	if (type == VALUE_INT || type == VALUE_BOOL)
		cell.number = pg_rows_int64(rows);
	else
		cell.bytes = pg_rows_slice(rows, NULL);
	return cell;
}

static enum find copy_next(struct snapshot *snapshot, struct value cells[TABLE_COLUMNS_MAX])
{
	struct reading *reading = reading_of(snapshot);
	enum find found = reading->rows.result != NULL ? pg_rows_next(&reading->rows) : ABSENT;
	if (found == ABSENT && !reading->done) {
		if (!fetch(reading))
			return FIND_FAILED;
		found = pg_rows_next(&reading->rows);
	}
	if (found != FOUND)
		return found;
	for (size_t i = 0; i < reading->table->column_count; i++)
		cells[i] = read_cell(&reading->rows, reading->table->columns[i].type);
	return FOUND;
}

/* --- in
 * -----------------------------------------------------------------------------------------------
 */

static enum err run_make_room(struct pg_conn *conn, void *arg UNUSED, bool *unrecorded UNUSED)
{
	static const char any[] =
		"SELECT (SELECT count(*) FROM \"user\") + (SELECT count(*) FROM client)"
		" + (SELECT count(*) FROM event) + (SELECT count(*) FROM device_grant)";
	int64_t count;
	if (pg_number(conn, any, NO_VALUES, &count) != FOUND)
		return ERR_DATABASE;
	if (count > 0)
		return ERR_CONFLICT;
	enum err err = pg_run(conn, "DELETE FROM scope", NO_VALUES);
	return err == ERR_OK ? pg_run(conn, "DELETE FROM meta", NO_VALUES) : err;
}

static enum err copy_make_room(struct store *store)
{
	return pg_write(store, run_make_room, NULL, NULL);
}

/* The text form of COPY: a backslash before what would end a field, and before itself. */
static void put_text(struct buf *line, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];
		if (byte == '\\' || byte == '\t' || byte == '\n' || byte == '\r')
			buf_add_byte(line, '\\');
		buf_add_byte(line, byte);
	}
}

static void put_hex(struct buf *line, struct slice bytes)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < bytes.len; i++) {
		unsigned char byte = (unsigned char)bytes.ptr[i];
		buf_add_byte(line, digits[byte >> 4]);
		buf_add_byte(line, digits[byte & 15]);
	}
}

static void put_cell(struct buf *line, const struct value *cell)
{
	if (cell->null) {
		buf_add_str(line, "\\N");
		return;
	}
	switch (cell->type) {
	case VALUE_INT:
		buf_addf(line, "%lld", (long long)cell->number);
		return;
	case VALUE_BOOL:
		buf_add_str(line, cell->number != 0 ? "t" : "f");
		return;
	case VALUE_TEXT:
		put_text(line, cell->bytes);
		return;
	case VALUE_BLOB:
		buf_add_str(line, "\\\\x");
		put_hex(line, cell->bytes);
		return;
	case VALUE_ID:
		put_hex(line, cell->bytes);
		return;
	}
}

/* What stands in the column `shard`: the first of these two that is somebody. */
static const struct {
	const char *table;
	const char *first;
	const char *second;
} shards[] = {
	{ "event", "authorization", "id" },
};

static const struct value *cell_of(const struct table *table, const struct value *row,
				   const char *column)
{
	size_t i = 0;
	while (strcmp(table->columns[i].name, column) != 0)
		ensure(++i < table->column_count);
	return &row[i];
}

static const struct value *shard_of(const struct table *table, const struct value *row)
{
	for (size_t i = 0; i < ARRAY_LEN(shards); i++) {
		if (strcmp(shards[i].table, table->name) != 0)
			continue;
		const struct value *first = cell_of(table, row, shards[i].first);
		return first->null ? cell_of(table, row, shards[i].second) : first;
	}
	return NULL;
}

static void put_row(struct buf *line, const struct table *table, const struct value *row)
{
	const struct value *shard = shard_of(table, row);
	for (size_t i = 0; i < table->column_count; i++) {
		if (i > 0)
			buf_add_byte(line, '\t');
		put_cell(line, &row[i]);
	}
	if (shard != NULL) {
		buf_add_byte(line, '\t');
		put_cell(line, shard);
	}
	buf_add_byte(line, '\n');
}

struct inserting {
	const char *sql;
	struct slice lines;
};

/* Nothing of it is there when it failed, so it may be tried again on another connection. */
static enum err run_insert(struct pg_conn *conn, void *arg, bool *unrecorded UNUSED)
{
	const struct inserting *inserting = arg;
	int64_t usual_ms = conn->deadline_ms;
	conn->deadline_ms = clock_mono_ms() + PATIENCE_MS;
	enum err err = pg_fate_error(pg_conn_copy(conn, inserting->sql, inserting->lines));
	if (err != ERR_OK)
		conn->deadline_ms = usual_ms;
	return err;
}

static void put_copy(struct buf *sql, const struct table *table, bool has_shard)
{
	buf_addf(sql, "COPY \"%s\" (", table->name);
	put_columns(sql, table);
	buf_addf(sql, "%s) FROM STDIN", has_shard ? ", shard" : "");
}

static enum err copy_insert(struct store *store, const struct table *table,
			    const struct value *cells, size_t rows)
{
	AUTO_FINI(buf) struct buf sql;
	AUTO_FINI(buf) struct buf lines;
	buf_init(&sql, SQL_MAX);
	buf_init(&lines, LINES_MAX);
	put_copy(&sql, table, shard_of(table, cells) != NULL);
	for (size_t i = 0; i < rows; i++)
		put_row(&lines, table, cells + i * table->column_count);
	struct inserting inserting = { text_of(&sql), buf_slice(&lines) };
	enum err err = buf_is_whole(&lines) ? pg_write_locking(store, run_insert, &inserting, NULL)
					    : ERR_FULL;
	if (err != ERR_OK)
		log_error("rows cannot be copied", LOG_TEXT("table", slice_str(table->name)));
	return err;
}

static enum err run_finish(struct pg_conn *conn, void *arg UNUSED, bool *unrecorded UNUSED)
{
	return pg_run(conn,
		      "INSERT INTO user_name (folded_name, \"user\")"
		      " SELECT folded_name, id FROM \"user\" ON CONFLICT DO NOTHING",
		      NO_VALUES);
}

static enum err copy_finish(struct store *store)
{
	return pg_write(store, run_finish, NULL, NULL);
}

const struct store_copy_ops pg_copy_ops = {
	.open = copy_open,
	.close = copy_close,
	.start = copy_start,
	.next = copy_next,
	.make_room = copy_make_room,
	.insert = copy_insert,
	.finish = copy_finish,
};
