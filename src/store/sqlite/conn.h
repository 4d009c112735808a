/* SPDX-License-Identifier: Apache-2.0
 *
 * One connection to the database file, used by one thread at a time, with the statements it has
 * prepared. A statement is named by the address of its constant text. */
#ifndef STORE_SQLITE_CONN_H
#define STORE_SQLITE_CONN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/err.h"

enum conn_use { CONN_READS, CONN_WRITES, CONN_USE_COUNT };

/* A power of two, more than twice the statements an engine has. */
enum { CONN_STATEMENTS = 512 };

struct conn {
	sqlite3 *db;     /* NULL when closed */
	int patience_ms; /* how long a locked database is waited for */
	bool unrecorded; /* the operation that runs changed nothing: its event is not written */
	struct token_cache *tokens; /* NULL: none has been looked for */
	size_t statement_count;
	struct {
		const char *sql;
		sqlite3_stmt *stmt;
	} statements[CONN_STATEMENTS];
};

/* The file must be there. */
MUST_USE enum err conn_open(struct conn *conn, const char *path, enum conn_use use);
/* Does nothing to a closed one. */
void conn_fini(struct conn *conn);

/* The prepared statement, reset; it stays the connection's. NULL when it cannot be prepared, which
 * is logged. */
sqlite3_stmt *conn_statement(struct conn *conn, const char *sql);
/* A statement, or several, without values and without rows; not kept. */
MUST_USE enum err conn_script(struct conn *conn, const char *sql);
/* Logs what the connection has to say about the last call. */
void conn_log(struct conn *conn, const char *message);

#endif
