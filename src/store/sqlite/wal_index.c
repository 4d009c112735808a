/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets the count of frames that were copied back to zero. Layout and locks are SQLite's documented
 * format of the file (sqlite.org/walformat.html, "The WAL-Index File Format"), which does not
 * change within version 3. To take the count back is safe beside readers and writers: SQLite copies
 * the newest frame of each page, so a page that is copied twice is the same; whoever began to read
 * before goes on as before. */
#include "store/sqlite/wal_index.h"

#include <stdint.h>

#include "base/log.h"

enum {
	INDEX_VERSION = 3007000, /* the first word */
	COPIED = 96 / 4,         /* the word that counts frames */
	COPIER_LOCK = 1,
	REGION = 32768 /* bytes that are mapped at a time */
};

static bool take_back(sqlite3_file *file)
{
	void volatile *map = NULL;
	if (file->pMethods->xShmMap(file, 0, REGION, 0, &map) != SQLITE_OK || map == NULL)
		return false;
	uint32_t volatile *words = map;
	if (words[0] != INDEX_VERSION)
		return false;
	__atomic_store_n(&words[COPIED], 0, __ATOMIC_SEQ_CST);
	return true;
}

bool wal_index_copy_again(struct conn *conn)
{
	sqlite3_file *file = NULL;
	if (sqlite3_file_control(conn->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
	    file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 2)
		return false;
	if (file->pMethods->xShmLock(file, COPIER_LOCK, 1,
				     SQLITE_SHM_LOCK | SQLITE_SHM_EXCLUSIVE) != SQLITE_OK)
		return false;
	bool done = take_back(file);
	file->pMethods->xShmLock(file, COPIER_LOCK, 1, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
	if (done)
		log_plain(LOG_WARN, "the log is copied again from its beginning");
	return done;
}
