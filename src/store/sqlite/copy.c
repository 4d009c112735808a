/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole tables out and in, by the list of tables. Statements are made here, so they are not kept
 * with the connection. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/ensure.h"
#include "base/log.h"
#include "store/sqlite/object.h"

enum { SQL_MAX = 1024 };

struct reading {
	struct snapshot snapshot; /* first */
	struct conn conn;
	sqlite3_stmt *stmt;
	const struct table *table;
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
	sqlite3_finalize(reading->stmt);
	conn_fini(&reading->conn);
	free(reading);
}

/* The moment is that of the first look. */
static enum err copy_open(struct store *store, struct snapshot **out)
{
	struct reading *reading = xcalloc(1, sizeof(*reading));
	reading->snapshot.store = store;
	if (conn_open(&reading->conn, engine_of(store)->path, CONN_READS) != ERR_OK) {
		free(reading);
		return ERR_DATABASE;
	}
	*out = &reading->snapshot;
	return conn_script(&reading->conn, "BEGIN; SELECT 1 FROM meta LIMIT 1");
}

static void put_columns(struct buf *sql, const struct table *table)
{
	const char *comma = "";
	for (size_t i = 0; i < table->column_count; i++) {
		buf_addf(sql, "%s\"%s\"", comma, table->columns[i].name);
		comma = ", ";
	}
}

static sqlite3_stmt *prepare(struct conn *conn, struct buf *sql)
{
	sqlite3_stmt *stmt = NULL;
	ensure(buf_is_whole(sql));
	struct slice text = buf_slice(sql);
	if (sqlite3_prepare_v2(conn->db, text.ptr, (int)text.len, &stmt, NULL) != SQLITE_OK)
		conn_log(conn, "cannot prepare a statement of a copy");
	return stmt;
}

static enum err copy_start(struct snapshot *snapshot, const struct table *table, const char *order)
{
	struct reading *reading = reading_of(snapshot);
	AUTO_FINI(buf) struct buf sql;
	buf_init(&sql, SQL_MAX);
	buf_addf(&sql, "SELECT ");
	put_columns(&sql, table);
	buf_addf(&sql, " FROM \"%s\" ORDER BY %s", table->name, order);
	sqlite3_finalize(reading->stmt);
	reading->table = table;
	reading->stmt = prepare(&reading->conn, &sql);
	return reading->stmt != NULL ? ERR_OK : ERR_DATABASE;
}

static struct value read_cell(sqlite3_stmt *stmt, int at, enum value_type type)
{
	struct value cell = { .type = type, .null = sqlite3_column_type(stmt, at) == SQLITE_NULL };
	if (cell.null)
		return cell;
	if (type == VALUE_INT || type == VALUE_BOOL) {
		cell.number = sqlite3_column_int64(stmt, at);
		return cell;
	}
	const void *ptr = sqlite3_column_blob(stmt, at);
	size_t len = (size_t)sqlite3_column_bytes(stmt, at);
	cell.bytes = ptr != NULL ? slice_of(ptr, len) : SLICE_EMPTY;
	return cell;
}

static enum find copy_next(struct snapshot *snapshot, struct value cells[TABLE_COLUMNS_MAX])
{
	struct reading *reading = reading_of(snapshot);
	int rc = sqlite3_step(reading->stmt);
	if (rc == SQLITE_DONE)
		return ABSENT;
	if (rc != SQLITE_ROW) {
		conn_log(&reading->conn, "a table cannot be read");
		return FIND_FAILED;
	}
	for (size_t i = 0; i < reading->table->column_count; i++)
		cells[i] = read_cell(reading->stmt, (int)i, reading->table->columns[i].type);
	return FOUND;
}

/* --- in
 * -----------------------------------------------------------------------------------------------
 */

static enum err run_make_room(struct conn *conn, void *arg UNUSED)
{
	static const char any[] =
		"SELECT (SELECT count(*) FROM user) + (SELECT count(*) FROM client)"
		" + (SELECT count(*) FROM event) + (SELECT count(*) FROM device_grant)";
	int64_t count;
	if (conn_number(conn, any, NO_VALUES, &count) != FOUND)
		return ERR_DATABASE;
	if (count > 0)
		return ERR_CONFLICT;
	enum err err = conn_run(conn, "DELETE FROM scope", NO_VALUES);
	return err == ERR_OK ? conn_run(conn, "DELETE FROM meta", NO_VALUES) : err;
}

static enum err copy_make_room(struct store *store)
{
	return engine_write(store, run_make_room, NULL, NULL);
}

struct inserting {
	const struct table *table;
	const struct value *cells;
	size_t rows;
};

static void put_insert(struct buf *sql, const struct table *table)
{
	const char *comma = "";
	buf_addf(sql, "INSERT INTO \"%s\" (", table->name);
	put_columns(sql, table);
	buf_addf(sql, ") VALUES (");
	for (size_t i = 0; i < table->column_count; i++) {
		buf_addf(sql, "%s?", comma);
		comma = ", ";
	}
	buf_addf(sql, ")");
}

/* A local column is this file's to fill: a NULL for it makes the next number. */
static enum err insert_row(sqlite3_stmt *stmt, const struct table *table, const struct value *row)
{
	for (size_t i = 0; i < table->column_count; i++) {
		struct value cell = row[i];
		cell.null = cell.null || table->columns[i].local;
		if (value_bind(stmt, (int)i + 1, &cell) != SQLITE_OK)
			return ERR_DATABASE;
	}
	int rc = sqlite3_step(stmt);
	sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? ERR_OK : ERR_DATABASE;
}

static enum err run_insert(struct conn *conn, void *arg)
{
	const struct inserting *inserting = arg;
	const struct table *table = inserting->table;
	AUTO_FINI(buf) struct buf sql;
	buf_init(&sql, SQL_MAX);
	put_insert(&sql, table);
	sqlite3_stmt *stmt = prepare(conn, &sql);
	enum err err = stmt != NULL ? ERR_OK : ERR_DATABASE;
	for (size_t i = 0; i < inserting->rows && err == ERR_OK; i++)
		err = insert_row(stmt, table, inserting->cells + i * table->column_count);
	if (err != ERR_OK)
		conn_log(conn, "a row cannot be copied");
	sqlite3_finalize(stmt);
	return err;
}

static enum err copy_insert(struct store *store, const struct table *table,
			    const struct value *cells, size_t rows)
{
	struct inserting inserting = { table, cells, rows };
	return engine_write(store, run_insert, &inserting, NULL);
}

static enum err copy_finish(struct store *store UNUSED)
{
	return ERR_OK;
}

const struct store_copy_ops copy_ops = {
	.open = copy_open,
	.close = copy_close,
	.start = copy_start,
	.next = copy_next,
	.make_room = copy_make_room,
	.insert = copy_insert,
	.finish = copy_finish,
};
