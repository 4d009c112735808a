/* SPDX-License-Identifier: Apache-2.0
 *
 * Connections: the settings each is opened with, waiting for a locked file, and the table of
 * prepared statements. The file is locked only while another process commits, so waiting is short
 * steps, and many of them: with longer ones a command line beside a busy server would hardly ever
 * meet the gap between two commits. */
#include "store/sqlite/conn.h"

#include <assert.h>
#include <stdint.h>
#include <time.h>

#include "base/clock.h"
#include "base/ensure.h"
#include "base/log.h"
#include "store/sqlite/token_cache.h"

enum { PATIENCE_MS = 5000 };

struct use {
	bool writes;
	const char *settings;
};

/* The file is private to its owner and the log is synced at each commit: what was answered survives
 * a power cut. The memory of a reader is what decides how small an idle server is. */
static const struct use uses[] = {
	[CONN_READS] = { false,
			 "PRAGMA cache_size=-256; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
			 "SELECT 1 FROM sqlite_schema LIMIT 1;" },
	[CONN_WRITES] = { true,
			  "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
			  "PRAGMA cache_size=-2048; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
			  "PRAGMA journal_size_limit=67108864; PRAGMA wal_autocheckpoint=0;" },
};

static_assert(ARRAY_LEN(uses) == CONN_USE_COUNT, "settings for each use");

void conn_log(struct conn *conn, const char *message)
{
	log_error(message, LOG_TEXT("detail", slice_str(sqlite3_errmsg(conn->db))),
		  LOG_NUMBER("code", sqlite3_extended_errcode(conn->db)));
}

/* One step is a millisecond. The last process to close removes the log, and readers may meet that,
 * too. */
static int wait_a_little(void *arg, int count)
{
	const struct conn *conn = arg;
	if (count >= conn->patience_ms)
		return 0;
	struct timespec step = { .tv_nsec = 1000000 };
	nanosleep(&step, NULL);
	return 1;
}

/* Of several who open a new file at once, SQLite turns some away without asking them to wait. */
static enum err keep_log(struct conn *conn)
{
	const int64_t deadline_ms = clock_mono_ms() + conn->patience_ms;
	int rc;
	do {
		rc = sqlite3_exec(conn->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
	} while ((rc & 0xff) == SQLITE_BUSY && clock_mono_ms() < deadline_ms &&
		 wait_a_little(conn, 0));
	if (rc == SQLITE_OK)
		return ERR_OK;
	conn_log(conn, "cannot keep a write-ahead log");
	return ERR_DATABASE;
}

enum err conn_open(struct conn *conn, const char *path, enum conn_use use)
{
	*conn = (struct conn){ .patience_ms = PATIENCE_MS };
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
		    SQLITE_OPEN_EXRESCODE;
	int rc = sqlite3_open_v2(path, &conn->db, flags, NULL);
	if (rc != SQLITE_OK) {
		log_error("cannot open the database", LOG_TEXT("path", slice_str(path)),
			  LOG_TEXT("detail", slice_str(sqlite3_errstr(rc))),
			  LOG_NUMBER("code", rc));
		conn_fini(conn);
		return ERR_DATABASE;
	}
	sqlite3_busy_handler(conn->db, wait_a_little, conn);
	enum err err = uses[use].writes ? keep_log(conn) : ERR_OK;
	if (err == ERR_OK)
		err = conn_script(conn, uses[use].settings);
	if (err != ERR_OK)
		conn_fini(conn);
	return err;
}

void conn_fini(struct conn *conn)
{
	for (size_t i = 0; i < CONN_STATEMENTS; i++)
		sqlite3_finalize(conn->statements[i].stmt);
	sqlite3_close(conn->db);
	token_cache_free(&conn->tokens);
	*conn = (struct conn){ 0 };
}

/* The slot that holds `sql`, or the free one where it belongs. */
static size_t find_slot(const struct conn *conn, const char *sql)
{
	size_t slot = ((uintptr_t)sql >> 4) % CONN_STATEMENTS;
	while (conn->statements[slot].sql != NULL && conn->statements[slot].sql != sql)
		slot = (slot + 1) % CONN_STATEMENTS;
	return slot;
}

sqlite3_stmt *conn_statement(struct conn *conn, const char *sql)
{
	size_t slot = find_slot(conn, sql);
	if (conn->statements[slot].sql == sql) {
		ensure(!sqlite3_stmt_busy(conn->statements[slot].stmt));
		return conn->statements[slot].stmt;
	}
	sqlite3_stmt *stmt = NULL;
	if (sqlite3_prepare_v3(conn->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
	    SQLITE_OK) {
		conn_log(conn, "cannot prepare a statement");
		return NULL;
	}
	ensure(++conn->statement_count < CONN_STATEMENTS);
	conn->statements[slot].sql = sql;
	conn->statements[slot].stmt = stmt;
	return stmt;
}

enum err conn_script(struct conn *conn, const char *sql)
{
	if (sqlite3_exec(conn->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return ERR_OK;
	conn_log(conn, "the database refused a statement");
	return ERR_DATABASE;
}
