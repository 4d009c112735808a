/* SPDX-License-Identifier: Apache-2.0
 *
 * The index of the write-ahead log (the -shm file) says how much of the log has been copied into
 * the database, and SQLite goes by it when it copies on and when it lets the log start afresh. A
 * copy that a reader held up before the end of the log is counted there although it was never
 * synced; when the sync of a later one fails, the kernel may have dropped the pages of both, and
 * SQLite would copy again only those of the later. */
#ifndef STORE_SQLITE_WAL_INDEX_H
#define STORE_SQLITE_WAL_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "store/sqlite/conn.h"

/* Nothing counts as copied any more: readers read from the log, and the next copy is of all of it.
 * The connection must be in no transaction. False when another connection is copying just now: try
 * later, and do not copy before. */
MUST_USE bool wal_index_copy_again(struct conn *conn);

/* What is different after each commit, whoever made it: the header of the index, by which SQLite
 * itself knows whether the pages that a connection has in memory are still good. */
struct wal_mark {
	uint32_t words[12];
};
/* The present one, without a lock or a system call. A commit that somebody was told of is in it.
 * False when one is being written just now. */
MUST_USE bool wal_index_mark(struct conn *conn, struct wal_mark *out);
bool wal_mark_equal(const struct wal_mark *a, const struct wal_mark *b);

#endif
