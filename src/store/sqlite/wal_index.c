/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets the count of frames that were copied back to zero. Layout and locks are SQLite's documented
 * format of the file (sqlite.org/walformat.html, "The WAL-Index File Format"), which does not
 * change within version 3. To take the count back is safe beside readers and writers: SQLite copies
 * the newest frame of each page, so a page that is copied twice is the same; whoever began to read
 * before goes on as before. */
#include "store/sqlite/wal_index.h"

#include <stdint.h>
#include <string.h>

#include "base/log.h"

enum {
	INDEX_VERSION = 3007000, /* the first word */
	COPIED = 96 / 4,         /* the word that counts frames */
	COPIER_LOCK = 1,
	REGION = 32768 /* bytes that are mapped at a time */
};

/* NULL when the file has no index. */
static sqlite3_file *file_of(struct conn *conn)
{
	sqlite3_file *file = NULL;
	if (sqlite3_file_control(conn->db, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
	    file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 2)
		return NULL;
	return file;
}

/* NULL when it is none that we know. */
static uint32_t volatile *words_of(sqlite3_file *file)
{
	void volatile *map = NULL;
	if (file->pMethods->xShmMap(file, 0, REGION, 0, &map) != SQLITE_OK || map == NULL)
		return NULL;
	uint32_t volatile *words = map;
	return words[0] == INDEX_VERSION ? words : NULL;
}

static bool take_back(sqlite3_file *file)
{
	uint32_t volatile *words = words_of(file);
	if (words == NULL)
		return false;
	__atomic_store_n(&words[COPIED], 0, __ATOMIC_SEQ_CST);
	return true;
}

bool wal_index_copy_again(struct conn *conn)
{
	sqlite3_file *file = file_of(conn);
	if (file == NULL)
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

static void read_header(const uint32_t volatile *words, struct wal_mark *out)
{
	for (size_t i = 0; i < ARRAY_LEN(out->words); i++)
		out->words[i] = __atomic_load_n(&words[i], __ATOMIC_ACQUIRE);
}

/* There are two copies of the header. Who commits writes the second first, then the first. */
bool wal_index_mark(struct conn *conn, struct wal_mark *out)
{
	struct wal_mark second;
	sqlite3_file *file = file_of(conn);
	const uint32_t volatile *words = file != NULL ? words_of(file) : NULL;
	if (words == NULL)
		return false;
	read_header(words, out);
	read_header(words + ARRAY_LEN(out->words), &second);
	return wal_mark_equal(out, &second);
}

bool wal_mark_equal(const struct wal_mark *a, const struct wal_mark *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}
